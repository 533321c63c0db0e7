{{ scoped(period_column=none) }}
{{ config(tags=['yearly']) }}
{{ current_master('master_carbon_fee') }}

select
    evidence_id,
    record_number,
    cast({{ landed_number('fee_year') }} as integer) as fee_year,
    coalesce({{ landed_text('target_industry') }}, 'other') as target_industry,
    coalesce({{ landed_text('plan') }}, 'none') as plan,
    {{ landed_date('plan_applied_on') }} as plan_applied_on,
    {{ landed_text('plan_approval') }} as plan_approval,
    coalesce({{ landed_text('is_high_leakage') }} = 'yes', false) as is_high_leakage,
    cast({{ landed_number('leakage_phase') }} as integer) as leakage_phase,
    {{ landed_text('leakage_approval') }} as leakage_approval,
    coalesce({{ landed_number('offset_increment_tco2e') }}, 0) as offset_increment_tco2e,
    coalesce({{ landed_number('supplied_electricity_tco2e') }}, 0) as supplied_electricity_tco2e,
    coalesce({{ landed_number('voluntary_credits') }}, 0) as voluntary_credits_t,
    coalesce({{ landed_number('early_credits') }}, 0) as early_credits_t,
    coalesce({{ landed_number('foreign_credits') }}, 0) as foreign_credits_t,
    {{ landed_text('credit_evidence') }} as credit_evidence,
    cast({{ landed_number('fuel_cut_share') }} as double) as fuel_cut_share,
    site
from current_rows
