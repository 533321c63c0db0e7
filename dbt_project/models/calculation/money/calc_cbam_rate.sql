{{ scoped() }}

-- What the law fixes by date and what somebody entered (decision enter_value), as of each year and quarter of import.
with
years as (
    select
        site,
        period,
        period_start,
        cast(period as integer) as import_year
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and regime = 'cbam_definitive'
),

-- A certificate has one price a quarter of import in 2026, one a calendar week from 2027 on (Regulation (EU) 2023/956,
-- Article 21(1) and (1a)): those of the weeks in which something was imported, and the last one of each quarter. A week
-- is decided by its Thursday, as its price may begin after a holiday.
quarters as (
    select
        years.site,
        years.period,
        years.import_year,
        quarter_numbers.quarter,
        {{ dbt.dateadd('month', '3 * (quarter_numbers.quarter - 1)', 'years.period_start') }} as quarter_start,
        {{ dbt.dateadd('month', '3 * quarter_numbers.quarter', 'years.period_start') }} as quarter_end
    from years
    cross join (values (1), (2), (3), (4)) as quarter_numbers (quarter)
),

windows as (
    select
        site,
        period,
        quarter,
        {{ price_window('quarter_start') }} as price_window,
        cast(quarter_start as date) as priced_date
    from quarters
    where import_year < 2027

    union

    select
        site,
        period,
        quarter,
        {{ price_window(dbt.dateadd('day', -1, 'quarter_end')) }} as price_window,
        {{ thursday_of(dbt.dateadd('day', -1, 'quarter_end')) }} as priced_date
    from quarters
    where import_year >= 2027

    union

    select
        declarations.site,
        years.period,
        cast(quarter(declarations.declared_date) as integer) as quarter,
        {{ price_window('declarations.declared_date') }} as price_window,
        {{ thursday_of('declarations.declared_date') }} as priced_date
    from {{ ref('stg_imports__declaration') }} as declarations
    inner join years
        on declarations.site = years.site
        and year(declarations.declared_date) = years.import_year
    where declarations.declaration_state = 'counted'
        and years.import_year >= 2027
),

rules as (
    select
        *,
        'constant:' || rule_code || '@' || version as rule_id
    from {{ ref('regime_rule') }}
    where regime = 'cbam_definitive'
        and value is not null
),

free_allocation as (
    select
        *,
        max(import_year) over () as last_year
    from {{ ref('cbam_free_allocation_year') }}
),

entered as (
    select
        site,
        subject,
        try_cast({{ json_text('detail', 'value') }} as double) as value,
        {{ landed_date(json_text('detail', 'valid_from')) }} as valid_from,
        {{ landed_date(json_text('detail', 'valid_to')) }} as valid_to,
        {{ json_text('detail', 'source') }} as source,
        {{ landed_date(json_text('detail', 'submitted_on')) }} as submitted_date,
        {{ json_text('detail', 'importer_eori') }} || ':' || {{ cn_eight(json_text('detail', 'cn_code')) }}
        || ':' || {{ json_text('detail', 'country_code') }} as surrendered_good,
        decision_id,
        decided_date,
        evidence_id,
        record_number,
        'factor:ENTERED-' || upper(subject) || '@' || evidence_id || '.' || cast(record_number as varchar) as rate_id
    from {{ ref('stg_register__decision') }}
    where decision = 'enter_value'
),

-- Of two entries for one day the one decided last holds.
entered_years as (
    select
        years.period,
        entered.*,
        row_number() over (
            partition by years.site, years.period, entered.subject
            order by entered.decided_date desc, entered.decision_id desc
        ) as choice
    from years
    inner join entered
        on years.site = entered.site
        and entered.valid_from <= years.period_start
        and entered.valid_to > years.period_start
    where entered.subject in ('cscf', 'exchange_rate')
),

-- Certificates surrendered with the CBAM declaration that was submitted in the year before.
surrendered as (
    select
        years.period,
        entered.*,
        row_number() over (
            partition by years.site, years.period, entered.surrendered_good
            order by entered.decided_date desc, entered.decision_id desc
        ) as choice
    from years
    inner join entered
        on years.site = entered.site
        and years.import_year = year(entered.submitted_date) + 1
    where entered.subject = 'surrendered_certificates'
),

prices as (
    select
        windows.*,
        entered.value,
        entered.rate_id,
        entered.valid_from,
        entered.valid_to,
        entered.source,
        'decision ' || entered.decision_id as document,
        cast(null as varchar) as licence,
        entered.decided_date as known_since,
        entered.evidence_id,
        entered.record_number,
        'entered' as basis,
        row_number() over (
            partition by windows.site, windows.period, windows.quarter, windows.price_window
            order by
                case when entered.valid_to > windows.priced_date then 0 else 1 end,
                entered.valid_from desc,
                entered.decided_date desc,
                entered.decision_id desc
        ) as entry_rank
    from windows
    inner join entered
        on windows.site = entered.site
        and entered.subject = 'certificate_price'
        and entered.valid_from <= windows.priced_date

    union all

    select
        windows.*,
        published.price_eur_per_t as value,
        'constant:CBAM-PRICE-' || published.quarter || '@' || published.version as rate_id,
        published.valid_from,
        published.valid_to,
        published.source,
        published.clause as document,
        published.licence,
        published.known_since,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number,
        'published' as basis,
        1 as entry_rank
    from windows
    inner join {{ ref('cbam_certificate_price') }} as published
        on published.valid_from <= windows.priced_date
),

