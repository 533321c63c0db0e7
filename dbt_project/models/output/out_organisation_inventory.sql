select
    period,
    standard,
    category,
    parent,
    sort_order,
    name,
    name_zh,
    clause,
    gwp_set,
    electricity_method,
    status,
    emissions_tco2e,
    reason,
    reason_zh,
    line_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_organisation_category') }}
