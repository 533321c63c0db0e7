{{ config(tags=['yearly']) }}

select
    period,
    month,
    process,
    batch,
    product,
    quantity,
    activity_unit,
    booked_mwh,
    electricity_key,
    attributed_direct_tco2e,
    attributed_indirect_tco2e,
    embedded_tco2e,
    process_emissions_tco2e,
    emissions_tco2e,
    process_intensity_tco2e_per_t,
    see_total,
    note,
    direct_line_id,
    indirect_line_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_batch_emission') }}
