{{ scoped() }}

-- Certificates to hold at the end of each quarter from 2027 on, as an importer may choose (Regulation (EU) 2023/956, Article
-- 22(2)): (a) half of the emissions since 1 January, by default values without mark-up, after free allocation; (b) half of
-- the certificates surrendered for the year before, where the CBAM declaration of the last year was about the same goods by
-- CN code and origin as all imports so far. What is required is the lower one; the account shows what is missing. A quarter
-- that ends after the last day that any paper speaks of is not due yet: what is to come may still be bought.
with
imports as (
    select * from {{ ref('calc_cbam_import') }}
    where {{ in_scope() }}
        and certificates_formula_name = 'certificates'
),

rates as (
    select * from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
        and rate_name in ('holding_share', 'surrendered')
),

accounts as (
    select * from {{ ref('calc_cbam_account') }}
    where {{ in_scope() }}
),

{{ last_known_ctes() }},

quarters as (
    select quarter from (values (1), (2), (3), (4)) as quarter_numbers (quarter)
),

summed as (
    select
        imports.site,
        imports.period,
        imports.importer_eori,
        max(imports.importer) as importer,
        quarters.quarter,
        case when count(*) = count(imports.holding_part) then sum(imports.holding_part) end as part_sum
    from imports
    cross join quarters
    where imports.import_quarter <= quarters.quarter
    group by imports.site, imports.period, imports.importer_eori, quarters.quarter
),

goods as (
    select distinct
        imports.site,
        imports.period,
        imports.importer_eori,
        quarters.quarter,
        imports.importer_eori || ':' || imports.cn_code || ':' || imports.country_code as surrendered_good
    from imports
    cross join quarters
    where imports.import_quarter <= quarters.quarter
),

surrendered as (
    select
        goods.site,
        goods.period,
        goods.importer_eori,
        goods.quarter,
        case when count(*) = count(rates.value) then sum(cast(rates.value as decimal(38, 12))) end as surrendered_sum
    from goods
    left join rates
        on goods.site = rates.site
        and goods.period = rates.period
        and rates.rate_name = 'surrendered'
        and goods.surrendered_good = rates.price_window
    group by goods.site, goods.period, goods.importer_eori, goods.quarter
),

shared as (
    select
        summed.*,
        surrendered.surrendered_sum,
        shares.value as holding_share,
        shares.rate_id as holding_share_id,
        shares.value * cast(summed.part_sum as double) as holding,
        {{ line_id("'cbam_holding'", 'summed.importer_eori', 'cast(summed.quarter as varchar)', site='summed.site', period='summed.period') }}
            as holding_id,
        shares.value * cast(surrendered.surrendered_sum as double) as holding_prior,
        {{ line_id("'cbam_holding_prior'", 'summed.importer_eori', 'cast(summed.quarter as varchar)', site='summed.site', period='summed.period') }}
            as holding_prior_id
    from summed
    inner join rates as shares
        on summed.site = shares.site
        and summed.period = shares.period
        and shares.rate_name = 'holding_share'
    left join surrendered
        on summed.site = surrendered.site
        and summed.period = surrendered.period
        and summed.importer_eori = surrendered.importer_eori
        and summed.quarter = surrendered.quarter
),

-- Without a transaction on record none is held.
required as (
    select
        shared.*,
        {{ dbt.last_day('make_date(cast(shared.period as integer), 3 * shared.quarter, 1)', 'month') }} as due_date,
        case
            when shared.holding is null or shared.holding_prior is null
                then coalesce(shared.holding, shared.holding_prior)
            else {{ formula_sql('holding_required') }}
        end as required,
        case
            when shared.holding_prior is null then shared.holding_id
            when shared.holding is null then shared.holding_prior_id
            else {{ line_id(
                "'cbam_holding_required'", 'shared.importer_eori', 'cast(shared.quarter as varchar)',
                site='shared.site', period='shared.period'
            ) }}
        end as required_id,
        accounts.held is not null as has_account,
        coalesce(accounts.held, 0) as held,
        coalesce(accounts.held_id, 'constant:no_transaction') as held_id,
        known.last_known_date
    from shared
    left join known
        on shared.site = known.site
    left join accounts
        on shared.site = accounts.site
        and shared.period = accounts.period
        and shared.importer_eori = accounts.importer_eori
        and shared.quarter = accounts.quarter
)

select
    importer_eori,
    importer,
    quarter,
    due_date,
    coalesce(due_date <= last_known_date, false) as is_due,
    holding_share,
    holding_share_id,
    part_sum,
    holding,
    holding_id,
    surrendered_sum,
    holding_prior,
    holding_prior_id,
    required,
    required_id,
    has_account,
    held,
    held_id,
    {{ formula_sql('certificates_missing') }} as missing,
    {{ line_id("'cbam_certificates_missing'", 'importer_eori', 'cast(quarter as varchar)') }} as missing_id,
    site,
    period
from required
