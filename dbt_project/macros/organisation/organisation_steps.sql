{#- Which steps of an organisation's inventory become lines, in the shape of line_steps (macros/calculation/lines.sql). -#}
{% macro organisation_steps() -%}
    {%- set tonnes = "'tCO2e'" -%}
    {%- set variant = {'object': 'electricity_method', 'series': 'gwp_set', 'unit': tonnes} -%}
    {%- set one = "'1'" -%}
    {%- set quality = {
        'model': 'calc_organisation_quality', 'subject': 'item_key',
        'units': {
            'activity_score': one, 'calibration_score': one, 'factor_score': one, 'activity_interval': one,
            'factor_interval': one, 'half_interval': one, 'emissions': tonnes
        }
    } -%}
    {%- set summary = {
        'model': 'calc_organisation_quality_summary', 'subject': 'category',
        'units': {'assessed': tonnes, 'total': tonnes}
    } -%}
    {{ return([
        {'model': 'calc_organisation_factor', 'step': 'organisation_footprint', 'line_id': 'factor_id',
            'subject': 'subject', 'value': 'factor', 'unit': "'tCO2e/t'", 'formula': 'organisation_footprint',
            'condition': 'footprint is not null', 'units': {'footprint': "'kgCO2e'", 'declared_mass': "'kg'"}},
        {'model': 'calc_organisation_electricity', 'step': 'organisation_electricity', 'line_id': 'line_id',
            'subject': 'share_key', 'value': 'electricity_mwh', 'unit': "'MWh'", 'formula_column': 'formula_name',
            'formulas': ['organisation_account', 'organisation_share'],
            'units': {
                'billed': "'MWh'", 'own_part': 'key_unit', 'whole': 'key_unit', 'days': "'d'", 'year_days': "'d'"
            }},
        {'model': 'calc_organisation_consumption', 'step': 'organisation_consumption', 'line_id': 'consumed_id',
            'subject': 'control', 'value': 'electricity_mwh', 'unit': "'MWh'", 'formula': 'total_sum'},
        {'model': 'calc_organisation_consumption', 'step': 'organisation_green', 'line_id': 'green_id',
            'subject': 'control', 'value': 'green_electricity_mwh', 'unit': "'MWh'", 'formula': 'organisation_green',
            'units': {'consumed': "'MWh'"}, 'condition': "control = 'tenant'"},
        {'model': 'calc_organisation_activity', 'step': 'organisation_activity', 'line_id': 'activity_id',
            'subject': 'item_class', 'object': 'factor_subject', 'value': 'activity', 'unit': 'activity_unit',
            'formula_column': 'formula_name',
            'formulas': ['organisation_service', 'organisation_quantity', 'total_sum'],
            'condition': 'formula_name is not null'},
        {'model': 'calc_organisation_item', 'step': 'organisation_item', 'line_id': 'line_id', 'subject': 'item_key',
            'object': 'gas', 'series': 'line_series', 'value': 'emissions_tco2e', 'unit': tonnes,
            'formula_column': 'formula_name', 'formulas': organisation_item_formulas(),
            'units': {
                'activity': 'activity_unit', 'factor': 'factor_unit', 'emissions': tonnes,
                'gwp_statutory': "'tCO2e/t'", 'gwp': "'tCO2e/t'", 'see_indirect': "'tCO2e/t'",
                'green_electricity': "'MWh'"
            }},
        dict(variant, model='calc_organisation_category', step='organisation_category', line_id='line_id',
            subject="standard || '/' || category", value='emissions_tco2e', formula='total_sum',
            condition='emissions_tco2e is not null'),
        {'model': 'calc_organisation_coverage', 'step': 'organisation_coverage', 'line_id': 'line_id',
            'subject': "'site'", 'value': 'specific_share', 'unit': "'1'", 'formula': 'organisation_coverage'},
        dict(quality, step='organisation_quality', line_id='line_id', value='quality_product', unit=one,
            formula='taiwan_quality_product'),
        dict(quality, step='organisation_interval', line_id='half_interval_id', value='half_interval', unit=one,
            formula='organisation_interval', condition='is_assessed'),
        dict(quality, step='organisation_spread', line_id='spread_id', value='spread_tco2e', unit=tonnes,
            formula='taiwan_spread', condition='is_assessed'),
        dict(summary, step='organisation_quality_product', line_id='quality_product_id', value='quality_product',
            unit=one, formula='taiwan_quality_mean'),
        dict(summary, step='organisation_quality_grade', line_id='quality_grade_id', value='quality_grade', unit=one,
            formula='taiwan_quality_mean'),
        dict(summary, step='organisation_assessed', line_id='assessed_id', value='assessed', unit=tonnes,
            formula='total_sum'),
        dict(summary, step='organisation_uncertainty', line_id='uncertainty_id', value='uncertainty', unit=one,
            formula='taiwan_uncertainty', condition='uncertainty is not null'),
        dict(summary, step='organisation_assessed_share', line_id='assessed_share_id', value='assessed_share',
            unit=one, formula='taiwan_assessed_share'),
        {'model': 'calc_organisation_flow', 'step': 'organisation_flow', 'line_id': 'line_id',
            'subject': "flow || '/' || subject", 'value': 'emissions_tco2e', 'unit': tonnes,
            'formula': 'organisation_flow', 'units': {'consumed': 'consumed_unit', 'specific': 'specific_unit'}},
        {'model': 'calc_organisation_flow', 'step': 'organisation_mean_factor', 'line_id': 'specific_id',
            'subject': 'subject', 'value': 'specific', 'unit': 'specific_unit', 'formula': 'organisation_mean_factor',
            'condition': "flow = 'electricity'"},
        dict(variant, model='calc_organisation_reconciliation', step='organisation_reconciliation',
            line_id='line_id', subject='line_name', value='emissions_tco2e', formula='organisation_difference',
            condition="line_name not in ('organisation_total', 'residual')"),
        dict(variant, model='calc_organisation_reconciliation', step='organisation_residual', line_id='line_id',
            subject="'site'", value='emissions_tco2e', formula='organisation_difference',
            condition="line_name = 'residual'")
    ]) }}
{%- endmacro %}
