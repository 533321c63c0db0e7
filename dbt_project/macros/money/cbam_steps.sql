{#- Which steps of money become lines, in the shape of line_steps (macros/calculation/lines.sql). -#}
{% macro cbam_steps() -%}
    {%- set specific = "'tCO2e/t'" -%}
    {%- set one = "'1'" -%}
    {%- set good = {'model': 'calc_cbam_good', 'subject': 'good_key'} -%}
    {%- set process = {'model': 'calc_cbam_process_sefa', 'subject': 'process'} -%}
    {%- set product = {'model': 'calc_cbam_product', 'subject': 'process', 'object': 'product'} -%}
    {%- set import = {
        'model': 'calc_cbam_import', 'subject': 'importer_eori', 'object': 'net_mass_id',
        'units': {
            'net_mass': "'t'", 'table_content': one, 'table_mass': "'t'", 'mass': "'t'", 'see': specific, 'sefa': specific, 'carbon_price_credit': "'tCO2e'",
            'certificates': "'certificate'", 'price': "'EUR/tCO2e'", 'default_total': specific
        }
    } -%}
    {%- set importer = {
        'model': 'calc_cbam_importer', 'subject': 'importer_eori',
        'units': {'certificates': "'certificate'", 'penalty': "'EUR/tCO2e'"}
    } -%}
    {%- set holding = {
        'model': 'calc_cbam_holding', 'subject': 'importer_eori', 'object': 'cast(quarter as varchar)', 'unit': "'certificate'",
        'units': {
            'holding': "'certificate'", 'holding_prior': "'certificate'", 'required': "'certificate'", 'held': "'certificate'"
        }
    } -%}
    {%- set paid = {
        'model': 'calc_cbam_paid', 'subject': 'importer_eori',
        'units': {
            'paid_net': "'EUR'", 'bought_net': "'certificate'", 'certificates': "'certificate'", 'certificate_cost': "'EUR'",
            'cost_paid': "'EUR'", 'cost_open': "'EUR'"
        }
    } -%}
    {{ return([
        dict(good, step='cbam_default_see', line_id='default_see_id', value='default_see', unit=specific,
            formula='default_marked_up', units={'default_total': specific, 'mark_up': one}, quality="'default'",
            condition='default_see is not null'),
        dict(good, step='cbam_sefa_process', line_id='sefa_process_id', value='sefa_process', unit=specific,
            formula='sefa_process', units={'cbam_factor': one, 'cscf': one, 'benchmark': specific},
            condition='not is_zero_rated and sefa_process is not null'),
        {'model': 'calc_cbam_precursor_lot', 'step': 'cbam_precursor_sefa_by_content', 'line_id': 'sefa_id',
            'subject': 'precursor', 'object': 'declaration', 'value': 'sefa', 'unit': specific,
            'formula': 'sefa_by_content', 'units': {'functional_sefa': specific, 'stated_content': one},
            'condition': 'stated_content is not null and sefa is not null', 'distinct': true},
        {'model': 'calc_cbam_precursor', 'step': 'cbam_precursor_sefa', 'line_id': 'sefa_id', 'subject': 'precursor',
            'value': 'sefa', 'unit': specific, 'formula': 'precursor_sefa_mean', 'condition': 'is_mixed and sefa is not null'},
        dict(process, step='cbam_embedded_sefa', line_id='embedded_id', value='embedded_exact', unit="'tCO2e'",
            formula='embedded'),
        dict(process, step='cbam_sefa_precursors', line_id='sefa_precursors_id', value='sefa_precursors',
            unit=specific, formula='specific_passed_on',
            units={'embedded': "'tCO2e'", 'activity_level': 'activity_level_unit'}),
        dict(process, step='cbam_sefa_of_process', line_id='sefa_id', value='sefa', unit=specific, formula='sefa',
            units={'sefa_process': specific, 'sefa_precursors': specific}),
        dict(product, step='cbam_default_see_of_good', line_id='see_id', value='see', unit=specific,
            formula='see_of_good', quality="'default'", units={'published_see': specific, 'table_content': one},
            condition="value_option = 'default' and table_content is not null and published_see is not null"),
        dict(product, step='cbam_sefa_process_of_good', line_id='sefa_process_id', value='sefa_process', unit=specific,
            formula='sefa_process_of_good', units={'published_sefa_process': specific, 'table_content': one},
            condition='table_content is not null and published_sefa_process is not null'),
        dict(product, step='cbam_sefa_precursors_of_good', line_id='sefa_precursors_id', value='sefa_precursors',
            unit=specific, formula='sefa_precursors_of_good', condition='content * functional_level is not null',
            units={'mean_sefa_precursors': specific, 'activity_level': "'t'", 'functional_level': "'t'", 'content': one}),
        dict(product, step='cbam_sefa', line_id='sefa_id', value='sefa', unit=specific, formula='sefa',
            units={'sefa_process': specific, 'sefa_precursors': specific}),
        dict(product, step='cbam_certificates_per_t', line_id='certificates_per_t_id', value='certificates_per_t',
            unit=specific, formula='certificates_per_t', units={'see': specific, 'sefa': specific}),
        dict(product, step='cbam_saving', line_id='saving_id', value='saving_per_t', unit=specific,
            formula='saving_per_t', condition="value_option = 'actual'",
            units={'default_certificates_per_t': specific, 'certificates_per_t': specific}),
        {'model': 'calc_cbam_cost', 'step': 'cbam_cost_per_t', 'line_id': 'cost_per_t_id', 'subject': 'process',
            'object': 'product', 'value': 'cost_per_t', 'unit': "'EUR/t'", 'formula': 'cost_per_t',
            'units': {'certificates_per_t': specific, 'price': "'EUR/tCO2e'"}},
        dict(import, step='cbam_import_clinker', line_id='table_mass_id', value='table_mass', unit="'t'",
            formula='import_clinker', condition="table_mass_id like 'line:%'"),
        dict(import, step='cbam_embedded_emissions', line_id='embedded_emissions_id', value='embedded_emissions',
            unit="'tCO2e'", formula='embedded_emissions', condition='embedded_emissions is not null'),
        dict(import, step='cbam_free_allocation', line_id='free_allocation_id', value='free_allocation',
            unit="'tCO2e'", formula='free_allocation', condition='free_allocation is not null'),
        dict(import, step='cbam_certificates', line_id='certificates_id', value='certificates_exact',
            unit="'certificate'", formula_column='certificates_formula_name',
            formulas=['certificates', 'no_certificates']),
        dict(import, step='cbam_certificate_cost', line_id='certificate_cost_id', value='certificate_cost',
            unit="'EUR'", formula='certificate_cost'),
        dict(import, step='cbam_holding_part', line_id='holding_part_id', value='holding_part', unit="'certificate'",
            formula='holding_part', columns={'sefa': 'default_sefa'}, condition='holding_part is not null',
            quality="'default'"),
        dict(importer, step='cbam_import_mass', line_id='import_mass_id', value='import_mass', unit="'t'",
            formula='total_sum', condition='threshold_parts > 0'),
        dict(importer, step='cbam_free_allocation_due', line_id='free_allocation_id', value='free_allocation_exact',
            unit="'tCO2e'", formula='total_sum', condition='allocation_parts > 0'),
        dict(importer, step='cbam_certificates_due', line_id='certificates_id', value='certificates_exact',
            unit="'certificate'", formula='total_sum'),
        dict(importer, step='cbam_cost_due', line_id='certificate_cost_id', value='certificate_cost', unit="'EUR'",
            formula='total_sum'),
        dict(importer, step='cbam_penalty', line_id='penalty_exposure_id', value='penalty_exposure', unit="'EUR'",
            formula='penalty_exposure'),
        {'model': 'calc_cbam_holding', 'step': 'cbam_holding', 'line_id': 'holding_id', 'subject': 'importer_eori',
            'object': 'cast(quarter as varchar)', 'value': 'holding', 'unit': "'certificate'", 'formula': 'holding',
            'units': {'holding_share': one}, 'quality': "'default'"},
        {'model': 'calc_cbam_holding', 'step': 'cbam_holding_prior', 'line_id': 'holding_prior_id', 'subject': 'importer_eori',
            'object': 'cast(quarter as varchar)', 'value': 'holding_prior', 'unit': "'certificate'",
            'formula': 'holding_prior', 'units': {'holding_share': one}, 'condition': 'holding_prior is not null'},
        dict(holding, step='cbam_holding_required', line_id='required_id', value='required',
            formula='holding_required', condition='holding is not null and holding_prior is not null'),
        dict(holding, step='cbam_certificates_missing', line_id='missing_id', value='missing',
            formula='certificates_missing', condition='required is not null'),
        {'model': 'calc_cbam_account', 'step': 'cbam_certificates_held', 'line_id': 'held_id', 'subject': 'importer_eori',
            'object': 'cast(quarter as varchar)', 'value': 'held', 'unit': "'certificate'", 'formula': 'certificates_held'},
        {'model': 'calc_cbam_account', 'step': 'cbam_certificates_spent', 'line_id': 'spent_id', 'subject': 'importer_eori',
            'object': 'cast(quarter as varchar)', 'value': 'spent', 'unit': "'EUR'", 'formula': 'certificates_spent',
            'condition': 'spent is not null'},
        dict(paid, step='cbam_bought_of_year', line_id='bought_net_id', value='bought_net', unit="'certificate'",
            formula='certificates_bought'),
        dict(paid, step='cbam_paid_of_year', line_id='paid_net_id', value='paid_net', unit="'EUR'", formula='certificates_paid'),
        dict(paid, step='cbam_cost_paid', line_id='cost_paid_id', value='cost_paid', unit="'EUR'", formula='cost_paid'),
        dict(paid, step='cbam_cost_open', line_id='cost_open_id', value='cost_open', unit="'EUR'", formula='cost_open',
            condition='cost_open is not null'),
        dict(paid, step='cbam_cost_with_paid', line_id='cost_with_paid_id', value='cost_with_paid', unit="'EUR'",
            formula='cost_with_paid', condition='cost_with_paid is not null'),
        {'model': 'calc_carbon_fee_product', 'step': 'fee_product_emissions', 'line_id': 'product_emissions_id',
            'subject': 'process', 'object': 'product', 'series': 'series', 'value': 'product_emissions',
            'unit': "'tCO2e'", 'formula': 'fee_product_emissions',
            'units': {'direct': "'tCO2e'", 'indirect': "'tCO2e'", 'quantity': "'t'"}},
        {'model': 'calc_carbon_fee_product', 'step': 'fee_of_product', 'line_id': 'product_fee_id',
            'subject': 'process', 'object': 'product', 'series': 'series', 'value': 'product_fee', 'unit': "'TWD'",
            'formula': 'fee_of_product', 'units': {'fee': "'TWD'", 'product_emissions': "'tCO2e'"}},
        {'model': 'calc_carbon_fee_product', 'step': 'fee_per_t', 'line_id': 'fee_per_t_id', 'subject': 'process',
            'object': 'product', 'series': 'series', 'value': 'fee_per_t', 'unit': "'TWD/t'",
            'formula': 'fee_per_t', 'units': {'product_fee': "'TWD'", 'quantity': "'t'"}},
        {'model': 'calc_dual_carbon_cost', 'step': 'cbam_cost_twd_per_t', 'line_id': 'cost_twd_per_t_id',
            'subject': 'process', 'object': 'product', 'series': 'series', 'value': 'cost_twd_per_t',
            'unit': "'TWD/t'", 'formula': 'cost_twd_per_t', 'condition': 'exchange_rate is not null',
            'units': {'cost_per_t': "'EUR/t'", 'exchange_rate': "'TWD/EUR'"}},
        {'model': 'calc_dual_carbon_cost', 'step': 'carbon_cost_per_t', 'line_id': 'carbon_cost_per_t_id',
            'subject': 'process', 'object': 'product', 'series': 'series', 'value': 'carbon_cost_per_t',
            'unit': "'TWD/t'", 'formula': 'carbon_cost_per_t', 'condition': 'exchange_rate is not null',
            'units': {'fee_per_t': "'TWD/t'", 'cost_twd_per_t': "'TWD/t'"}}
    ]) }}
{%- endmacro %}
