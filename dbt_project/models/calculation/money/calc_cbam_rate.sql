{{ scoped() }}

-- What the law fixes by date, what a document states (prices, surrendered certificates) and what somebody entered (decision
-- enter_value), as of each year and quarter of import. A document goes before a decision.
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

-- Certificates surrendered with the CBAM declaration that was submitted in the year before: all transactions of a good that
-- documents state, else what was decided last.
surrendered as (
    select
        years.site,
        years.period,
        documents.importer_eori || ':' || documents.cn_code || ':' || documents.country_code as surrendered_good,
        cast(documents.certificates_exact as double) as value,
        'factor:REGISTRY-SURRENDER@' || documents.evidence_id || '.' || cast(documents.record_number as varchar) as rate_id,
        'CBAM registry' as source,
        'transaction ' || documents.transaction_id as document,
        documents.transacted_date as valid_from,
        cast(null as date) as valid_to,
        documents.transacted_date as known_since,
        documents.evidence_id,
        documents.record_number,
        0 as basis_rank,
        1 as choice
    from years
    inner join {{ ref('stg_imports__certificate_transaction') }} as documents
        on years.site = documents.site
        and years.import_year = year(documents.transacted_date) + 1
    where documents.transaction_state = 'counted'
        and documents.transaction_kind = 'surrender'
        and documents.cn_code is not null
        and documents.country_code is not null

    union all

    select
        years.site,
        years.period,
        entered.surrendered_good,
        entered.value,
        entered.rate_id,
        entered.source,
        'decision ' || entered.decision_id as document,
        entered.valid_from,
        entered.valid_to,
        entered.decided_date as known_since,
        entered.evidence_id,
        entered.record_number,
        1 as basis_rank,
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

ranked_surrenders as (
    select
        *,
        min(basis_rank) over (partition by site, period, surrendered_good) as best_basis_rank
    from surrendered
),

prices as (
    select
        windows.*,
        cast(documents.price_eur_per_tco2e as double) as value,
        'factor:PUBLISHED-PRICE@' || documents.evidence_id || '.' || cast(documents.record_number as varchar) as rate_id,
        documents.valid_from,
        documents.valid_to,
        documents.source_url as source,
        'price of the ' || documents.span as document,
        cast(null as varchar) as licence,
        documents.published_date as known_since,
        documents.evidence_id,
        documents.record_number,
        'document' as basis,
        1 as entry_rank
    from windows
    inner join {{ ref('stg_imports__certificate_price') }} as documents
        on windows.site = documents.site
        and documents.valid_from <= windows.priced_date
    where documents.price_state = 'counted'

    union all

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

-- A price that holds for longer than a week is none of a week.
judged_prices as (
    select
        *,
        valid_to > priced_date
        and (price_window not like '%-W%' or {{ dbt.datediff('valid_from', 'valid_to', 'day') }} <= 7) as is_of_window
    from prices
),

-- A price of the quarter or week itself, that of a document first and entered before published; else the latest one known,
-- which is then assumed.
ranked_prices as (
    select
        *,
        row_number() over (
            partition by site, period, quarter, price_window
            order by
                case when is_of_window then 0 else 1 end,
                case when is_of_window and basis = 'document' then 0 else 1 end,
                case when valid_to > priced_date then 0 else 1 end,
                -- Entered for a week that begins after a holiday it is no later than the document's of that week.
                {{ dbt.date_trunc('week', 'valid_from') }} desc,
                basis,
                entry_rank
        ) as price_rank
    from judged_prices
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
        document,
        valid_from,
        valid_to,
        known_since,
        cast(null as varchar) as licence,
        evidence_id,
        record_number
    from ranked_surrenders
    where choice = 1
        and basis_rank = best_basis_rank

    union all

    select
        site,
        period,
        'price' as rate_name,
        quarter,
        price_window,
        case
            when not is_of_window then 'latest'
            when price_window like '%-W%' then 'week'
            else 'quarter'
        end as price_match,
        value,
        'EUR/tCO2e' as unit,
        rate_id,
        -- What a certificate costs from 2027 on depends on the week in which it is bought, not on that of the import.
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
