with
figures as (
    select * from {{ ref('out_figure') }}
    where product is not null
        and quantity in ('see_direct', 'see_indirect', 'see_total', 'see_chargeable', 'default_share')
),

months_in_window as (
    select
        site,
        window_period as period,
        value as months_in_window
    from {{ ref('calc_window_process_figure') }}
    where quantity = 'months_in_window'
),

intensities as (
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
        {%- for quantity in ['see_direct', 'see_indirect', 'see_total', 'see_chargeable', 'default_share'] %}
        max(case when quantity = '{{ quantity }}' then value end) as {{ quantity }},
        {%- endfor %}
        max(case when quantity = 'see_total' then unit end) as unit,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        max(note) as note
    from figures
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
        regime
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
