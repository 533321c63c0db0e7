{%- set told = [
    'series', 'quantity', 'value', 'rounded', 'unit', 'regime', 'clause', 'method_id', 'data_quality', 'is_provisional',
    'note', 'line_id', 'refresh_period', 'site'
] -%}
with
{{ reported_figure_ctes() }}

select
    key_before_product || coalesce({{ encode_part('product') }}, '') || key_after_product as figure_key,
    period,
    period_start,
    period_end,
    process,
    product,
    product_name,
    cn_code,
    {{ told | join(',\n    ') }}
from reported

union all

select
    reported.key_before_product || {{ encode_part('goods.product') }} || reported.key_after_product as figure_key,
    reported.period,
    reported.period_start,
    reported.period_end,
    reported.process,
    goods.product,
    goods.product_name,
    goods.cn_code,
    reported.{{ told | join(',\n    reported.') }}
from reported
{{ joined_goods('reported') }}
where reported.is_of_goods
