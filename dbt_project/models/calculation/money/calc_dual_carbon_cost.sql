{{ scoped() }}

-- What a tonne of a product carries of carbon on both sides: the Taiwanese fee and the EU's certificates. Two currencies
-- stand side by side; a sum needs an exchange rate that somebody entered.
with
fees as (
    select * from {{ ref('calc_carbon_fee_product') }}
    where {{ in_scope() }}
),

costs as (
    select * from {{ ref('calc_cbam_cost') }}
    where {{ in_scope() }}
        and quarter > 0
),

exchange_rates as (
    select * from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
        and rate_name = 'exchange_rate'
),

paired as (
    select
        fees.site,
        fees.period,
        fees.series,
        fees.process,
        fees.product,
        fees.product_name,
        fees.cn_code,
        coalesce(costs.value_option, 'none') as value_option,
        coalesce(costs.quarter, 0) as quarter,
        fees.fee_per_t,
        fees.fee_per_t_id,
        costs.cost_per_t,
        costs.cost_per_t_id,
        costs.price_basis,
        exchange_rates.value as exchange_rate,
        exchange_rates.rate_id as exchange_rate_id,
        costs.note,
        fees.series || '_' || coalesce(costs.value_option, 'none') || '_' || cast(coalesce(costs.quarter, 0) as varchar)
            as line_part
    from fees
    left join costs
        on fees.site = costs.site
        and fees.period = costs.period
        and fees.process = costs.process
        and fees.product = costs.product
    left join exchange_rates
        on fees.site = exchange_rates.site
        and fees.period = exchange_rates.period
),

converted as (
    select
        *,
        {{ formula_sql('cost_twd_per_t') }} as cost_twd_per_t
    from paired
)

select
    series,
    process,
    product,
    product_name,
    cn_code,
    value_option,
    quarter,
    price_basis,
    fee_per_t,
    fee_per_t_id,
    cost_per_t,
    cost_per_t_id,
    exchange_rate,
    exchange_rate_id,
    cost_twd_per_t,
    {{ line_id("'cbam_cost_twd_per_t_' || line_part", 'process', 'product', series='series') }} as cost_twd_per_t_id,
    {{ formula_sql('carbon_cost_per_t') }} as carbon_cost_per_t,
    {{ line_id("'carbon_cost_per_t_' || line_part", 'process', 'product', series='series') }} as carbon_cost_per_t_id,
    note,
    site,
    period
from converted
