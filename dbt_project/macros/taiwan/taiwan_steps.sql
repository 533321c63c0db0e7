{#- Which steps of the Taiwanese calculation become lines, in the shape of line_steps (macros/calculation/lines.sql). -#}
{% macro taiwan_steps() -%}
    {%- set tonnes = "'tCO2e'" -%}
    {%- set one = "'1'" -%}
    {%- set fee = {
        'model': 'calc_taiwan_fee', 'subject': 'fee_option', 'series': 'series',
        'units': {
            'liable_total': tonnes, 'offset_increment': tonnes, 'supplied_electricity': tonnes, 'annual': tonnes,
            'threshold': tonnes, 'excess': tonnes, 'coefficient': one, 'gross_product': tonnes, 'gross': tonnes,
            'voluntary': "'t'", 'voluntary_ratio': "'t/t'", 'early': "'t'", 'early_ratio': "'t/t'",
            'domestic_cap': one, 'foreign_credits': "'t'", 'foreign_cap': one, 'domestic_deduction': tonnes,
            'foreign_deduction': tonnes, 'net': tonnes, 'chargeable': tonnes, 'rate': "'TWD/tCO2e'",
            'fee_amount': "'TWD'"
        }
    } -%}
    {%- set interval = {
        'model': 'calc_taiwan_interval', 'subject': 'source', 'object': 'gas', 'series': 'series',
        'units': {
            'activity_interval': one, 'ncv_interval': one, 'factor_interval': one, 'emissions': tonnes,
            'half_interval': one
        }
    } -%}
    {%- set summary = {'model': 'calc_taiwan_summary', 'subject': "'site'", 'series': 'series'} -%}
    {%- set steps = [
        {'model': 'calc_taiwan_green', 'step': 'taiwan_green_electricity', 'line_id': 'line_id', 'subject': "'site'",
            'value': 'green_electricity_mwh', 'unit': "'MWh'", 'formula': 'taiwan_green_electricity',
            'units': {'consumed': "'MWh'"}},
        {'model': 'calc_taiwan_source_emission', 'step': 'taiwan_source', 'line_id': 'line_id', 'subject': 'source',
            'object': 'gas', 'series': 'series', 'value': 'emissions_tco2e', 'unit': tonnes,
            'formula_column': 'formula_name', 'formulas': taiwan_source_formulas(), 'quality': 'data_quality',
            'units': {
                'activity': 'activity_unit', 'ncv': 'ncv_unit', 'gas_factor': 'gas_factor_unit', 'biomass': one,
                'gwp': "'tCO2e/t'", 'emissions': tonnes, 'electricity': "'MWh'",
                'electricity_factor': "'tCO2/MWh'", 'green_electricity': "'MWh'", 'green_factor': "'tCO2/MWh'",
                'cf4': "'t'", 'gwp_cf4': "'tCO2e/t'", 'c2f6': "'t'", 'gwp_c2f6': "'tCO2e/t'", 'collection_efficiency': one,
                'gas_mass': "'t'"
            }},
        {'model': 'calc_taiwan_total', 'step': 'taiwan_sum', 'line_id': 'line_id', 'subject': 'total',
            'series': 'series', 'value': 'emissions_tco2e', 'unit': tonnes, 'formula': 'total_sum'},
        {'model': 'calc_taiwan_total', 'step': 'taiwan_total', 'line_id': 'rounded_line_id', 'subject': 'total',
            'series': 'series', 'value': 'rounded_tco2e', 'unit': tonnes, 'formula': 'taiwan_rounded_total',
            'units': {'unrounded': tonnes}},
        dict(fee, step='taiwan_chargeable', line_id='chargeable_id', value='chargeable', unit=tonnes,
            formula_column='chargeable_formula_name', formulas=['taiwan_chargeable', 'taiwan_not_liable']),
        dict(fee, step='taiwan_fee_amount', line_id='fee_amount_id', value='fee_amount', unit="'TWD'",
            formula='taiwan_fee_amount'),
        dict(fee, step='taiwan_fee', line_id='fee_id', value='fee', unit="'TWD'", formula='taiwan_fee'),
        {'model': 'calc_taiwan_break_even', 'step': 'taiwan_break_even', 'line_id': 'line_id', 'subject': 'phase',
            'value': 'break_even_tco2e', 'unit': tonnes, 'formula': 'taiwan_break_even',
            'units': {'threshold': tonnes, 'coefficient': one}},
        {'model': 'calc_taiwan_restatement', 'step': 'taiwan_restatement', 'line_id': 'line_id',
            'subject': 'restated', 'series': "'verified'", 'value': 'difference', 'unit': 'unit',
            'formula': 'taiwan_difference', 'units': {'later': 'unit', 'earlier': 'unit'}},
        {'model': 'calc_taiwan_target', 'step': 'taiwan_target_base', 'line_id': 'base_id', 'subject': 'target',
            'object': 'category', 'value': 'base', 'unit': tonnes, 'formula_column': 'base_formula_name',
            'formulas': ['taiwan_base_sum', 'taiwan_base_mean'], 'condition': 'base is not null'},
        {'model': 'calc_taiwan_target', 'step': 'taiwan_target_part', 'line_id': 'line_id', 'subject': 'target',
            'object': 'category', 'value': 'target_tco2e', 'unit': tonnes, 'formula': 'taiwan_target_part',
            'units': {'base': tonnes, 'cut': one}},
        {'model': 'calc_taiwan_target_total', 'step': 'taiwan_target', 'line_id': 'line_id', 'subject': 'target',
            'value': 'target_tco2e', 'unit': tonnes, 'formula': 'total_sum'},
        {'model': 'calc_taiwan_plan', 'step': 'taiwan_plan', 'line_id': 'line_id', 'subject': 'plan_kind',
            'value': 'plan_tco2e', 'unit': tonnes, 'formula': 'total_sum'},
        {'model': 'calc_taiwan_plan_gap', 'step': 'taiwan_plan_gap', 'line_id': 'line_id', 'subject': "'site'",
            'series': 'series', 'value': 'gap_tco2e', 'unit': tonnes, 'formula': 'taiwan_plan_gap',
            'units': {'emissions': tonnes, 'plan_target': tonnes}},
        {'model': 'calc_taiwan_quality', 'step': 'taiwan_source_sum', 'line_id': 'emissions_id',
            'subject': 'source', 'series': 'series', 'value': 'emissions_tco2e', 'unit': tonnes,
            'formula': 'total_sum'},
        {'model': 'calc_taiwan_quality', 'step': 'taiwan_quality', 'line_id': 'line_id', 'subject': 'source',
            'series': 'series', 'value': 'quality_product', 'unit': one, 'formula': 'taiwan_quality_product',
            'units': {'activity_score': one, 'calibration_score': one, 'factor_score': one}},
        dict(interval, step='taiwan_heating_value', object=none, line_id='sampled_id', value='sampled_interval',
            unit=one, formula='taiwan_interval_sampled', units={'t_value': one, 'samples': one},
            condition="sampled_interval is not null and side = 'lower' and gas = 'CO2'"),
        dict(interval, step='taiwan_interval', step_column="'taiwan_interval_' || side", line_id='half_interval_id',
            value='half_interval', unit=one, formula='taiwan_interval', condition='is_assessed'),
        dict(interval, step='taiwan_spread', step_column="'taiwan_spread_' || side", line_id='spread_id',
            value='spread_tco2e', unit=tonnes, formula='taiwan_spread', condition='is_assessed'),
        dict(summary, step='taiwan_quality_product', line_id='quality_product_id', value='quality_product',
            unit=one, formula='taiwan_quality_mean'),
        dict(summary, step='taiwan_quality_grade', line_id='quality_grade_id', value='quality_grade', unit=one,
            formula='taiwan_quality_mean'),
        dict(summary, step='taiwan_assessed', line_id='assessed_id', value='assessed', unit=tonnes,
            formula='total_sum'),
        dict(summary, step='taiwan_uncertainty_lower', line_id='uncertainty_lower_id', value='uncertainty_lower',
            unit=one, formula='taiwan_uncertainty', units={'assessed': tonnes}),
        dict(summary, step='taiwan_uncertainty_upper', line_id='uncertainty_upper_id', value='uncertainty_upper',
            unit=one, formula='taiwan_uncertainty', units={'assessed': tonnes}),
        dict(summary, step='taiwan_assessed_share', line_id='assessed_share_id', value='assessed_share', unit=one,
            formula='taiwan_assessed_share', units={'assessed': tonnes, 'total': tonnes})
    ] -%}
    {%- for name in ['annual', 'excess', 'gross_product', 'gross', 'domestic_deduction', 'foreign_deduction', 'net'] -%}
        {%- do steps.append(dict(
            fee, step='taiwan_' ~ name, line_id=name ~ '_id', value=name, unit=tonnes, formula='taiwan_' ~ name,
            condition='is_liable'
        )) -%}
    {%- endfor -%}
    {{ return(steps) }}
{%- endmacro %}
