{#-
  Figures as they are reported, before goods get what their process has: rounded, with unit, clause and method, and the
  two parts of the key between which the product stands (`site:period:process:product:quantity:series`, parts
  percent-encoded, an empty part empty). This is made once a process, not once for each of its ten thousand goods, which
  are joined afterwards. Makes the CTEs `reported` and `goods`, of all or some quantities.
-#}
{% macro reported_figure_ctes(quantities=[]) -%}
definitions as (
    select * from {{ ref('figure_definition') }}
    {%- if quantities %}
    where quantity in ('{{ quantities | join("', '") }}')
    {%- endif %}
),

figures as (
    {%- set of_no_product = {
        'process': "cast(null as varchar)",
        'product': "cast(null as varchar)",
        'product_name': "cast(null as varchar)",
        'cn_code': "cast(null as varchar)",
        'activity_unit': "cast(null as varchar)"
    } -%}
    {%- set of_no_goods = {'goods_period': "cast(null as varchar)", 'is_window': "false", 'is_of_goods': "false"} %}
    {{ stacked(
        [
            'period', 'period_start', 'period_end', 'process', 'product', 'product_name', 'cn_code', 'series',
            'quantity', 'value', 'regime', 'data_quality', 'is_provisional', 'note', 'line_id', 'activity_unit',
            'goods_period', 'is_window', 'is_of_goods'
        ],
        [
            (ref('calc_process_figure'), {'goods_period': "period", 'is_window': "false"}),
            (ref('calc_window_process_figure'), {
                'period': "window_period", 'goods_period': "period", 'is_window': "true"
            }),
            (ref('calc_taiwan_figure'), dict(of_no_product, **of_no_goods)),
            (ref('calc_organisation_figure'), dict(of_no_product, **of_no_goods)),
            (ref('calc_uncertainty_reported'), of_no_goods),
            (ref('calc_cbam_money_figure'), dict(of_no_goods, activity_unit="cast(null as varchar)"))
        ]
    ) }}
),

reported as (
    select
        figures.*,
        {{ round_figure('figures.value', 'definitions.rounding') }} as rounded,
        {{ unit_of_goods('definitions.unit', 'figures.activity_unit') }} as unit,
        case
            when figures.is_window then 'own rule: ratio of summed months'
            when figures.regime = 'cbam_definitive' then definitions.clause_definitive
            else definitions.clause_transitional
        end as clause,
        case figures.series when 'management' then 'management@1' else figures.regime || '@1' end as method_id,
        {{ encode_part('figures.site') }} || ':' || {{ encode_part('figures.period') }} || ':'
        || coalesce({{ encode_part('figures.process') }}, '') || ':' as key_before_product,
        ':' || figures.quantity || ':' || figures.series as key_after_product
    from figures
    inner join definitions
        on figures.quantity = definitions.quantity
),

goods as (
    select
        site,
        period,
        process,
        product,
        product_name,
        cn_code,
        content_name is null as has_windows_of_process,
        content is null as has_figures_of_process
    from {{ ref('calc_product') }}
)
{%- endmacro %}

{#- The goods that have what the process of a row has: those without a row of their own. -#}
{% macro joined_goods(figures) -%}
    inner join goods
        on {{ figures }}.site = goods.site
        and {{ figures }}.goods_period = goods.period
        and {{ figures }}.process = goods.process
        and case when {{ figures }}.is_window then goods.has_windows_of_process else goods.has_figures_of_process end
{%- endmacro %}
