{{ scoped_windows() }}

with
intensities as (
    select * from {{ ref('calc_window_see') }}
    where {{ in_window_scope() }}
),

lines as (
    select * from {{ ref('calc_window_line') }}
    where {{ in_window_scope() }}
),

periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_window_scope() }}
),

products as (
    select * from {{ ref('calc_product') }}
    where {{ in_window_scope() }}
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_window_scope() }}
),

window_months as (
    select distinct
        site,
        period,
        window_kind,
        window_period,
        window_start
    from {{ ref('calc_window_month') }}
),

-- The total is missing where either part is.
explained as (
    select
        site,
        period,
        window_period,
        process,
        max(reason) as reason,
        max(data_quality) as data_quality,
        max(case when is_inexact then 1 else 0 end) = 1 as is_inexact
    from intensities
    group by
        site,
        period,
        window_period,
        process
),

process_figures as (
    select
        site, period, window_period, process, chain as quantity, 'window_' || chain as step, data_quality, is_inexact,
        reason
    from intensities

    union all

    select
        site, period, window_period, process, 'see_total' as quantity, 'window_see_total' as step, data_quality,
        is_inexact, reason
    from explained

    union all

    select
        site, period, window_period, process, 'activity_level' as quantity, 'window_activity_level' as step,
        'measured' as data_quality, false as is_inexact, null as reason
    from explained

    union all

    select
        site, period, window_period, process, 'attributed_emissions_direct' as quantity,
        'window_attributed_direct' as step, 'calculated' as data_quality, false as is_inexact, null as reason
    from explained

    union all

    select
        site, period, window_period, process, 'attributed_emissions_indirect' as quantity,
        'window_attributed_indirect' as step, 'calculated' as data_quality, false as is_inexact, null as reason
    from explained
),

figures as (
    select
        *,
        cast(null as varchar) as product,
        cast(null as varchar) as product_name,
        cast(null as varchar) as cn_code
    from process_figures

    union all

    select
        process_figures.*,
        products.product,
        products.product_name,
        products.cn_code
    from process_figures
    inner join products
        on process_figures.site = products.site
        and process_figures.period = products.period
        and process_figures.process = products.process
    where process_figures.quantity in ('see_direct', 'see_indirect', 'see_total')

    union all

    select
        site, period, window_period, null as process, 'months_in_window' as quantity, 'window_months' as step,
        'measured' as data_quality, false as is_inexact, null as reason, null as product, null as product_name,
        null as cn_code
    from window_months
)

select
    window_months.window_kind,
    window_months.window_period,
    window_months.window_start as period_start,
    periods.period_end,
    figures.process,
    figures.product,
    figures.product_name,
    figures.cn_code,
    'management' as series,
    figures.quantity,
    lines.value,
    figures.data_quality,
    figures.is_inexact as is_provisional,
    case when lines.value is null then figures.reason end as note,
    lines.line_id,
    processes.activity_unit,
    periods.regime,
    figures.site,
    figures.period
from figures
inner join periods
    on figures.site = periods.site
    and figures.period = periods.period
inner join window_months
    on figures.site = window_months.site
    and figures.window_period = window_months.window_period
left join processes
    on figures.site = processes.site
    and figures.period = processes.period
    and figures.process = processes.process
left join lines
    on figures.site = lines.site
    and figures.window_period = lines.window_period
    and figures.step = lines.quantity
    and coalesce(figures.process, 'installation') = lines.subject
