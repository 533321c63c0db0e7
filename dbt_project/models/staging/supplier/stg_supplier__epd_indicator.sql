with
amounts as (
    select * from {{ source('raw', 'epd_indicator') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

indicators as (
    select * from {{ ref('epd_indicator') }}
),

named as (
    select
        amounts.site,
        amounts.evidence_id,
        amounts.record_number,
        lower({{ landed_text('amounts.dataset_uuid') }}) as dataset_uuid,
        {{ landed_text('amounts.dataset_version') }} as dataset_version,
        coalesce(
            lower({{ landed_text('amounts.indicator_uuid') }}),
            lower(amounts.method || '/' || amounts.indicator_name)
        ) as indicator_key,
        upper(replace(replace(replace(amounts.module, ' ', ''), '–', '-'), 'A1A2A3', 'A1-A3')) as module,
        {{ landed_text('amounts.scenario') }} as scenario,
        {{ landed_factor('amounts.value') }} as amount,
        {{ landed_text('amounts.unit') }} as unit,
        lower(replace(amounts.unit, ' ', '')) as unit_key,
        {{ landed_text('amounts.unit_group_uuid') }} as unit_group_uuid
    from amounts
    inner join active_evidence
        on amounts.site = active_evidence.site
        and amounts.evidence_id = active_evidence.evidence_id
)

select
    named.site,
    named.evidence_id,
    named.record_number,
    named.dataset_uuid,
    named.dataset_version,
    indicators.indicator,
    indicators.part,
    indicators.en15804_version,
    indicators.method,
    named.module,
    named.scenario,
    named.amount,
    named.unit,
    -- kg CO2 eq. is printed in many ways, also in German and by unit group alone.
    case
        when named.unit_key like 'kgco%' then named.amount
        when named.unit_key like 'tco%' then named.amount * 1000
        when named.unit_key like 'gco%' then named.amount / 1000
        when named.unit is null and named.unit_group_uuid = '1ebf3012-d0db-4de2-aefd-ef30cedb0be1' then named.amount
    end as amount_kgco2e
from named
inner join indicators
    on named.indicator_key = indicators.indicator_key
where named.amount is not null
