{#- The steps of the uncertainty of a figure, as `line_steps` states those of the figure itself. -#}
{% macro uncertainty_steps() -%}
    {%- set figure = uncertain_figure() -%}
    {%- set steps = [
        {'model': 'calc_uncertainty_contribution', 'step': 'uncertainty_contribution', 'line_id': 'line_id',
            'subject': 'process', 'object': figure ~ " || ':' || variable_id", 'series': 'series',
            'value': 'contribution', 'unit': 'unit', 'formula': 'uncertainty_contribution',
            'condition': 'is_assessed', 'units': {'uncertainty_share': "'1'"}},
        {'model': 'calc_uncertainty_figure', 'step': 'uncertainty_half_width', 'line_id': 'half_width_id',
            'subject': 'process', 'object': figure, 'series': 'series', 'value': 'half_width', 'unit': 'unit',
            'formula': 'uncertainty_half_width', 'condition': 'half_width is not null'},
        {'model': 'calc_uncertainty_figure', 'step': 'uncertainty_pct', 'line_id': 'first_order_pct_id',
            'subject': 'process', 'object': figure, 'series': 'series', 'value': 'first_order_pct',
            'unit': "'%'", 'formula': 'uncertainty_pct', 'condition': 'first_order_pct is not null',
            'columns': {'see': 'value'}, 'units': {'half_width': 'unit', 'see': 'unit'}}
    ] -%}
    {{ return(steps) }}
{%- endmacro %}

{#- What a line of uncertainty is about: the figure, of its good where goods count by their content. -#}
{% macro uncertain_figure() -%}
    {{ return("case when product = '' then '' else product || ':' end || quantity") }}
{%- endmacro %}
