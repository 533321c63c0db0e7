with
plans as (
    select * from {{ source('raw', 'reduction_plan') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- A document that came later holds for the same year and measure.
ranked as (
    select
        plans.site,
        plans.evidence_id,
        plans.record_number,
        cast({{ gregorian_year(landed_text('plans.plan_year')) }} as varchar) as period,
        {{ landed_text('plans.entry') }} as entry,
        {{ landed_text('plans.measure') }} as measure,
        {{ landed_number('plans.expected_tco2e') }} as expected_tco2e,
        {{ landed_number('plans.achieved_tco2e') }} as achieved_tco2e,
        row_number() over (
            partition by plans.site, plans.plan_year, plans.entry, plans.measure
            order by active_evidence.arrival_order desc, plans.evidence_id desc, plans.record_number desc
        ) as latest_rank
    from plans
    inner join active_evidence
        on plans.site = active_evidence.site
        and plans.evidence_id = active_evidence.evidence_id
)

select
    evidence_id,
    record_number,
    period,
    entry,
    measure,
    expected_tco2e,
    achieved_tco2e,
    case
        when latest_rank > 1 then 'superseded'
        when expected_tco2e is null then 'no_quantity'
        when entry = 'measure' and measure is null then 'no_measure'
        else 'counted'
    end as plan_state,
    site
from ranked
