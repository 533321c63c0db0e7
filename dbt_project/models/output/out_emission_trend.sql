{{ config(tags=['yearly']) }}

select
    period,
    process,
    month,
    activity_level,
    activity_unit,
    utilisation,
    emissions_tco2e,
    intensity,
    other_month_count,
    fixed_tco2e,
    slope,
    expected_tco2e,
    sigma_tco2e,
    deviation_sigmas,
    is_outlier,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_emission_trend') }}
