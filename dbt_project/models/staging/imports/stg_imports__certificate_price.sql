{{ scoped(period_column=none) }}

with
prices as (
    select * from {{ source('raw', 'certificate_price') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

typed as (
    select
        prices.site,
        prices.evidence_id,
        prices.record_number,
        active_evidence.arrival_order,
        {{ landed_text('prices.span') }} as span,
        {{ landed_date('prices.priced_on') }} as priced_date,
        {{ landed_number('prices.price_eur') }} as price_eur_per_tco2e,
        {{ landed_date('prices.published_on') }} as published_date,
        {{ landed_text('prices.source_url') }} as source_url
    from prices
    inner join active_evidence
        on prices.site = active_evidence.site
        and prices.evidence_id = active_evidence.evidence_id
),

spanned as (
    select
        *,
        case span
            when 'quarter' then cast({{ dbt.date_trunc('quarter', 'priced_date') }} as date)
            when 'week' then cast({{ dbt.date_trunc('week', 'priced_date') }} as date)
        end as valid_from
    from typed
),

-- A quarter or week has one price: the document that came last holds.
ranked as (
    select
        *,
        cast(
            case span
                when 'quarter' then {{ dbt.dateadd('month', 3, 'valid_from') }}
                when 'week' then {{ dbt.dateadd('day', 7, 'valid_from') }}
            end as date
        ) as valid_to,
        row_number() over (
            partition by site, span, valid_from
            order by arrival_order desc, evidence_id desc, record_number desc
        ) as latest_rank
    from spanned
)

select
    evidence_id,
    record_number,
    span,
    valid_from,
    valid_to,
    price_eur_per_tco2e,
    published_date,
    source_url,
    case
        when latest_rank > 1 then 'superseded'
        when price_eur_per_tco2e > 0 then 'counted'
        else 'no_price'
    end as price_state,
    site
from ranked
