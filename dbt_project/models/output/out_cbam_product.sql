with
products as (
    select * from {{ ref('calc_cbam_product') }}
),

costs as (
    select * from {{ ref('calc_cbam_cost') }}
)

select
    products.period,
    products.process,
    products.product,
    products.product_name,
    products.cn_code,
    products.value_option,
    costs.quarter,
    products.see as see_tco2e_per_t,
    products.default_share,
    products.benchmark as benchmark_tco2e_per_t,
    products.benchmark_route,
    products.sefa_process as sefa_process_tco2e_per_t,
    products.sefa_precursors as sefa_precursors_tco2e_per_t,
    products.sefa as sefa_tco2e_per_t,
    products.certificates_per_t,
    products.saving_per_t,
    products.cheaper_option,
    costs.price_basis,
    costs.price as price_eur_per_tco2e,
    costs.cost_per_t as cost_eur_per_t,
    coalesce(costs.is_assumed, products.is_cscf_assumed) as is_assumed,
    coalesce(costs.note, nullif(concat_ws('; ', products.reason, products.note), '')) as note,
    products.certificates_per_t_id as certificates_line_id,
    costs.cost_per_t_id as line_id,
    {{ refresh_period('products.period') }} as refresh_period,
    products.site
from products
left join costs
    on products.site = costs.site
    and products.period = costs.period
    and products.process = costs.process
    and products.product = costs.product
    and products.value_option = costs.value_option
