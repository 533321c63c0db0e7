with
sources as (
    select * from {{ source('raw', 'inventory_source') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- A document that came later holds for the same source and year.
ranked as (
    select
        sources.site,
        sources.evidence_id,
        sources.record_number,
        cast({{ gregorian_year(landed_text('sources.inventory_year')) }} as varchar) as period,
        {{ landed_text('sources.source') }} as source,
        coalesce({{ landed_text('sources.source_name') }}, {{ landed_text('sources.source') }}) as source_name,
        {{ landed_text('sources.method') }} as method,
        {{ landed_text('sources.gas') }} as gas,
        {{ landed_text('sources.equipment') }} as equipment,
        {{ landed_number('sources.quantity') }} as quantity,
        {{ landed_text('sources.unit') }} as unit,
        row_number() over (
            partition by sources.site, sources.inventory_year, sources.source
            order by active_evidence.arrival_order desc, sources.evidence_id desc, sources.record_number desc
        ) as latest_rank
    from sources
    inner join active_evidence
        on sources.site = active_evidence.site
        and sources.evidence_id = active_evidence.evidence_id
)

select
    evidence_id,
    record_number,
    period,
    source,
    source_name,
    method,
    gas,
    equipment,
    case when unit = 'kg' then quantity / 1000 else quantity end as quantity,
    case when unit = 'kg' then 't' else unit end as unit,
    case
        when latest_rank > 1 then 'superseded'
        when quantity is null then 'no_quantity'
        when method in ('leak_rate', 'refill') and gas is null then 'no_gas'
        when method in ('leak_rate', 'refill') and unit not in ('kg', 't') then 'unit_does_not_fit'
        when method = 'septic_tank' and unit not in ('person-day', 'person-hour') then 'unit_does_not_fit'
        when method = 'purchased_steam' and unit not in ('kg', 't', 'GJ') then 'unit_does_not_fit'
        else 'counted'
    end as source_state,
    site
from ranked
