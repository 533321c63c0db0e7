with
definitions as (
    select * from {{ ref('figure_definition') }}
),

figures as (
    {{ stacked(
        [
            'period', 'period_start', 'period_end', 'process', 'product', 'product_name', 'cn_code', 'series',
            'quantity', 'value', 'regime', 'data_quality', 'is_provisional', 'note', 'line_id', 'activity_unit'
        ],
        [
            (ref('calc_figure'), {}),
            (ref('calc_window_figure'), {'period': "window_period"}),
            (ref('calc_taiwan_figure'), {
                'process': "cast(null as varchar)",
                'product': "cast(null as varchar)",
                'product_name': "cast(null as varchar)",
                'cn_code': "cast(null as varchar)",
                'activity_unit': "cast(null as varchar)"
            }),
            (ref('calc_organisation_figure'), {
                'process': "cast(null as varchar)",
                'product': "cast(null as varchar)",
                'product_name': "cast(null as varchar)",
                'cn_code': "cast(null as varchar)",
                'activity_unit': "cast(null as varchar)"
            }),
            (ref('calc_uncertainty_reported'), {}),
            (ref('calc_cbam_money_figure'), {'activity_unit': "cast(null as varchar)"})
        ]
    ) }}
)

select
    {{ figure_key(
        'figures.site', 'figures.period', 'figures.process', 'figures.product', 'figures.quantity', 'figures.series'
    ) }} as figure_key,
    figures.period,
    figures.period_start,
    figures.period_end,
    figures.process,
    figures.product,
    figures.product_name,
    figures.cn_code,
    figures.series,
    figures.quantity,
    figures.value,
    {{ round_figure('figures.value', 'definitions.rounding') }} as rounded,
    {{ unit_of_goods('definitions.unit', 'figures.activity_unit') }} as unit,
    figures.regime,
    case
        when figures.period like '%/%' then 'own rule: ratio of summed months'
        when figures.regime = 'cbam_definitive' then definitions.clause_definitive
        else definitions.clause_transitional
    end as clause,
    case figures.series when 'management' then 'management@1' else figures.regime || '@1' end as method_id,
    figures.data_quality,
    figures.is_provisional,
    figures.note,
    figures.line_id,
    figures.refresh_period,
    figures.site
from figures
inner join definitions
    on figures.quantity = definitions.quantity
