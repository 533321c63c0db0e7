{%- set quantities = ['see_direct', 'see_indirect', 'see_total', 'see_chargeable', 'default_share'] -%}
{%- set told = ['series', 'regime', 'refresh_period', 'site'] + quantities + ['unit', 'is_provisional', 'note'] -%}
with
{{ reported_figure_ctes(quantities) }},

months_in_window as (
    select
        site,
        window_period as period,
        value as months_in_window
    from {{ ref('calc_window_process_figure') }}
    where quantity = 'months_in_window'
),

-- Of a good, or of a process whose goods have what it has.
figures_side_by_side as (
    select
        site,
        refresh_period,
        period,
        period_start,
        period_end,
        process,
        product,
        product_name,
        cn_code,
        series,
        regime,
        goods_period,
        is_window,
        is_of_goods,
        {%- for quantity in quantities %}
        max(case when quantity = '{{ quantity }}' then value end) as {{ quantity }},
        {%- endfor %}
        max(case when quantity = 'see_total' then unit end) as unit,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        max(note) as note
    from reported
    where product is not null
        or is_of_goods
    group by
        site,
        refresh_period,
        period,
        period_start,
        period_end,
        process,
        product,
        product_name,
        cn_code,
        series,
        regime,
        goods_period,
        is_window,
        is_of_goods
),

intensities as (
    select
        period,
        period_start,
        period_end,
        process,
        product,
        product_name,
        cn_code,
        {{ told | join(',\n        ') }}
    from figures_side_by_side
    where product is not null

    union all

    select
        figures_side_by_side.period,
        figures_side_by_side.period_start,
        figures_side_by_side.period_end,
        figures_side_by_side.process,
        goods.product,
        goods.product_name,
        goods.cn_code,
        figures_side_by_side.{{ told | join(',\n        figures_side_by_side.') }}
    from figures_side_by_side
    {{ joined_goods('figures_side_by_side') }}
    where figures_side_by_side.is_of_goods
)

select
    intensities.period,
    case
        when intensities.period like '%/R12' then 'rolling_12_months'
        when intensities.period like '%/YTD' then 'year_to_date'
        when intensities.period like '%/Q_' then 'quarter'
        when length(intensities.period) = 7 then 'month'
        when length(intensities.period) = 4 then 'year'
        else 'window'
    end as window_kind,
    intensities.period_start,
    intensities.period_end,
    intensities.process,
    intensities.product,
    intensities.product_name,
    intensities.cn_code,
    intensities.series,
    intensities.see_direct,
    intensities.see_indirect,
    intensities.see_total,
    intensities.see_chargeable,
    intensities.default_share,
    intensities.unit,
    intensities.regime,
    cast(months_in_window.months_in_window as integer) as months_in_window,
    intensities.is_provisional,
    intensities.note,
    intensities.refresh_period,
    intensities.site
from intensities
left join months_in_window
    on intensities.site = months_in_window.site
    and intensities.period = months_in_window.period
