{{ scoped_windows() }}

-- Figures of the installation and its processes over windows of months, and of goods that count by their content. What
-- goods share with their process stands once; calc_window_figure gives it to each of them.
{%- set quantities_of_goods = "('see_direct', 'see_indirect', 'see_total')" %}

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

-- Where every good of the process has a content: functional units, and what one embeds.
functional_figures as (
    select
        explained.site,
        explained.period,
        explained.window_period,
        explained.process,
        replace(lines.quantity, 'window_', '') as quantity,
        lines.quantity as step,
        lines.data_quality,
        explained.is_inexact,
        explained.reason
    from explained
    inner join lines
        on explained.site = lines.site
        and explained.window_period = lines.window_period
        and explained.process = lines.subject
    where lines.quantity = 'window_functional_level'
        or lines.quantity like 'window_see_%_functional'
),

figures as (
    {%- for process_figures in ['process_figures', 'functional_figures'] %}
    select
        *, cast(null as varchar) as product, cast(null as varchar) as product_name, cast(null as varchar) as cn_code,
        cast(null as varchar) as good_step,
        {{ 'quantity in ' ~ quantities_of_goods if process_figures == 'process_figures' else 'false' }} as is_of_goods
    from {{ process_figures }}

    union all
    {% endfor %}
    select
        process_figures.*,
        products.product,
        products.product_name,
        products.cn_code,
        replace(process_figures.step, 'window_', 'window_qualified_') as good_step,
        false as is_of_goods
    from process_figures
    inner join products
        on process_figures.site = products.site
        and process_figures.period = products.period
        and process_figures.process = products.process
        and products.content_name is not null
    where process_figures.quantity in {{ quantities_of_goods }}

    union all

    select
        lines.site, lines.period, lines.window_period, products.process, products.content_name as quantity,
        'window_content' as step, 'measured' as data_quality, false as is_inexact, null as reason, products.product,
        products.product_name, products.cn_code, 'window_content' as good_step, false as is_of_goods
    from lines
    inner join products
        on lines.site = products.site
        and lines.period = products.period
        and lines.subject = products.process
        and lines.object = products.product
    where lines.quantity = 'window_content'

    union all

    select
        site, period, window_period, null as process, 'months_in_window' as quantity, 'window_months' as step,
        'measured' as data_quality, false as is_inexact, null as reason, null as product, null as product_name,
        null as cn_code, null as good_step, false as is_of_goods
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
    -- A good embeds what its functional unit embeds times its content over the window.
    case when good_lines.line_id is null then lines.value else good_lines.value end as value,
    figures.data_quality,
    figures.is_inexact as is_provisional,
    case
        when processes.is_outside_cbam
            then {{ outside_cbam_note('case when lines.value is null then figures.reason end') }}
        when lines.value is null and good_lines.value is null then figures.reason
        when figures.good_step is not null and good_lines.line_id is null and periods.regime = 'cbam_definitive'
            then 'mean of the process: the content of a good is not known in every month of the window'
            || ' · 製程平均值：視窗內部分月份之貨品含量未知'
    end as note,
    coalesce(good_lines.line_id, lines.line_id) as line_id,
    figures.is_of_goods,
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
    and lines.object = ''
left join lines as good_lines
    on figures.site = good_lines.site
    and figures.window_period = good_lines.window_period
    and figures.good_step = good_lines.quantity
    and figures.process = good_lines.subject
    and figures.product = good_lines.object
