{{ scoped(period_column=none) }}

with
statements as (
    select * from {{ source('raw', 'wheeling_statement') }}
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
        {{ landed_month('statements.statement_month') }} as statement_month,
        {{ landed_date('statements.period_start') }} as period_start,
        cast({{ landed_date('statements.period_end') }} + interval 1 day as date) as period_end,
        {{ landed_text('statements.retailer_id') }} as retailer_id,
        {{ landed_text('statements.wheeling_contract') }} as wheeling_contract,
        {{ landed_text('statements.generator') }} as generator,
        {{ landed_text('statements.generator_number') }} as generator_number,
        {{ landed_text('statements.energy_type') }} as energy_type,
        {{ landed_text('statements.account') }} as account,
        {{ landed_text('statements.supply_mode') }} as supply_mode,
        {{ landed_number('statements.quantity') }} as quantity_kwh,
        {{ landed_number('statements.peak_quantity') }} as peak_quantity,
        {{ landed_number('statements.half_peak_quantity') }} as half_peak_quantity,
        {{ landed_number('statements.saturday_half_peak_quantity') }} as saturday_half_peak_quantity,
        {{ landed_number('statements.off_peak_quantity') }} as off_peak_quantity,
        {{ landed_text('statements.certificate_from') }} as certificate_from,
        {{ landed_text('statements.certificate_to') }} as certificate_to,
        cast({{ landed_number('statements.certificate_count') }} as integer) as certificate_count
    from statements
    inner join active_evidence
        on statements.site = active_evidence.site
        and statements.evidence_id = active_evidence.evidence_id
),

-- One generator, account and period is wheeled once: the document that came last holds, the earlier ones stay for the
-- trail.
ranked as (
    select
        *,
        row_number() over (
            partition by site, retailer_id, wheeling_contract, generator, generator_number, account, period_start,
                period_end
            order by arrival_order desc, evidence_id desc, record_number desc
        ) as latest_rank
    from typed
)

select
    evidence_id,
    record_number,
    arrival_order,
    statement_number,
    statement_month,
    period_start,
    period_end,
    retailer_id,
    wheeling_contract,
    generator,
    generator_number,
    energy_type,
    account,
    supply_mode,
    quantity_kwh,
    peak_quantity,
    half_peak_quantity,
    saturday_half_peak_quantity,
    off_peak_quantity,
    certificate_from,
    certificate_to,
    certificate_count,
    case when latest_rank = 1 then 'counted' else 'superseded' end as wheeling_state,
    site
from ranked
