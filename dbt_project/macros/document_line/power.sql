{#- Inputs of calc_document_line_input: combined heat and power, shared boilers, waste gases, power of the own making. -#}
{% macro power_line_inputs() -%}
    -- Efficiencies and factors of combined heat and power, and the mean factor of the fuels of shared boilers.
    {%- for line, name, column, unit, kind in [
        ('efficiency', 'output', 'output', 'output_unit', "'fact'"),
        ('efficiency', 'gj_per_unit', 'gj_per_unit', "'GJ/' || output_unit", "'constant'"),
        ('efficiency', 'energy', 'cast(energy as double)', "'TJ'", "'line'"),
        ('factor', 'emissions', 'emissions', "'tCO2e'", "'line'"), ('factor', 'output', 'output', 'output_unit', "'fact'")
    ] %}
    {{ document_input_columns('unit_outputs', line ~ '_line_id', "'" ~ name ~ "'", column, unit, kind, name ~ '_id') }}
    from unit_outputs
    {%- if line == 'efficiency' %}
    where energy > 0
    {%- endif %}

    union all
    {%- endfor %}

    {%- for name, unit in [('emissions', "'tCO2e'"), ('energy', "'TJ'")] %}
    {{ document_input_columns(
        'boiler_fuels', 'line_id', "'" ~ name ~ "'", name, unit, "'line'", name ~ '_id', order=name ~ '_id'
    ) }}
    from boiler_fuels

    union all
    {%- endfor %}

    -- Waste gases, at no more than natural gas.
    {%- for name, unit, kind in [
        ('emissions', "'tCO2e'", "'line'"), ('energy', "'TJ'", "'line'"), ('natural_gas_ef', "'tCO2/TJ'", "'constant'")
    ] %}
    {{ document_input_columns('waste_gases', 'line_id', "'" ~ name ~ "'", name, unit, kind, name ~ '_id') }}
    from waste_gases

    union all
    {%- endfor %}

    {%- for name, unit in [('emissions', "'tCO2e'"), ('share', "'1'")] %}
    {{ document_input_columns('capped_emissions', 'line_id', "'" ~ name ~ "'", name, unit, "'line'", name ~ '_id') }}
    from capped_emissions
    where is_waste_gas

    union all
    {%- endfor %}

    {%- for name, unit, kind in [
        ('emissions', "'tCO2e'", "'line'"), ('counted', "'tCO2e'", "'line'"), ('energy', "'TJ'", "'line'"),
        ('natural_gas_ef', "'tCO2/TJ'", "'constant'"), ('waste_gas_export', "'1'", "'constant'"), ('share', "'1'", "'line'")
    ] %}
    {{ document_input_columns('waste_gas_shifts', 'line_id', "'" ~ name ~ "'", name, unit, kind, name ~ '_id') }}
    from waste_gas_shifts
    where formula_name in (
        {%- for formula in ['waste_gas_consumed', 'waste_gas_produced'] if name in formula_inputs(formula) -%}
            '{{ formula }}', {% endfor %}''
    )

    union all
    {%- endfor %}

    {{ document_input_columns(
        'waste_gas_shifts', 'waste_gas_corrections.waste_gas_correction_id', "'part'",
        'cast(waste_gas_shifts.shifted_tco2e as double)', "'tCO2e'", "'line'", 'waste_gas_shifts.line_id',
        order='waste_gas_shifts.line_id'
    ) }}
    from waste_gas_shifts
    inner join waste_gas_corrections
        on waste_gas_shifts.site = waste_gas_corrections.site
        and waste_gas_shifts.period = waste_gas_corrections.period
        and waste_gas_shifts.process = waste_gas_corrections.process

    union all

    -- Power of the site's own making, and its mean with what is bought.
    {{ document_input_columns(
        'power_emissions', 'own_power.own_factor_id', "'emissions'", 'cast(power_emissions.attributed_tco2e as double)',
        "'tCO2e'", "'line'", 'power_emissions.line_id', order='power_emissions.line_id'
    ) }}
    from power_emissions
    inner join own_power
        on power_emissions.site = own_power.site
        and power_emissions.period = own_power.period

    union all

    {{ document_input_columns(
        'power_meters', 'own_power.own_factor_id', "'generated'", 'cast(power_meters.energy_mwh as double)', "'MWh'",
        "'line'", 'power_meters.line_id', order='power_meters.line_id'
    ) }}
    from power_meters
    inner join own_power
        on power_meters.site = own_power.site
        and power_meters.period = own_power.period

    union all

    {{ document_input_columns(
        'power_meters', 'site_electricity.own_line_id', "'generated'", 'cast(power_meters.energy_mwh as double)',
        "'MWh'", "'line'", 'power_meters.line_id', order='power_meters.line_id'
    ) }}
    from power_meters
    inner join site_electricity
        on power_meters.site = site_electricity.site
        and power_meters.period = site_electricity.period

    union all

    {{ document_input_columns(
        'meter_energy', 'site_electricity.own_line_id', "'surplus'", 'cast(meter_energy.energy_mwh as double)', "'MWh'",
        "'line'", 'meter_energy.line_id', order='meter_energy.line_id'
    ) }}
    from meter_energy
    inner join site_electricity
        on meter_energy.site = site_electricity.site
        and meter_energy.period = site_electricity.period
    where meter_energy.role = 'surplus'
        and site_electricity.own_mwh is not null

    union all

    {{ document_input_columns(
        'supplies', 'supplies.line_id', "'part'", 'supplies.value', "'MWh'", "'line'", 'supplies.source_id',
        order='supplies.source_id'
    ) }}
    from supplies

    union all

    {{ document_input_columns(
        'mixed_factors', 'mixed_factors.line_id', 'mixed_factors.input_name', 'mixed_factors.value',
        'mixed_factors.unit', "case when mixed_factors.source_id like 'line:%' then 'line' else 'factor' end",
        'mixed_factors.source_id', order='mixed_factors.part'
    ) }}
    from mixed_factors
{%- endmacro %}

{#- CTEs of the same: `supplies` and `mixed_factors`, one row an input. -#}
{% macro supply_ctes() -%}
-- What is bought and what the site made itself, as the parts of its supply and as the weights of their mean factor.
supplies as (
    select site, period, supply_line_id as line_id, line_id as source_id, cast(electricity_mwh as double) as value
    from site_electricity
    where own_mwh is not null
    union all
    select site, period, supply_line_id as line_id, own_line_id as source_id, cast(own_mwh as double) as value
    from site_electricity
    where own_mwh is not null
),

mixed_factors as (
    select
        factors.site,
        factors.period,
        factors.electricity_factor_id as line_id,
        'weight' as input_name,
        case when supplies.source_id = site_electricity.own_line_id then '2' else '1' end as part,
        supplies.value,
        'MWh' as unit,
        supplies.source_id
    from electricity_factors as factors
    inner join site_electricity
        on factors.site = site_electricity.site
        and factors.period = site_electricity.period
    inner join supplies
        on site_electricity.supply_line_id = supplies.line_id
    where factors.composition = 'mixed'
    union all
    select
        factors.site,
        factors.period,
        factors.electricity_factor_id as line_id,
        'factor' as input_name,
        '1' as part,
        factors.bought_factor_tco2_per_mwh as value,
        'tCO2/MWh' as unit,
        factors.bought_factor_id as source_id
    from electricity_factors as factors
    where factors.composition = 'mixed'
    union all
    select
        factors.site,
        factors.period,
        factors.electricity_factor_id as line_id,
        'factor' as input_name,
        '2' as part,
        own_power.own_factor_tco2_per_mwh as value,
        'tCO2/MWh' as unit,
        own_power.own_factor_id as source_id
    from electricity_factors as factors
    inner join own_power
        on factors.site = own_power.site
        and factors.period = own_power.period
    where factors.composition = 'mixed'
)
{%- endmacro %}

{#- Lines of calc_document_line: combined heat and power, shared boilers, waste gases, power of the own making. -#}
{% macro power_lines() -%}
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
        'line_id', "'own_power'",
        "case when is_power then 'IR (EU) 2025/2547, Annex II, D, equation 38' "
            ~ "else 'IR (EU) 2025/2547, Annex III, A, equations 44 and 51' end",
        'source_stream', "case when is_power then 'power_emission' else 'heat_emission' end",
        'cast(attributed_tco2e as double)', "'tCO2e'", formula_text('stream_attribution'), object='bearer'
    ) }}
    from capped_emissions
    where is_waste_gas

    union all

    {{ document_line_columns(
        'line_id', "'waste_gas'",
        "'IR (EU) 2025/2547, Annex III, A, equation ' || case formula_name when 'waste_gas_consumed' then '53' else '54' end",
        'source_stream',
        "case formula_name when 'waste_gas_consumed' then 'waste_gas_consumed' else 'waste_gas_produced' end",
        'cast(shifted_tco2e as double)', "'tCO2e'",
        formula_text_by('formula_name', ['waste_gas_consumed', 'waste_gas_produced']), object='bearer'
    ) }}
    from waste_gas_shifts

    union all

    {{ document_line_columns(
        'waste_gas_correction_id', "'waste_gas'", "'IR (EU) 2025/2547, Annex III, A, equation 55'", 'process',
        "'waste_gas_correction'", 'waste_gas_correction', "'tCO2e'", "'sum(part)'"
    ) }}
    from waste_gas_corrections

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
{%- endmacro %}
