{{ scoped() }}

-- The last calibration of each meter of a year and until when it holds, beside the last reading of the year.
with
periods as (
    select
        site,
        period,
        period_start,
        period_end
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

meters as (
    select * from {{ ref('stg_master__meter') }}
    where {{ in_scope_site() }}
),

calibrations as (
    select * from {{ ref('stg_calibration__meter') }}
    where {{ in_scope_site() }}
),

meter_months as (
    select
        site,
        substring(period, 1, 4) as period,
        meter,
        last_interval_local
    from {{ ref('calc_document_meter_month') }}
    where {{ in_scope_site() }}
),

{{ meter_calibration_ctes() }}

select
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
    site,
    period
from meter_calibrations
