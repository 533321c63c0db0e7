{#- Inputs of calc_document_line_input: what crosses the boundary of a process, with the load of boilers. -#}
{% macro process_flow_line_inputs() -%}
    -- Heat, waste gas and electricity that cross the boundary of a process.
    {%- for name, unit, kind in [
        ('quantity', 'quantity_unit', "'fact'"), ('share', "'1'", "'line'"),
        ('units_per_unit', flow_unit('method') ~ " || '/' || quantity_unit", "'constant'"),
        ('m3_per_unit', "'m3/' || quantity_unit", "'constant'"),
        ('specific_volume', "'m3/t'", factor_kind('specific_volume_id')),
        ('enthalpy_flow', "'GJ/t'", factor_kind('enthalpy_flow_id')),
        ('enthalpy_return', "'GJ/t'", factor_kind('enthalpy_return_id')),
        ('ncv', 'ncv_unit', factor_kind('ncv_id')), ('heat_efficiency', "'1'", factor_kind('heat_efficiency_id'))
    ] %}
    {{ document_input_columns('stream_flows', 'flow_id', "'" ~ name ~ "'", name, unit, kind, name ~ '_id') }}
    from stream_flows
    where flow_formula_name in (
        {%- for formula in flow_formulas() if name in formula_inputs(formula) %}'{{ formula }}', {% endfor %}''
    )

    union all
    {%- endfor %}

    {%- for name, unit in [
        ('emission_factor', 'emission_factor_unit'), ('heat_efficiency', "'1'"), ('natural_gas_ef', "'tCO2/TJ'")
    ] %}
    {{ document_input_columns(
        'stream_flows', 'factor_id', "'" ~ name ~ "'", name, unit, factor_kind(name ~ '_id'), name ~ '_id', distinct=true
    ) }}
    from stream_flows
    where heat_basis = 'fuel'
        and factor is not null
        {%- if name == 'natural_gas_ef' %}
        and heat_formula_name = 'heat_of_waste_gas'
        {%- endif %}

    union all
    {%- endfor %}

    {%- for line, inputs in {
        'load_factor': [
            ('quantity', 'quantity_unit', "'fact'"), ('ncv', 'ncv_unit', factor_kind('ncv_id')),
            ('rated_fuel_input', "'GJ/h'", factor_kind('rated_fuel_input_id')), ('period_hours', "'h'", "'constant'")
        ],
        'efficiency_line': [
            ('load_factor', "'1'", "'line'"), ('load_below', "'1'", "'constant'"), ('load_above', "'1'", "'constant'"),
            ('efficiency_below', "'1'", factor_kind('efficiency_below_id')),
            ('efficiency_above', "'1'", factor_kind('efficiency_above_id'))
        ]
    }.items() %}
    {%- for name, unit, kind in inputs %}
    {{ document_input_columns(
        'stream_flows', line ~ '_id', "'" ~ name ~ "'", name, unit, kind, name ~ '_id', distinct=true
    ) }}
    from stream_flows
    where {{ 'load_factor is not null' if line == 'load_factor' else 'heat_efficiency_id = efficiency_line_id' }}

    union all
    {%- endfor %}
    {%- endfor %}

    {{ document_input_columns(
        'stream_flows', 'process_flow_id', "'part'", 'cast(flow_quantity as double)', flow_unit('method'), "'line'",
        'flow_id', order='flow_id'
    ) }}
    from stream_flows

    union all

    {{ document_input_columns(
        'stream_flows', 'stream_flows.process_factor_id', 'weighted.input_name',
        "case when weighted.input_name = 'weight' then cast(stream_flows.flow_quantity as double) "
            ~ 'else stream_flows.factor end',
        "case when weighted.input_name = 'weight' then " ~ flow_unit('stream_flows.method')
            ~ ' else stream_flows.factor_unit end',
        "case when weighted.input_name = 'weight' or stream_flows.factor_id like 'line:%' then 'line' else 'factor' end",
        "case when weighted.input_name = 'weight' then stream_flows.flow_id else stream_flows.factor_id end",
        order='stream_flows.flow_id'
    ) }}
    from stream_flows
    inner join process_flows
        on stream_flows.process_factor_id = process_flows.process_factor_id
        and process_flows.factor is not null
    inner join (
        select 'weight' as input_name
        union all
        select 'factor' as input_name
    ) as weighted
        on 1 = 1
{%- endmacro %}

{#- Lines of calc_document_line: what crosses the boundary of a process, with the load of boilers. -#}
{% macro process_flow_lines() -%}
    {{ document_line_columns(
        'flow_id', 'method',
        "case flow_formula_name when 'flow_energy' then 'IR (EU) 2025/2547, Annex III, A, equation 55' "
            ~ "when 'flow_fuel' then 'IR (EU) 2025/2547, Annex II, C, equations 32 and 33' "
            ~ "else 'IR (EU) 2025/2547, Annex II, C, equations 30 and 31' end",
        'source_stream', "'stream_flow'", 'cast(flow_quantity as double)', flow_unit('method'),
        formula_text_by('flow_formula_name', flow_formulas()), object='process', quality='data_quality'
    ) }}
    from stream_flows

    union all

    {{ document_line_columns(
        'factor_id', "'heat_of_fuel'", "'IR (EU) 2025/2547, Annex III, A, equation 44'", 'source_stream',
        "'heat_of_fuel'", 'factor', 'factor_unit',
        formula_text_by('heat_formula_name', ['heat_of_fuel', 'heat_of_waste_gas']), distinct=true
    ) }}
    from stream_flows
    where heat_basis = 'fuel'
        and factor is not null

    union all

    {{ document_line_columns(
        'load_factor_id', "'load_factor'", "'IR (EU) 2025/2547, Annex II, C, equation 34'", 'source_stream',
        "'load_factor'", 'load_factor', "'1'", formula_text('load_factor'), distinct=true
    ) }}
    from stream_flows
    where load_factor is not null

    union all

    {{ document_line_columns(
        'heat_efficiency_id', "'load_factor'", "'IR (EU) 2025/2547, Annex II, C, equation 34'", 'source_stream',
        "'heat_efficiency_at_load'", 'heat_efficiency', "'1'", formula_text('heat_efficiency_at_load'), distinct=true
    ) }}
    from stream_flows
    where heat_efficiency_id = efficiency_line_id

    union all

    {{ document_line_columns(
        'process_flow_id', 'method', "'IR (EU) 2025/2547, Annex III, A, equation 55'", 'method', "'process_flow'",
        'quantity', flow_unit('method'), "'sum(part)'", object='process'
    ) }}
    from process_flows

    union all

    {{ document_line_columns(
        'process_factor_id', "'quantity_weighted_mean'", "'IR (EU) 2025/2547, Annex III, A, equation 55'", 'method',
        "'process_flow_factor'", 'factor', 'factor_unit', "'sumproduct(weight, factor) / sum(weight)'", object='process'
    ) }}
    from process_flows
    where factor is not null
{%- endmacro %}
