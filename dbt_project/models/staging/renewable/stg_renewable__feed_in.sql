{{ scoped(period_column=none) }}
{{ config(tags=['yearly']) }}

with
statements as (
    select * from {{ source('raw', 'feed_in_statement') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

typed as (
    select
        statements.site,
        statements.evidence_id,
        statements.record_number,
        active_evidence.arrival_order,
        {{ landed_text('statements.statement_number') }} as statement_number,
        {{ landed_date('statements.period_start') }} as period_start,
        cast({{ landed_date('statements.period_end') }} + interval 1 day as date) as period_end,
        {{ landed_text('statements.generator') }} as generator,
        {{ landed_text('statements.generator_number') }} as generator_number,
        {{ landed_text('statements.energy_type') }} as energy_type,
        {{ landed_number('statements.quantity') }} as quantity_kwh,
        case when {{ landed_text('statements.currency') }} = 'TWD' then {{ landed_number('statements.amount') }} end
            as amount_twd
    from statements
    inner join active_evidence
        on statements.site = active_evidence.site
        and statements.evidence_id = active_evidence.evidence_id
),

-- Power is sold once: of a generator and period the document that came last holds.
ranked as (
    select
        *,
        row_number() over (
            partition by site, generator, generator_number, period_start, period_end
            order by arrival_order desc, evidence_id desc, record_number desc
        ) as latest_rank
    from typed
)

select
    evidence_id,
    record_number,
    arrival_order,
    statement_number,
    period_start,
    period_end,
    generator,
    generator_number,
    energy_type,
    quantity_kwh,
    amount_twd,
    case when latest_rank = 1 then 'counted' else 'superseded' end as feed_in_state,
    site
from ranked
