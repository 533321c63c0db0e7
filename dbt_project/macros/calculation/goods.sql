{#-
  The rows of a model of process figures, and once more for each good of the process that has what the process has. So a
  month's refresh writes a figure of two hundred processes, not of the ten thousand goods that they make.
  `condition` chooses these goods.
-#}
{% macro figures_with_goods(process_figures, condition, window_columns=[]) -%}
    {%- set columns = window_columns + [
        'period_start', 'period_end', 'process', 'product', 'product_name', 'cn_code', 'series', 'quantity', 'value',
        'data_quality', 'is_provisional', 'note', 'line_id', 'activity_unit', 'regime', 'site', 'period'
    ] -%}
    {%- set of_goods = ['product', 'product_name', 'cn_code'] -%}
select
    {{ columns | join(',\n    ') }}
from {{ process_figures }}

union all

select
    {%- for column in columns %}
    {{ 'products' if column in of_goods else 'figures' }}.{{ column }}
    {{- ',' if not loop.last }}
    {%- endfor %}
from {{ process_figures }} as figures
inner join {{ ref('calc_product') }} as products
    on figures.site = products.site
    and figures.period = products.period
    and figures.process = products.process
where figures.is_of_goods
    and products.{{ condition }}
{%- endmacro %}
