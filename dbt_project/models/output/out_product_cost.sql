{{ config(tags=['yearly']) }}

select
    period,
    month,
    process,
    product,
    product_name,
    cn_code,
    quantity_t,
    see_tco2e_per_t,
    process_emissions_tco2e,
    fee_twd,
    fee_twd_per_t,
    fee_series,
    cbam_cost_eur_per_t,
    cbam_price_basis,
    note,
    line_id,
    product_fee_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_product_cost') }}
