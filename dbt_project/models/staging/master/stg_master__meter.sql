{{ scoped(period_column=none) }}
{{ current_master('master_meter') }}

select
    evidence_id,
    record_number,
    {{ landed_text('meter') }} as meter,
    {{ landed_text('role') }} as role,
    {{ landed_text('process') }} as process,
    {{ landed_text('account') }} as account,
    coalesce({{ landed_text('commodity') }}, 'electricity') as commodity,
    {{ landed_text('unit') }} as unit,
    cast(coalesce({{ landed_number('multiplier') }}, 1) as decimal(18, 6)) as multiplier,
    cast({{ landed_number('interval_minutes') }} as integer) as interval_minutes,
    cast({{ landed_number('uncertainty_pct') }} as double) as uncertainty_pct,
    {{ landed_date('calibrated_on') }} as calibrated_date,
    {{ landed_date('calibration_valid_to') }} as calibration_valid_to,
    cast({{ landed_number('register_digits') }} as integer) as register_digits,
    cast({{ landed_number('first_reading') }} as decimal(18, 6)) as first_reading,
    cast({{ landed_number('last_reading') }} as decimal(18, 6)) as last_reading,
    {{ validity() }},
    site
from current_rows
