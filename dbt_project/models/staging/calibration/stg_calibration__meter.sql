with
calibrations as (
    select * from {{ source('raw', 'meter_calibration') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    calibrations.site,
    calibrations.evidence_id,
    calibrations.record_number,
    active_evidence.arrival_order,
    {{ landed_text('calibrations.certificate_number') }} as certificate_number,
    {{ landed_text('calibrations.meter') }} as meter,
    {{ landed_text('calibrations.serial_number') }} as serial_number,
    {{ landed_date('calibrations.calibrated_on') }} as calibration_date,
    {{ landed_date('calibrations.valid_to') }} as valid_to,
    {{ landed_text('calibrations.laboratory') }} as laboratory,
    {{ landed_text('calibrations.accreditation_number') }} as accreditation_number,
    {{ landed_date('calibrations.accreditation_valid_to') }} as accreditation_valid_to,
    {{ landed_text('calibrations.method') }} as method,
    {{ landed_number('calibrations.point') }} as calibration_point,
    {{ landed_text('calibrations.point_unit') }} as calibration_point_unit,
    {{ landed_number('calibrations.error_pct') }} as error_pct,
    {{ landed_number('calibrations.uncertainty_pct') }} as uncertainty_pct,
    {{ landed_number('calibrations.coverage_factor') }} as coverage_factor,
    {{ landed_text('calibrations.accuracy_class') }} as accuracy_class,
    {{ landed_text('calibrations.result') }} as result
from calibrations
inner join active_evidence
    on calibrations.site = active_evidence.site
    and calibrations.evidence_id = active_evidence.evidence_id
