select
    period,
    gwp_set,
    electricity_method,
    line_name,
    sort_order,
    name,
    name_zh,
    reason,
    reason_zh,
    emissions_tco2e,
    line_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_organisation_reconciliation') }}
