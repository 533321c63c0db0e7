{{ config(tags=['yearly']) }}

select
    period,
    meter,
    role,
    commodity,
    process,
    calibrated_date,
    certificate_number,
    calibration_valid_to,
    last_reading_date,
    is_overdue,
    evidence_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_meter_calibration') }}
