{{ config(tags=['yearly']) }}

select
    period,
    product,
    product_name,
    cn_code,
    scope,
    scope_act,
    scope_from_date,
    scope_source,
    market,
    shipped_mass_t,
    eu_direct_mass_t,
    eu_indirect_mass_t,
    final_markets,
    transport_tkm,
    transport_category_4_tco2e,
    transport_category_9_tco2e,
    legs_without_factor,
    shipments_without_legs,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_product_market') }}
