{#-
  Which steps of the calculation become lines, and where each input of a line comes from. A line's formula is the one
  its model computes with (macros/calculation/formulas.sql); an input `x` is the model's column `x`, its source the
  column `x_id`. Inputs under sum() and sumproduct() are lists: calc_calculation_line_input states each list once.

  Keys of a step: model, step, line_id; value (SQL), unit (SQL); formula (a name), or formula_column with the names it
  may hold, or formula_text (SQL) with its inputs; subject, object, series (SQL); quality (SQL); condition (SQL);
  units (SQL by input); conditions (SQL by input, when the input stands in the formula of a row).
-#}
{% macro line_steps() -%}
    {%- set tonnes = "'tCO2e'" -%}
    {%- set streams = {
        'model': 'calc_source_stream_emission', 'subject': 'source_stream', 'quality': 'data_quality',
        'units': {
            'activity': 'activity_unit', 'ncv': 'ncv_unit', 'emission_factor': 'emission_factor_unit',
            'carbon_content': 'carbon_content_unit', 'carbon_to_co2': "'tCO2/tC'", 'oxidation': 'share_unit',
            'conversion': 'share_unit', 'biomass': 'share_unit', 'calcination': "'1'"
        }
    } -%}
    {%- set pfc = {
        'model': 'calc_pfc_emission', 'subject': 'emission_source', 'quality': 'data_quality',
        'units': {
            'production': "'t'", 'frequency': "'1/(cell*day)'", 'duration': "'min'",
            'anode_effect_minutes': "'min'", 'cell_days': "'cell*day'",
            'slope_factor': "'(kg CF4/t)/(min/(cell*day))'", 'overvoltage': 'overvoltage_unit',
            'current_efficiency': 'current_efficiency_unit',
            'overvoltage_factor': "'(kg CF4/t)/mV'", 'c2f6_fraction': "'t/t'", 'collection_efficiency': "'1'",
            'cf4': "'t'", 'c2f6': "'t'", 'gwp_cf4': "'tCO2e/t'", 'gwp_c2f6': "'tCO2e/t'"
        }
    } -%}
    {%- set cems = {
        'model': 'calc_cems_emission', 'subject': 'emission_source', 'quality': 'data_quality',
        'units': {
            'concentration': "'g/Nm3'", 'hours': "'h'", 'flow': "'1000Nm3/h'", 'biomass': 'biomass_unit',
            'gwp': "'tCO2e/t'", 'measured_mass': "'t'", 'valid_hours': "'1'", 'concentration_sum': "'g/Nm3'",
            'concentration_squared': "'(g/Nm3)^2'", 'unmeasured_flow': "'Nm3'", 'substitute': "'g/Nm3'",
            'gas_mass': "'t'"
        }
    } -%}
    {%- set attributed = {
        'model': 'calc_attributed_emission', 'subject': 'process', 'series': 'series',
        'units': {
            'direct': tonnes, 'reconciliation_factor': "'1'", 'heat_imported': "'TJ'", 'heat_exported': "'TJ'",
            'heat_imported_factor': "'tCO2/TJ'", 'heat_exported_factor': "'tCO2/TJ'", 'waste_gas_imported': "'TJ'",
            'waste_gas_exported': "'TJ'", 'natural_gas_ef': "'tCO2/TJ'", 'waste_gas_export': "'1'",
            'waste_gas_correction': tonnes,
            'electricity_exported': "'MWh'", 'electricity_exported_factor': "'tCO2/MWh'",
            'electricity': "'MWh'", 'electricity_factor': "'tCO2/MWh'"
        }
    } -%}
    {%- set attributed_inputs = [
        'direct', 'reconciliation_factor', 'heat_imported', 'heat_imported_factor', 'heat_exported',
        'heat_exported_factor', 'waste_gas_imported', 'waste_gas_exported', 'natural_gas_ef', 'waste_gas_export',
        'electricity_exported', 'electricity_exported_factor', 'waste_gas_correction'
    ] -%}
    {%- set conditions = {} -%}
    {%- for name in attributed_inputs -%}
        {%- do conditions.update({name: attribution_input_condition(name)}) -%}
    {%- endfor -%}
    {%- set intensity = {
        'model': 'calc_process_intensity', 'subject': 'process', 'series': 'series', 'quality': 'direct_data_quality'
    } -%}
    {%- set specific = "'tCO2e/' || activity_level_unit" -%}
    {%- set steps = [
        dict(streams, step='source_stream_emission', line_id='fossil_line_id', value='emissions_fossil_tco2e',
            unit=tonnes, formula_column='fossil_formula_name', formulas=stream_formulas('fossil')),
        dict(streams, step='source_stream_biogenic', line_id='biogenic_line_id', value='emissions_biogenic_tco2e',
            unit=tonnes, formula_column='biogenic_formula_name', formulas=stream_formulas('biogenic'),
            condition='emissions_biogenic_tco2e <> 0'),
        dict(streams, step='source_stream_energy', line_id='energy_line_id', value='energy_tj', unit="'TJ'",
            formula='activity_energy', condition='energy_tj is not null'),
        dict(pfc, step='pfc_cf4', line_id='cf4_id', value='cf4', unit="'t'", formula_column='cf4_formula_name',
            formulas=['pfc_cf4_slope', 'pfc_cf4_slope_minutes', 'pfc_cf4_overvoltage']),
        dict(pfc, step='pfc_c2f6', line_id='c2f6_id', value='c2f6', unit="'t'", formula='pfc_c2f6'),
        dict(pfc, step='pfc_emission', line_id='line_id', value='emissions_tco2e', unit=tonnes,
            formula='pfc_emissions'),
        dict(cems, step='cems_substitute', line_id='substitute_id', value='substitute', unit="'g/Nm3'",
            formula='cems_substitute', condition='substitute is not null'),
        dict(cems, step='cems_mass', line_id='gas_mass_id', value='gas_mass', unit="'t'",
            formula_column='mass_formula_name', formulas=['cems_mass', 'cems_mass_substituted'],
            condition='gas_mass is not null'),
        dict(cems, step='cems_emission', line_id='fossil_line_id', value='emissions_fossil_tco2e', unit=tonnes,
            formula_column='formula_name', formulas=['cems_fossil', 'cems_fossil_mass', 'cems_n2o_mass']),
        dict(cems, step='cems_biogenic', line_id='biogenic_line_id', value='emissions_biogenic_tco2e', unit=tonnes,
            formula_column='biogenic_formula_name', formulas=['cems_biogenic', 'cems_biogenic_mass'],
            condition='emissions_biogenic_tco2e <> 0'),
        {'model': 'calc_installation_total', 'step': 'installation_total', 'line_id': 'line_id',
            'subject': 'quantity', 'value': 'total', 'unit': 'unit', 'formula_column': 'formula_name',
            'formulas': ['total_sum', 'total_manual'], 'units': {'manual_total': 'unit'}},
        {'model': 'calc_direct_total', 'step': 'total_direct', 'line_id': 'line_id', 'subject': "'installation'",
            'value': 'total_direct', 'unit': tonnes, 'formula': 'total_sum'},
        {'model': 'calc_process', 'step': 'activity_level', 'line_id': 'activity_line_id', 'subject': 'process',
            'value': 'activity_level', 'unit': 'activity_unit', 'formula_column': 'activity_formula_name',
            'formulas': ['activity_sum', 'activity_single'], 'units': {'activity': 'activity_unit'}},
        {'model': 'calc_document_attribution', 'step': 'chp_output', 'line_id': 'output_line_id',
            'subject': 'source_stream', 'object': 'bearer', 'value': 'weighed_output', 'unit': "'GJ'",
            'formula_column': 'output_formula_name', 'formulas': ['chp_output', 'chp_output_default'],
            'condition': 'output_formula_name is not null',
            'units': {
                'output': 'output_unit', 'gj_per_unit': "'GJ/' || output_unit", 'reference_efficiency': "'1'",
                'default_efficiency': "'1'"
            }},
        {'model': 'calc_stream_share', 'step': 'stream_share', 'line_id': 'line_id', 'subject': 'source_stream',
            'object': 'bearer', 'value': 'share', 'unit': "'1'", 'formula_column': 'formula_name',
            'formulas': ['share_of_quantity', 'share_declared'],
            'units': {'numerator': 'numerator_unit', 'denominator': 'numerator_unit', 'declared_share': "'1'"}},
        {'model': 'calc_stream_share', 'step': 'stream_denominator', 'line_id': 'denominator_id',
            'subject': 'source_stream', 'value': 'denominator', 'unit': 'numerator_unit',
            'formula': 'stream_denominator', 'condition': 'states_denominator'},
        {'model': 'calc_stream_share', 'step': 'molar_amount', 'line_id': 'molar_amount_id', 'subject': 'source_stream',
            'object': 'process', 'value': 'molar_amount', 'unit': "'Mmol'", 'formula': 'molar_amount',
            'condition': 'molar_amount is not null',
            'units': {'production': 'production_unit', 'molar_mass': "'g/mol'"}},
        {'model': 'calc_stream_attribution', 'step': 'stream_attribution', 'line_id': 'line_id',
            'subject': 'source_stream', 'object': 'bearer', 'value': 'attributed_tco2e', 'unit': tonnes,
            'formula': 'stream_attribution', 'quality': 'data_quality',
            'units': {'emissions': tonnes, 'share': "'1'"}},
        {'model': 'calc_process_direct', 'step': 'process_direct', 'line_id': 'line_id', 'subject': 'process',
            'value': 'direct', 'unit': tonnes, 'formula_column': 'formula_name',
            'formulas': ['process_direct_sum', 'process_direct_declared'], 'units': {'declared': tonnes}},
        {'model': 'calc_reconciliation', 'step': 'reconciliation', 'line_id': 'line_id',
            'subject': "'installation'", 'series': 'series', 'value': 'reconciliation_factor', 'unit': "'1'",
            'formula': 'reconciliation', 'units': {'total_direct': tonnes}},
        dict(attributed, step='attributed_direct', line_id='direct_line_id', value='attributed_direct_tco2e',
            unit=tonnes, formula_text='direct_formula', inputs=attributed_inputs, conditions=conditions),
        dict(attributed, step='attributed_indirect', line_id='indirect_line_id',
            value='attributed_indirect_tco2e', unit=tonnes, formula='attributed_indirect'),
        {'model': 'calc_indirect_total', 'step': 'total_indirect', 'line_id': 'line_id',
            'subject': "'installation'", 'series': 'series', 'value': 'total_indirect', 'unit': tonnes,
            'formula_column': 'formula_name', 'formulas': ['total_sum', 'total_manual'],
            'units': {'manual_total': tonnes}},
        {'model': 'calc_unattributed', 'step': 'unattributed_direct', 'line_id': 'direct_line_id',
            'subject': "'installation'", 'series': 'series', 'value': 'unattributed_direct_tco2e', 'unit': tonnes,
            'formula': 'unattributed', 'units': {'total': tonnes}, 'columns': {'total': 'total_direct'}},
        {'model': 'calc_unattributed', 'step': 'unattributed_indirect', 'line_id': 'indirect_line_id',
            'subject': "'installation'", 'series': 'series', 'value': 'unattributed_indirect_tco2e',
            'unit': tonnes, 'formula': 'unattributed', 'units': {'total': tonnes},
            'columns': {'total': 'total_indirect'}},
        {'model': 'calc_precursor_value', 'step': 'precursor_indirect', 'line_id': 'indirect_line_id',
            'subject': 'precursor', 'series': 'series', 'value': 'see_indirect', 'unit': "'tCO2e/t'",
            'formula': 'precursor_indirect', 'quality': 'data_quality', 'condition': 'is_indirect_computed',
            'units': {'electricity': "'MWh/t'", 'electricity_factor': "'tCO2/MWh'"}},
        {'model': 'calc_process_see', 'step': 'embedded', 'step_column': "'embedded_' || chain",
            'line_id': 'embedded_id', 'subject': 'process', 'series': 'series', 'value': 'embedded_exact',
            'unit': 'amount_unit', 'formula': 'embedded', 'quality': 'data_quality'},
        {'model': 'calc_process_see', 'step': 'specific', 'step_column': 'chain', 'line_id': 'line_id',
            'subject': 'process', 'series': 'series', 'value': 'specific',
            'unit': "amount_unit || '/' || activity_level_unit", 'formula_column': 'formula_name',
            'formulas': ['specific_embedded', 'specific_passed_on'], 'quality': 'data_quality',
            'units': {
                'attributed': 'amount_unit', 'embedded': 'amount_unit', 'activity_level': 'activity_level_unit'
            }},
        dict(intensity, step='see_total', line_id='see_total_id', value='see_total', unit=specific,
            formula='see_total',
            units={'see_direct': specific, 'see_indirect': specific}),
        dict(intensity, step='see_chargeable', line_id='see_chargeable_id', value='see_chargeable', unit=specific,
            formula_column='chargeable_formula_name', formulas=['see_chargeable', 'chargeable_definitive'],
            condition='is_outside_cbam is not true',
            units={'see_direct': specific, 'see_indirect': specific, 'chargeable_indirect': specific}),
        dict(intensity, step='default_share', line_id='default_share_id', value='default_share', unit="'1'",
            formula_column='default_share_formula_name', formulas=['default_share', 'default_share_cyclic'],
            units={'default_part': specific, 'see_direct': specific, 'recirculated': specific})
    ] -%}
    {%- do steps.append(
        dict(intensity, step='functional_level', line_id='functional_level_id', value='functional_level', unit="'t'",
            formula='functional_level', condition='functional_level is not null')
    ) -%}
    {%- do steps.append(
        {'model': 'calc_precursor_flow', 'step': 'own_precursor_by_content', 'line_id': 'consumed_id',
            'subject': 'precursor', 'object': 'process', 'value': 'consumed_quantity', 'unit': "'t'",
            'formula': 'own_precursor_by_content', 'condition': "is_own and consumed_id like 'line:%'"}
    ) -%}
    {#- A line of its own, which the windows of later months can name. -#}
    {%- do steps.append(
        {'model': 'calc_product', 'step': 'functional_made', 'line_id': 'made_line_id', 'subject': 'process',
            'object': 'product', 'value': 'made', 'unit': "'t'", 'formula': 'activity_single',
            'columns': {'activity': 'made'}, 'condition': 'content is not null and made <> 0',
            'units': {'activity': "'t'"}}
    ) -%}
    {%- for content in ['clinker_content', 'nitrogen_content'] -%}
        {%- do steps.append(
            {'model': 'calc_product', 'step': content, 'line_id': 'content_line_id', 'subject': 'process',
                'object': 'product', 'value': 'content', 'unit': "'1'", 'formula': 'content',
                'condition': "content is not null and content_name = '" ~ content ~ "'", 'units': {'content': "'1'"}}
        ) -%}
    {%- endfor -%}
    {%- for form in nitrogen_forms() -%}
        {%- do steps.append(
            {'model': 'calc_product', 'step': form, 'line_id': form ~ '_line_id', 'subject': 'process',
                'object': 'product', 'value': form, 'unit': "'1'", 'formula': 'content', 'columns': {'content': form},
                'condition': form ~ ' is not null', 'units': {'content': "'1'"}}
        ) -%}
    {%- endfor -%}
    {%- for quantity in functional_quantities() -%}
        {%- do steps.extend([
            dict(intensity, step=quantity ~ '_functional', line_id=quantity ~ '_functional_id',
                value=quantity ~ '_functional', unit=specific, formula='functional_see', columns={'see': quantity},
                condition=quantity ~ '_functional is not null',
                units={'see': specific, 'activity_level': 'activity_level_unit', 'functional_level': "'t'"}),
            {'model': 'calc_process_figure', 'step': 'qualified_' ~ quantity, 'line_id': 'line_id', 'subject': 'process',
                'object': 'product', 'series': 'series', 'value': 'value', 'unit': "'tCO2e/' || activity_unit",
                'formula': 'qualified_see', 'quality': 'data_quality',
                'condition': "functional is not null and quantity = '" ~ quantity ~ "'",
                'units': {'functional': "'tCO2e/' || activity_unit", 'content': "'1'"}}
        ]) -%}
    {%- endfor -%}
    {{ return(steps) }}
{%- endmacro %}

{#- Where the value of an input came from, told by the form of its id. -#}
{% macro source_kind(source_id) -%}
    case
        when {{ source_id }} like 'line:%' then 'line'
        when {{ source_id }} like 'fact:%' or {{ source_id }} like 'cell:%' then 'fact'
        when {{ source_id }} like 'factor:%' then 'factor'
        else 'constant'
    end
{%- endmacro %}

{#- The lines of one step; `distinct` where several rows of its model share a line. -#}
{% macro step_lines(step) -%}
    select {{ 'distinct' if step.distinct }}
        {{ step.line_id }} as line_id,
        '{{ step.step }}' as step,
        {{ step.series or "'-'" }} as series,
        cast({{ step.subject }} as varchar) as subject,
        {{ step.object or "''" }} as object,
        {{ step.step_column or "'" ~ step.step ~ "'" }} as quantity,
        cast({{ step.value }} as double) as value,
        {{ step.unit }} as unit,
        {% if step.formula_text -%}
        {{ step.formula_text }}
        {%- elif step.formula_column -%}
        {{ formula_text_by(step.formula_column, step.formulas) }}
        {%- else -%}
        {{ formula_text(step.formula) }}
        {%- endif %} as formula,
        {{ step.quality or "'calculated'" }} as data_quality,
        site,
        period
    from {{ ref(step.model) }}
    where {{ in_scope() }}
        and {{ step.condition or '1 = 1' }}
{%- endmacro %}

{#- Name and SQL condition of every single input of a step. -#}
{% macro step_inputs(step) -%}
    {%- set found = {} -%}
    {%- if step.formula_text -%}
        {%- for name in step.inputs -%}{%- do found.update({name: step.conditions[name]}) -%}{%- endfor -%}
    {%- elif step.formula_column -%}
        {%- for formula in step.formulas -%}
            {%- for name in formula_inputs(formula) -%}
                {%- do found.update({name: found.get(name, []) + [formula]}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for name, formulas in found.items() -%}
            {%- do found.update({name: step.formula_column ~ " in ('" ~ formulas | join("', '") ~ "')"}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for name in formula_inputs(step.formula) -%}{%- do found.update({name: '1 = 1'}) -%}{%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#- The single inputs of the lines of one step. -#}
{% macro step_input_rows(step) -%}
    {%- for name, condition in step_inputs(step).items() %}
    {%- set column = (step.columns or {}).get(name, name) %}
    select {{ 'distinct' if step.distinct }}
        {{ step.line_id }} as line_id,
        '{{ name }}' as input_name,
        1 as input_index,
        cast({{ column }} as double) as value,
        {{ step.units[name] }} as unit,
        cast({{ column }}_id as varchar) as source_id,
        site,
        period
    from {{ ref(step.model) }}
    where {{ in_scope() }}
        and {{ step.condition or '1 = 1' }}
        and {{ condition }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#-
  A whole model of lines: those of the steps, with method and clause. For methods that one set of clauses serves in every
  period; calc_calculation_line tells the regimes apart.
-#}
{% macro method_lines(steps) -%}
with
lines as (
    {%- for step in steps %}
    {{ step_lines(step) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

steps as (
    select * from {{ ref('calculation_step') }}
)

select
    lines.line_id,
    steps.method_id,
    steps.clause_definitive as clause,
    lines.series,
    lines.subject,
    lines.object,
    lines.quantity,
    lines.value,
    lines.unit,
    lines.formula,
    lines.data_quality,
    lines.site,
    lines.period
from lines
inner join steps
    on lines.quantity = steps.step
{%- endmacro %}

{#-
  The end of a model of inputs: the single inputs of the steps, and its CTE `listed_inputs`. There `sort_key` orders what is
  under one name; the two names of a sumproduct share it, and so their index.
-#}
{% macro line_inputs(steps) -%}
single_inputs as (
    {%- for step in steps if step_inputs(step) %}
    {{ step_input_rows(step) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

inputs as (
    select line_id, input_name, input_index, value, unit, source_id, site, period
    from single_inputs

    union all

    select
        line_id,
        input_name,
        row_number() over (
            partition by line_id, input_name
            order by sort_key
        ) as input_index,
        value,
        unit,
        source_id,
        site,
        period
    from listed_inputs
)

select
    line_id,
    input_name,
    cast(input_index as integer) as input_index,
    value,
    unit,
    {{ source_kind('source_id') }} as source_kind,
    source_id,
    site,
    period
from inputs
{%- endmacro %}
