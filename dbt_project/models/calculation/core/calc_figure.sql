{%- set columns = [
    'period_start', 'period_end', 'process', 'product', 'product_name', 'cn_code', 'series', 'quantity', 'value',
    'data_quality', 'is_provisional', 'note', 'line_id', 'activity_unit', 'regime', 'site', 'period'
] -%}
{%- set of_goods = ['product', 'product_name', 'cn_code'] -%}
-- Every figure of a month, a calendar year or the period of a template, before windows over months: a good that does not
-- count by its content has what its process has.
select
    {{ columns | join(',\n    ') }}
from {{ ref('calc_process_figure') }}

union all

select
    {%- for column in columns %}
    {{ 'products' if column in of_goods else 'figures' }}.{{ column }}
    {{- ',' if not loop.last }}
    {%- endfor %}
from {{ ref('calc_process_figure') }} as figures
inner join {{ ref('calc_product') }} as products
    on figures.site = products.site
    and figures.period = products.period
    and figures.process = products.process
where figures.is_of_goods
    and products.content is null
