{{ scoped() }}

-- Cost a tonne by quarter of import (Regulation (EU) 2023/956, Articles 21(1a) and 22), and at the reference price of
-- IR (EU) 2025/2547 Annex II A.3(8), quarter 0.
with
products as (
    select * from {{ ref('calc_cbam_product') }}
    where {{ in_scope() }}
),

-- Of the weeks of a quarter from 2027 on, the last one.
prices as (
    select
        *,
        row_number() over (
            partition by site, period, rate_name, quarter
            order by price_window desc
        ) as week_rank
    from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
        and rate_name in ('price', 'reference_price')
),

priced as (
    select
        products.*,
        prices.rate_name,
        prices.quarter,
        prices.value as price,
        prices.rate_id as price_id,
        prices.price_window,
        prices.is_assumed as is_price_assumed
    from products
    inner join prices
        on products.site = prices.site
        and products.period = prices.period
    where prices.week_rank = 1
)

select
    process,
    product,
    value_option,
    quarter,
    case
        when rate_name = 'reference_price' then 'reference'
        when is_price_assumed then 'assumed'
        else 'known'
    end as price_basis,
    price,
    price_id,
    certificates_per_t,
    certificates_per_t_id,
    {{ formula_sql('cost_per_t') }} as cost_per_t,
    {{ line_id("'cbam_cost_per_t_' || value_option || '_' || cast(quarter as varchar)", 'process', 'product') }}
        as cost_per_t_id,
    is_cscf_assumed or is_price_assumed as is_assumed,
    nullif(
        concat_ws(
            '; ', reason, note,
            case
                when rate_name = 'reference_price'
                    then 'at the reference price of ' || {{ shown('price') }} || ' EUR · 參考價格'
                when price_window like '%-W%'
                    then 'at ' || {{ shown('price') }} || ' EUR, the latest price known by the end of the quarter; certificates '
                        || 'cost that of the week of purchase · 以該季末已知之最近一週價格估算，實際依購買當週價格'
                when is_price_assumed
                    then 'assumes the price of the latest quarter known, ' || {{ shown('price') }}
                        || ' EUR: none of this quarter is published or entered · 該季價格未公布，假設採最近一季價格'
            end
        ), ''
    ) as note,
    site,
    period
from priced
