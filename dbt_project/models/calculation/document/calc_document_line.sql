{{ scoped() }}

with
meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
),

site_electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
),

process_electricity as (
    select * from {{ ref('calc_document_process_electricity') }}
    where {{ in_scope() }}
),

stream_factors as (
    select * from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
),

month_means as (
    select * from {{ ref('calc_factor_candidate') }}
    where {{ in_scope() }}
        and is_winner
        and factor_id like 'line:%:mean_%'
),

-- Factors in another form than their document gives them; a part of a month's mean is one as well.
derived_factors as (
    select
        *,
        {{ derivation_equation('derived_formula_name') }} as equation
    from {{ ref('calc_factor_candidate') }}
    where {{ in_scope() }}
        and derived_formula_name is not null
        and (is_winner or lost_code = 'part_of_mean')
),

electricity_factors as (
    select * from {{ ref('calc_document_electricity_factor') }}
    where {{ in_scope() }}
),

precursor_values as (
    select * from {{ ref('calc_document_precursor_value') }}
    where {{ in_scope() }}
        and is_mixed
),

{{ process_flow_ctes() }},

{{ clinker_ctes() }},

{{ heat_and_power_ctes() }},

lines as (
    select
        line_id,
        'meter_energy' as method_id,
        'IR (EU) 2025/2547, Annex II, A.3' as clause,
        '-' as series,
        meter as subject,
        '' as object,
        'meter_electricity' as quantity,
        cast(energy_mwh as double) as value,
        'MWh' as unit,
        case
            when record_count = 0 and register_quantity is not null
                then 'sum(register) * multiplier / units_per_mwh'
            when record_count = 0 then 'sum(entry)'
            when fill_quantity = 0 then 'reading * multiplier / units_per_mwh'
            else '(reading + sum(gap)) * multiplier / units_per_mwh'
        end
        || case
            when (record_count > 0 or register_quantity is not null) and entered_mwh <> 0 then ' + sum(entry)'
            else ''
        end as formula,
        data_quality,
        site,
        period
    from meter_energy

    union all

    {{ document_line_columns(
        'line_id', 'electricity_source', "'IR (EU) 2025/2547, Annex II, A.3'", "'site'",
        "'installation_electricity'", 'cast(electricity_mwh as double)', "'MWh'",
        "case when electricity_source = 'own_power' then '0' else 'sum(part)' end", quality='data_quality'
    ) }}
    from site_electricity

    union all

    select distinct
        'line:' || site || ':' || period || ':-:electricity_reconciliation:site' as line_id,
        'reconciliation_factor' as method_id,
        'IR (EU) 2025/2547, Annex III, A, equation 41' as clause,
        '-' as series,
        'site' as subject,
        '' as object,
        'electricity_reconciliation' as quantity,
        reconciliation_factor as value,
        '1' as unit,
        'installation / sum(process_meter)' as formula,
        'calculated' as data_quality,
        site,
        period
    from process_electricity
    where attribution_method = 'sub_meter'
        and all_process_meters_mwh <> 0

    union all

    select
        line_id,
        attribution_method as method_id,
        case
            when attribution_method = 'sub_meter' then 'IR (EU) 2025/2547, Annex III, A, equation 42'
            else 'IR (EU) 2025/2547, Annex III, A'
        end as clause,
        '-' as series,
        process as subject,
        '' as object,
        'process_electricity' as quantity,
        cast(electricity_mwh as double) as value,
        'MWh' as unit,
        case
            when attribution_method = 'sub_meter' and all_process_meters_mwh <> 0
                then 'sum(process_meter) * reconciliation_factor'
            when attribution_method = 'sub_meter' then 'sum(process_meter)'
            when attribution_method = 'declared_share' then 'installation * share'
            when all_activity_levels > 0 then 'installation * activity_level / sum(activity_levels)'
            else '0'
        end as formula,
        data_quality,
        site,
        period
    from process_electricity

    union all

    {{ document_line_columns(
        'factor_id', "'mean_weighted_by_' || weight_basis", "'IR (EU) 2025/2547, Annex II, B.5'", 'subject',
        "'mean_' || parameter", 'value', 'unit', "'sumproduct(weight, factor) / sum(weight)'", series='series'
    ) }}
    from month_means

    union all

    {{ document_line_columns(
        'factor_id', "'derived_factor'", "'IR (EU) 2025/2547, Annex II, B.3, equation ' || equation", 'subject',
        "'derived_' || parameter", 'value', 'unit',
        formula_text_by('derived_formula_name', derivation_names()), series='series'
    ) }}
    from derived_factors

    union all

    {{ document_line_columns(
        'factor_id', "'quantity_weighted_mean'", "'IR (EU) 2025/2547, Annex II, B.5'", 'source_stream',
        "'weighted_' || parameter", 'value', 'unit', "'sumproduct(weight, factor) / sum(weight)'"
    ) }}
    from stream_factors
    where month = ''
        and factor_id like 'line:%:weighted_%'

    union all

    {{ document_line_columns(
        "'line:' || site || ':' || period || ':-:month_energy:' || source_stream || ':' || month", "'month_energy'",
        "'IR (EU) 2025/2547, Annex II, B.3.1, equation 6'", 'source_stream', "'month_energy'", 'weight', "'GJ'",
        "'quantity * ncv'", object='month'
    ) }}
    from stream_factors
    where month <> ''
        and ncv is not null

    union all

    {{ document_line_columns(
        'bought_factor_id', "'quantity_weighted_mean'", "'IR (EU) 2025/2547, Annex II, D.4'", 'process',
        "'weighted_electricity_factor'", 'bought_factor_tco2_per_mwh', "'tCO2/MWh'",
        "'sumproduct(weight, factor) / sum(weight)'", series='series'
    ) }}
    from electricity_factors
    where bought_factor_id like 'line:%:weighted_%'

    union all

    {{ document_line_columns(
        'electricity_factor_id', "'quantity_weighted_mean'", "'IR (EU) 2025/2547, Art. 9; Annex II, D, equations 35 and 38'",
        'process', "'mixed_electricity_factor'", 'electricity_factor_tco2_per_mwh', "'tCO2/MWh'",
        "'sumproduct(weight, factor) / sum(weight)'", series='series'
    ) }}
    from electricity_factors
    where composition = 'mixed'

    union all

    {{ document_line_columns(
        'efficiency_line_id', "'combined_heat_and_power'",
        "'IR (EU) 2025/2547, Annex III, A, equation ' || case when is_power then '48' else '47' end", 'source_stream',
        "'chp_efficiency'", formula_sql('chp_efficiency'), "'1'", formula_text('chp_efficiency'), object='bearer'
    ) }}
    from unit_outputs
    where energy > 0

    union all

    {{ document_line_columns(
        'factor_line_id', "'combined_heat_and_power'",
        "'IR (EU) 2025/2547, Annex III, A, equation ' || case when is_power then '52' else '51' end", 'source_stream',
        "'chp_factor'", formula_sql('chp_factor'), "'tCO2/' || output_unit", formula_text('chp_factor'), object='bearer'
    ) }}
    from unit_outputs

    union all

    {{ document_line_columns(
        'line_id', "'heat_mix'", "'IR (EU) 2025/2547, Annex III, A, equation 45'", "'site'", "'heat_mix_factor'", 'factor',
        "'tCO2/TJ'", "'sum(emissions) / sum(energy)'"
    ) }}
    from (
        select
            site,
            period,
            line_id,
            cast(sum(cast(emissions as decimal(38, 12))) as double) / cast(sum(cast(energy as decimal(38, 12))) as double)
                as factor
        from boiler_fuels
        group by site, period, line_id
    ) as heat_mixes

    union all

    {{ document_line_columns(
        'own_factor_id', "'own_power'",
        "'IR (EU) 2025/2547, Annex II, D, equation 38; Annex III, A, equation 52'", "'site'", "'own_power_factor'",
        'own_factor_tco2_per_mwh', "'tCO2/MWh'", "'sum(emissions) / sum(generated)'"
    ) }}
    from own_power

    union all

    {{ document_line_columns(
        'line_id', "'own_power'", "'IR (EU) 2025/2547, Annex II, D; Annex III, A, equations 44 and 45'", 'source_stream',
        "'waste_gas_emission'", 'counted', "'tCO2e'", formula_text('waste_gas_emission')
    ) }}
    from waste_gases

    union all

    {{ document_line_columns(
        'line_id', "'own_power'", "'IR (EU) 2025/2547, Annex II, D, equation 38'", 'source_stream', "'power_emission'",
        'cast(attributed_tco2e as double)', "'tCO2e'", formula_text('stream_attribution'), object='bearer'
    ) }}
    from power_emissions
    where is_waste_gas

    union all

    select
        own_line_id as line_id,
        'own_power' as method_id,
        'IR (EU) 2025/2547, Annex II, D' as clause,
        '-' as series,
        'site' as subject,
        '' as object,
        'own_power' as quantity,
        cast(own_mwh as double) as value,
        'MWh' as unit,
        case when has_surplus then 'sum(generated) - sum(surplus)' else 'sum(generated)' end as formula,
        data_quality,
        site,
        period
    from site_electricity
    where own_mwh is not null

    union all

    {{ document_line_columns(
        'supply_line_id', "'own_power'", "'IR (EU) 2025/2547, Annex II, D'", "'site'", "'electricity_supply'",
        'cast(supply_mwh as double)', "'MWh'", "'sum(part)'", quality='data_quality'
    ) }}
    from site_electricity
    where own_mwh is not null

    union all

    {{ document_line_columns(
        'see_direct_id', "'moving_weighted_average'", "'IR (EU) 2025/2547, Annex III, B; Art. 14'", 'material',
        "'precursor_see_direct'", 'see_direct_tco2e_per_t', "'tCO2e/t'",
        "'sumproduct(lot_quantity, lot_value) / sum(lot_quantity)'", series='series',
        quality="case when value_basis = 'measured' then 'calculated' else 'default' end"
    ) }}
    from precursor_values

    union all

    {{ document_line_columns(
        'electricity_mwh_per_t_id', "'moving_weighted_average'", "'IR (EU) 2025/2547, Annex III, B; Art. 14'",
        'material', "'precursor_electricity'", 'electricity_mwh_per_t', "'MWh/t'",
        "'sumproduct(lot_quantity, lot_value) / sum(lot_quantity)'", series='series'
    ) }}
    from precursor_values
    where electricity_mwh_per_t_id is not null

    union all

    {{ document_line_columns(
        'see_indirect_id', "'moving_weighted_average'", "'IR (EU) 2025/2547, Annex III, B; Art. 14'", 'material',
        "'precursor_see_indirect'", 'see_indirect_tco2e_per_t', "'tCO2e/t'",
        "'sumproduct(lot_weight, lot_value) / sum(lot_quantity)'", series='series'
    ) }}
    from precursor_values
    where see_indirect_id is not null

    union all

    {{ document_line_columns(
        'line_id', "'clinker_balance'", "'IR (EU) 2025/2547, Annex II, B.9.2, equation 27'", 'source_stream',
        "'clinker_production'", 'cast(clinker_quantity as double)', "'t'",
        "'sumproduct(cement, clinker_content) - sum(received) + sum(dispatched) - sum(stock_decrease)'"
    ) }}
    from clinker_made
    where clinker_quantity is not null

    union all

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
)

select
    line_id,
    method_id,
    clause,
    series,
    subject,
    object,
    quantity,
    value,
    unit,
    formula,
    data_quality,
    site,
    period
from lines
