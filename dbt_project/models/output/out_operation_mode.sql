{{ config(tags=['yearly']) }}

select
    period,
    month,
    process,
    operation_mode,
    event_hours,
    direct_key,
    quantity,
    activity_unit,
    electricity_mwh,
    direct_tco2e,
    indirect_tco2e,
    emissions_tco2e,
    intensity_tco2e_per_t,
    all_hours_intensity_tco2e_per_t,
    note,
    direct_line_id,
    indirect_line_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_operation_mode') }}
