{#-
  Windows over months: year to date (`YTD`), rolling twelve months (`R12`) and, where the month is the last one of it, the
  quarter (`Q1` to `Q4`). A change in month m moves the windows
  that end in m and in the eleven months after it, as far as those months exist, so the scope of a window model is
  wider than the scope of the build: all end months from the first month of the build to eleven after its last.
-#}

{#- Config of a model that keeps rows a site and end month; its query filters by `in_window_scope`. -#}
{% macro scoped_windows() -%}
    {{ config(materialized='incremental', pre_hook="{{ delete_window_scope(this) }}") }}
{%- endmacro %}

{#- The months that a window must have: a year to date is as long as it is. -#}
{% macro months_needed(window_kind) -%}
    case when {{ window_kind }} = 'R12' then 12 when {{ window_kind }} like 'Q%' then 3 else 1 end
{%- endmacro %}

{#- `[first, last]` end month that a build moves; none where everything is rebuilt, an empty list where nothing is. -#}
{% macro window_bounds() -%}
    {%- set periods = scope_periods() -%}
    {%- if not periods -%}{{ return(none) }}{%- endif -%}
    {%- set months = [] -%}
    {%- for period in periods if (period | string | length) == 7 -%}{%- do months.append(period | string) -%}{%- endfor -%}
    {%- if not months -%}{{ return([]) }}{%- endif -%}
    {%- set year, month = (months | max).split('-') | map('int') -%}
    {%- set last = year * 12 + month - 1 + 11 -%}
    {{ return([months | min, '%04d-%02d' | format(last // 12, last % 12 + 1)]) }}
{%- endmacro %}

{#- A predicate on the site and the end month of a window. -#}
{% macro in_window_scope(site_column='site', period_column='period') -%}
    {%- set bounds = window_bounds() -%}
    {{ in_scope_site(site_column) }}
    {%- if bounds is none %}
    {%- elif not bounds %}
        and 1 = 0
    {%- else %}
        and {{ period_column }} between '{{ bounds[0] }}' and '{{ bounds[1] }}'
    {%- endif -%}
{%- endmacro %}

{#- Remove the windows that a build moves, where the table exists. -#}
{% macro delete_window_scope(relation) -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {%- set existing = load_relation(relation) -%}
        {%- if existing is not none and existing.is_table -%}
            delete from {{ existing }} where {{ in_window_scope() }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#-
  Goods counted by their content of clinker or nitrogen, over the months of a window (Art. 4; eq. 64 to 66): CTE
  `window_goods`, one row a good and month. A rolling year or quarter that lacks months has none.
-#}
{% macro window_good_ctes() -%}
window_goods as (
    select
        window_months.site,
        window_months.period,
        window_months.window_period,
        products.process,
        products.product,
        products.content_name,
        coalesce(products.made, 0) as made,
        products.made_line_id as made_id,
        products.content,
        products.content_line_id,
        window_months.month_period = window_months.period as is_last_month,
        row_number() over (
            partition by window_months.site, window_months.window_period, products.process
            order by window_months.month_period, products.product
        ) as good_index
    from {{ ref('calc_window_month') }} as window_months
    inner join {{ ref('calc_product') }} as products
        on window_months.site = products.site
        and window_months.month_period = products.period
    inner join {{ ref('calc_period') }} as end_periods
        on window_months.site = end_periods.site
        and window_months.period = end_periods.period
    where {{ in_scope_site('products.site') }}
        and {{ in_window_scope('end_periods.site', 'end_periods.period') }}
        and end_periods.regime = 'cbam_definitive'
        and products.content_name is not null
        and (products.made <> 0 or window_months.month_period = window_months.period)
        and window_months.months_in_window >= {{ months_needed('window_months.window_kind') }}
)
{%- endmacro %}

{#- The same and CTEs `window_functional`, one row a process whose goods all have a content, and `window_contents`. -#}
{% macro window_content_ctes() -%}
{{ window_good_ctes() }},

window_functional as (
    select
        site,
        period,
        window_period,
        process,
        cast(sum({{ line_value('made * content') }}) as double) as functional_level
    from window_goods
    where made <> 0
    group by site, period, window_period, process
    having count(content) = count(*)
        and sum({{ line_value('made * content') }}) > 0
),

-- What was made in the window weighs; of what was not, the content of the last month stands.
window_contents as (
    select
        window_goods.site,
        window_goods.period,
        window_goods.window_period,
        window_goods.process,
        window_goods.product,
        window_goods.content_name,
        case when sum(window_goods.made) <> 0 then 'window_content' else 'content' end as formula_name,
        case
            when sum(window_goods.made) <> 0
                then cast(
                    sum({{ line_value('window_goods.made * window_goods.content') }}) as double
                ) / cast(sum({{ line_value('window_goods.made') }}) as double)
            else max(case when window_goods.is_last_month then window_goods.content end)
        end as content
    from window_goods
    inner join window_functional
        on window_goods.site = window_functional.site
        and window_goods.window_period = window_functional.window_period
        and window_goods.process = window_functional.process
    group by
        window_goods.site,
        window_goods.period,
        window_goods.window_period,
        window_goods.process,
        window_goods.product,
        window_goods.content_name
)
{%- endmacro %}
