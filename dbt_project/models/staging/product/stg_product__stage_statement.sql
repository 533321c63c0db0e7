with
statements as (
    select * from {{ source('raw', 'life_cycle_statement') }}
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
        {{ landed_text('statements.product') }} as product,
        {{ landed_text('statements.stage') }} as life_stage,
        {{ landed_text('statements.status') }} as statement_status,
        {{ landed_number('statements.emissions_kgco2e') }} as emissions_kgco2e_per_unit,
        {{ landed_text('statements.product_unit') }} as product_unit,
        {{ landed_text('statements.reason') }} as reason,
        {{ landed_text('statements.reason_zh') }} as reason_zh,
        {{ landed_text('statements.source') }} as statement_source,
        {{ landed_text('statements.author') }} as author,
        {{ landed_text('statements.approver') }} as approver,
        {{ landed_date('statements.valid_from') }} as valid_from,
        coalesce({{ landed_date('statements.valid_to') }}, date '9999-12-31') as valid_to
    from statements
    inner join active_evidence
        on statements.site = active_evidence.site
        and statements.evidence_id = active_evidence.evidence_id
)

select
    evidence_id,
    record_number,
    arrival_order,
    product,
    life_stage,
    statement_status,
    emissions_kgco2e_per_unit,
    product_unit,
    reason,
    reason_zh,
    statement_source,
    valid_from,
    valid_to,
    case
        when lower(author) = lower(approver) then 'author_is_approver'
        when statement_status = 'declared' and (emissions_kgco2e_per_unit is null or product_unit is null) then 'no_emissions'
        else 'counted'
    end as statement_state,
    site
from typed
