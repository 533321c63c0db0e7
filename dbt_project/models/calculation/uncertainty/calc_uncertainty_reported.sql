-- The uncertainty of each good as a figure, where anything is known of it.
select
    periods.period_start,
    cast(periods.period_end as date) as period_end,
    goods.process,
    goods.product,
    goods.product_name,
    goods.cn_code,
    goods.series,
    goods.quantity || '_uncertainty' as quantity,
    goods.first_order_pct as value,
    periods.regime,
    'calculated' as data_quality,
    false as is_provisional,
    goods.note || ' · ' || goods.note_zh as note,
    goods.first_order_pct_id as line_id,
    goods.activity_unit,
    goods.site,
    goods.period
from {{ ref('calc_uncertainty_product') }} as goods
inner join {{ ref('calc_period') }} as periods
    on goods.site = periods.site
    and goods.period = periods.period
where goods.first_order_pct is not null