-- A price of the quarter or week itself, entered before published; else the latest one known, which is then assumed.
ranked_prices as (
    select
        *,
        row_number() over (
            partition by site, period, quarter, price_window
            order by
                case when valid_to > priced_date then 0 else 1 end,
                valid_from desc,
                basis,
                entry_rank
        ) as price_rank
    from prices
),

rates as (
    select
        years.site,
        years.period,
        'cbam_factor' as rate_name,
        0 as quarter,
        '' as price_window,
        cast(null as varchar) as price_match,
        free_allocation.cbam_factor as value,
        free_allocation.unit,
        'constant:CBAM-FACTOR-' || cast(free_allocation.import_year as varchar) || '@' || free_allocation.version
            as rate_id,
        false as is_assumed,
        free_allocation.source,
        free_allocation.clause as document,
        free_allocation.valid_from,
        free_allocation.valid_to,
        free_allocation.known_since,
        free_allocation.licence,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number
    from years
    inner join free_allocation
        on free_allocation.import_year = least(years.import_year, free_allocation.last_year)

    union all

    select
        years.site,
        years.period,
        'cscf' as rate_name,
        0 as quarter,
        '' as price_window,
        cast(null as varchar) as price_match,
        coalesce(entered_years.value, free_allocation.cscf, rules.value) as value,
        '1' as unit,
        case
            when entered_years.value is not null then entered_years.rate_id
            when free_allocation.cscf is not null
                then 'constant:CSCF-' || cast(free_allocation.import_year as varchar) || '@' || free_allocation.version
            else rules.rule_id
        end as rate_id,
        coalesce(entered_years.value, free_allocation.cscf) is null as is_assumed,
        coalesce(entered_years.source, free_allocation.source) as source,
        coalesce('decision ' || entered_years.decision_id, free_allocation.clause) as document,
        coalesce(entered_years.valid_from, free_allocation.valid_from) as valid_from,
        coalesce(entered_years.valid_to, free_allocation.valid_to) as valid_to,
        coalesce(entered_years.decided_date, free_allocation.known_since) as known_since,
        free_allocation.licence,
        entered_years.evidence_id,
        entered_years.record_number
    from years
    inner join free_allocation
        on free_allocation.import_year = least(years.import_year, free_allocation.last_year)
    inner join rules
        on rules.subject = 'cscf_assumed'
    left join entered_years
        on years.site = entered_years.site
        and years.period = entered_years.period
        and entered_years.subject = 'cscf'
        and entered_years.choice = 1

    union all

    select
        site,
        period,
        'exchange_rate' as rate_name,
        0 as quarter,
        '' as price_window,
        cast(null as varchar) as price_match,
        value,
        'TWD/EUR' as unit,
        rate_id,
        false as is_assumed,
        source,
        'decision ' || decision_id as document,
        valid_from,
        valid_to,
        decided_date as known_since,
        cast(null as varchar) as licence,
        evidence_id,
        record_number
    from entered_years
    where subject = 'exchange_rate'
        and choice = 1

    union all

    select
        site,
        period,
        'surrendered' as rate_name,
        0 as quarter,
        surrendered_good as price_window,
        cast(null as varchar) as price_match,
        value,
        'certificate' as unit,
        rate_id,
        false as is_assumed,
        source,
        'decision ' || decision_id as document,
        valid_from,
        valid_to,
        decided_date as known_since,
        cast(null as varchar) as licence,
        evidence_id,
        record_number
    from surrendered
    where choice = 1

    union all

    select
        site,
        period,
        'price' as rate_name,
        quarter,
        price_window,
        case
            when valid_to <= priced_date then 'latest'
            -- A price that is entered for longer than a week is none of a week.
            when price_window like '%-W%' and {{ dbt.datediff('valid_from', 'valid_to', 'day') }} > 7 then 'latest'
            when price_window like '%-W%' then 'week'
            else 'quarter'
        end as price_match,
        value,
        'EUR/tCO2e' as unit,
        rate_id,
        -- What a certificate costs from 2027 on depends on the week in which it is bought, which no document here tells.
        price_window like '%-W%' or valid_to <= priced_date as is_assumed,
        source,
        document,
        valid_from,
        valid_to,
        known_since,
        licence,
        evidence_id,
        record_number
    from ranked_prices
    where price_rank = 1

    union all

    select
        years.site,
        years.period,
        rules.subject as rate_name,
        0 as quarter,
        '' as price_window,
        cast(null as varchar) as price_match,
        rules.value,
        rules.unit,
        rules.rule_id as rate_id,
        rules.subject = 'reference_price' as is_assumed,
        rules.source,
        rules.clause as document,
        rules.valid_from,
        rules.valid_to,
        rules.known_since,
        rules.licence,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number
    from years
    inner join rules
        on rules.subject in ('reference_price', 'holding_share', 'penalty', 'import_mass_threshold')
        and rules.valid_from <= years.period_start
        and (rules.valid_to is null or rules.valid_to > years.period_start)
)

select
    rate_name,
    quarter,
    price_window,
    price_match,
    value,
    unit,
    rate_id,
    is_assumed,
    source,
    document,
    valid_from,
    valid_to,
    known_since,
    licence,
    evidence_id,
    record_number,
    site,
    period
from rates
