{{ scoped() }}

with
meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
),

facts as (
    select * from {{ ref('calc_document_fact') }}
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

month_electricity as (
    select * from {{ ref('calc_document_process_electricity') }}
    where {{ in_scope_site() }}
),

stream_factors as (
    select * from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
),

factor_candidates as (
    select * from {{ ref('calc_factor_candidate') }}
    where {{ in_scope() }}
),

-- Documents that hold for parts of a month, beside the mean that they make.
month_mean_parts as (
    select
        means.factor_id as line_id,
        parts.factor_id,
        parts.value,
        parts.unit,
        cast(parts.part_weight as double) as weight,
        parts.weight_unit,
        parts.weight_basis,
        parts.subject,
        parts.part_days,
        parts.site,
        parts.period
    from factor_candidates as means
    inner join factor_candidates as parts
        on means.site = parts.site
        and means.period = parts.period
        and means.series = parts.series
        and means.subject_type = parts.subject_type
        and means.subject = parts.subject
        and means.parameter = parts.parameter
        and means.rule_code = parts.rule_code
        and means.unit = parts.unit
        and parts.lost_code = 'part_of_mean'
    where means.is_winner
        and means.factor_id like 'line:%:mean_%'
),

electricity_factors as (
    select * from {{ ref('calc_document_electricity_factor') }}
    where {{ in_scope() }}
        ),

electricity_choices as (
    select * from {{ ref('calc_factor_choice') }}
    where {{ in_scope_site() }}
        and subject_type = 'electricity'
),

precursor_values as (
    select * from {{ ref('calc_document_precursor_value') }}
    where {{ in_scope() }}
        and is_mixed
),

lots as (
    select * from {{ ref('calc_document_precursor_lot') }}
    where {{ in_scope() }}
),

months as (
    select * from {{ ref('calendar_month') }}
),

{{ process_flow_ctes() }},

{{ heat_and_power_ctes() }},

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
),
{{ clinker_cement_ctes() }},

inputs as (
    -- Clinker made (equation 27): each cement with its clinker content, and what came, went and lay in store.
    {%- for name, unit, kind in [('cement', 't', 'fact'), ('clinker_content', '1', none)] %}
    {{ document_input_columns(
        'clinker_cements',
        "'line:' || clinker_cements.site || ':' || clinker_cements.period || ':-:clinker_production:' || clinker_cements.source_stream",
        "'" ~ name ~ "'", name, "'" ~ unit ~ "'",
        "'" ~ kind ~ "'" if kind else source_kind(name ~ '_id'), name ~ '_id', order='product'
    ) }}
    from clinker_cements
    where clinker_content is not null

    union all
    {%- endfor %}

    {{ document_input_columns(
        'clinker_facts',
        "'line:' || clinker_facts.site || ':' || clinker_facts.period || ':-:clinker_production:' || clinker_facts.subject",
        'quantity_name', 'value', 'unit', "'fact'", 'fact_id'
    ) }}
    from clinker_facts
    where fact_type = 'clinker'

    union all

    -- Energy of a meter: its readings, what fills its gaps, transformer ratio and unit.
    {{ fact_input_columns('meter_energy', 'meter_energy.line_id', 'reading') }}
    from meter_energy
    inner join facts
        on meter_energy.site = facts.site
        and meter_energy.period = facts.period
        and meter_energy.meter = facts.subject
        and facts.fact_type = 'meter_reading'

    union all

    {{ fact_input_columns('meter_energy', 'meter_energy.line_id', 'gap') }}
    from meter_energy
    inner join facts
        on meter_energy.site = facts.site
        and meter_energy.period = facts.period
        and meter_energy.meter = facts.subject
        and facts.fact_type = 'meter_gap'
    where meter_energy.fill_quantity <> 0

    union all

    {{ fact_input_columns('meter_energy', 'meter_energy.line_id', 'entry') }}
    from meter_energy
    inner join facts
        on meter_energy.site = facts.site
        and meter_energy.period = facts.period
        and meter_energy.meter = facts.subject
        and facts.fact_type = 'meter_entry'

    union all

    {{ fact_input_columns('meter_energy', 'meter_energy.line_id', 'register') }}
    from meter_energy
    inner join facts
        on meter_energy.site = facts.site
        and meter_energy.period = facts.period
        and meter_energy.meter = facts.subject
        and facts.fact_type = 'meter_register'

    union all

    {{ document_input_columns(
        'meter_energy', 'line_id', "'multiplier'", 'cast(multiplier as double)', "'1'", "'constant'",
        "'master_meter:' || meter || ':multiplier'"
    ) }}
    from meter_energy
    where record_count > 0
        or register_quantity is not null

    union all

    {{ document_input_columns(
        'meter_energy', 'line_id', "'units_per_mwh'", 'units_per_mwh', "'1'", "'constant'", "'unit_conversion:MWh'"
    ) }}
    from meter_energy
    where record_count > 0
        or register_quantity is not null

    union all

    -- Electricity of the installation: main meters, bills, or the process meters where there is nothing else.
    {{ document_input_columns(
        'site_electricity', 'site_electricity.line_id', "'part'", 'cast(meter_energy.energy_mwh as double)',
        "'MWh'", "'line'", 'meter_energy.line_id', order='meter_energy.line_id'
    ) }}
    from site_electricity
    inner join meter_energy
        on site_electricity.site = meter_energy.site
        and site_electricity.period = meter_energy.period
        and meter_energy.role = case site_electricity.electricity_source
            when 'main_meter' then 'main'
            when 'process_meter' then 'process'
        end

    union all

    {{ fact_input_columns('site_electricity', 'site_electricity.line_id', 'part') }}
    from site_electricity
    inner join facts
        on site_electricity.site = facts.site
        and site_electricity.period = facts.period
        and facts.fact_type = 'bill'
    where site_electricity.electricity_source = 'bill'

    union all

    -- Reconciliation of the process meters (equation 41).
    {{ document_input_columns(
        'process_electricity',
        "'line:' || process_electricity.site || ':' || process_electricity.period || ':-:electricity_reconciliation:site'",
        "'installation'", 'cast(site_electricity.supply_mwh as double)', "'MWh'", "'line'",
        'site_electricity.supply_line_id', distinct=true
    ) }}
    from process_electricity
    inner join site_electricity
        on process_electricity.site = site_electricity.site
        and process_electricity.period = site_electricity.period
    where process_electricity.attribution_method = 'sub_meter'
        and process_electricity.all_process_meters_mwh <> 0

    union all

    {{ document_input_columns(
        'process_electricity',
        "'line:' || process_electricity.site || ':' || process_electricity.period || ':-:electricity_reconciliation:site'",
        "'process_meter'", 'cast(meter_energy.energy_mwh as double)', "'MWh'", "'line'", 'meter_energy.line_id',
        order='meter_energy.line_id'
    ) }}
    from process_electricity
    inner join meter_energy
        on process_electricity.site = meter_energy.site
        and process_electricity.period = meter_energy.period
        and process_electricity.process = meter_energy.process
        and meter_energy.role = 'process'
    where process_electricity.attribution_method = 'sub_meter'
        and process_electricity.all_process_meters_mwh <> 0

    union all

    -- Electricity of a process (equation 42), or by key.
    {{ document_input_columns(
        'process_electricity', 'process_electricity.line_id', "'process_meter'",
        'cast(meter_energy.energy_mwh as double)', "'MWh'", "'line'", 'meter_energy.line_id',
        order='meter_energy.line_id'
    ) }}
    from process_electricity
    inner join meter_energy
        on process_electricity.site = meter_energy.site
        and process_electricity.period = meter_energy.period
        and process_electricity.process = meter_energy.process
        and meter_energy.role = 'process'
    where process_electricity.attribution_method = 'sub_meter'

    union all

    {{ document_input_columns(
        'process_electricity', 'line_id', "'reconciliation_factor'", 'reconciliation_factor', "'1'", "'line'",
        "'line:' || site || ':' || period || ':-:electricity_reconciliation:site'"
    ) }}
    from process_electricity
    where attribution_method = 'sub_meter'
        and all_process_meters_mwh <> 0

    union all

    {{ document_input_columns(
        'process_electricity', 'process_electricity.line_id', "'installation'",
        'cast(site_electricity.supply_mwh as double)', "'MWh'", "'line'", 'site_electricity.supply_line_id'
    ) }}
    from process_electricity
    inner join site_electricity
        on process_electricity.site = site_electricity.site
        and process_electricity.period = site_electricity.period
    where process_electricity.attribution_method = 'declared_share'
        or (process_electricity.attribution_method = 'functional_unit' and process_electricity.all_activity_levels > 0)

    union all

    {{ document_input_columns(
        'process_electricity', 'line_id', "'share'", 'declared_share', "'1'", "'constant'",
        "'master_attribution:' || process || ':share'"
    ) }}
    from process_electricity
    where attribution_method = 'declared_share'

    union all

    {{ document_input_columns(
        'process_electricity', 'process_electricity.line_id', "'activity_level'", 'facts.value', 'facts.unit',
        "'fact'", 'facts.fact_id'
    ) }}
    from process_electricity
    inner join facts
        on process_electricity.site = facts.site
        and process_electricity.period = facts.period
        and process_electricity.process = facts.subject
        and facts.fact_type = 'production'
        and facts.quantity_name = 'good_quantity'
    where process_electricity.attribution_method = 'functional_unit'
        and process_electricity.all_activity_levels > 0

    union all

    {{ fact_input_columns('process_electricity', 'process_electricity.line_id', 'activity_levels') }}
    from process_electricity
    inner join process_electricity as sharing
        on process_electricity.site = sharing.site
        and process_electricity.period = sharing.period
        and sharing.attribution_method = 'functional_unit'
    inner join facts
        on sharing.site = facts.site
        and sharing.period = facts.period
        and sharing.process = facts.subject
        and facts.fact_type = 'production'
        and facts.quantity_name = 'good_quantity'
    where process_electricity.attribution_method = 'functional_unit'
        and process_electricity.all_activity_levels > 0

    union all

    -- Factors of a month that several documents share.
    {{ document_input_columns(
        'month_mean_parts', 'line_id', "'weight'", 'weight', 'weight_unit', "'constant'",
        "weight_basis || ':' || subject || ':' || cast(part_days as varchar) || '_days'", order='factor_id'
    ) }}
    from month_mean_parts

    union all

    {{ document_input_columns(
        'month_mean_parts', 'line_id', "'factor'", 'value', 'unit',
        "case when factor_id like 'line:%' then 'line' else 'factor' end", 'factor_id', order='factor_id'
    ) }}
    from month_mean_parts

    union all

    -- Factors in another form than their document gives them (equations 7 to 9, 13 and 14).
    {%- for name, unit in [
        ('carbon_content', 'base_unit'), ('emission_factor', 'base_unit'), ('ncv', 'ncv_unit'),
        ('ash_content', "'1'"), ('ash_carbon_content', "'tC/t'"), ('carbon_to_co2', "'tCO2/tC'")
    ] %}
    {%- set column = 'base_value' if name in ('carbon_content', 'emission_factor') else name %}
    {%- set source = 'base_factor_id' if column == 'base_value' else name ~ '_id' %}
    {{ document_input_columns(
        'factor_candidates', 'factor_id', "'" ~ name ~ "'", column, unit,
        "case when " ~ source ~ " like 'constant:%' then 'constant' else 'factor' end", source
    ) }}
    from factor_candidates
    where derived_formula_name in (
        {%- for formula in derivation_names() if name in formula_inputs(formula) %}'{{ formula }}', {% endfor %}''
    )
        and (is_winner or lost_code = 'part_of_mean')

    union all
    {%- endfor %}

    -- Factors of a year whose months differ.
    select
        yearly.factor_id as line_id,
        'weight' as input_name,
        monthly.month as input_order,
        monthly.weight as value,
        case when monthly.ncv is null then '' else 'GJ' end as unit,
        case when monthly.ncv is null then 'fact' else 'line' end as source_kind,
        case
            when monthly.ncv is null then monthly.quantity_id
            else 'line:' || monthly.site || ':' || monthly.period || ':-:month_energy:' || monthly.source_stream
                || ':' || monthly.month
        end as source_id,
        yearly.site,
        yearly.period
    from stream_factors as yearly
    inner join stream_factors as monthly
        on yearly.site = monthly.site
        and yearly.period = monthly.period
        and yearly.source_stream = monthly.source_stream
        and yearly.parameter = monthly.parameter
        and monthly.month <> ''
    where yearly.month = ''
        and yearly.factor_id like 'line:%:weighted_%'

    union all

    {{ document_input_columns(
        'yearly', 'yearly.factor_id', "'factor'", 'monthly.value', 'monthly.unit',
        "case when monthly.factor_id like 'line:%' then 'line' else 'factor' end", 'monthly.factor_id',
        order='monthly.month'
    ) }}
    from stream_factors as yearly
    inner join stream_factors as monthly
        on yearly.site = monthly.site
        and yearly.period = monthly.period
        and yearly.source_stream = monthly.source_stream
        and yearly.parameter = monthly.parameter
        and monthly.month <> ''
    where yearly.month = ''
        and yearly.factor_id like 'line:%:weighted_%'

    union all

    {{ document_input_columns(
        'stream_factors', "'line:' || site || ':' || period || ':-:month_energy:' || source_stream || ':' || month",
        "'quantity'", 'quantity', "''", "'fact'", 'quantity_id'
    ) }}
    from stream_factors
    where month <> ''
        and ncv is not null

    union all

    {{ document_input_columns(
        'stream_factors', "'line:' || site || ':' || period || ':-:month_energy:' || source_stream || ':' || month",
        "'ncv'", 'ncv', "''", "case when ncv_id like 'line:%' then 'line' else 'factor' end", 'ncv_id'
    ) }}
    from stream_factors
    where month <> ''
        and ncv is not null

    union all

    {{ document_input_columns(
        'electricity_factors', 'electricity_factors.bought_factor_id', "'weight'",
        'cast(month_electricity.electricity_mwh as double)', "'MWh'", "'line'", 'month_electricity.line_id',
        order='months.period'
    ) }}
    from electricity_factors
    inner join months
        on substring(months.period, 1, 4) = electricity_factors.period
    inner join month_electricity
        on electricity_factors.site = month_electricity.site
        and months.period = month_electricity.period
        and electricity_factors.process = month_electricity.process
    inner join electricity_choices
        on electricity_factors.site = electricity_choices.site
        and months.period = electricity_choices.period
        and electricity_factors.series = electricity_choices.series
    where electricity_factors.bought_factor_id like 'line:%:weighted_%'

    union all

    {{ document_input_columns(
        'electricity_factors', 'electricity_factors.bought_factor_id', "'factor'", 'electricity_choices.value',
        'electricity_choices.unit',
        "case when electricity_choices.factor_id like 'line:%' then 'line' else 'factor' end",
        'electricity_choices.factor_id', order='months.period'
    ) }}
    from electricity_factors
    inner join months
        on substring(months.period, 1, 4) = electricity_factors.period
    inner join month_electricity
        on electricity_factors.site = month_electricity.site
        and months.period = month_electricity.period
        and electricity_factors.process = month_electricity.process
    inner join electricity_choices
        on electricity_factors.site = electricity_choices.site
        and months.period = electricity_choices.period
        and electricity_factors.series = electricity_choices.series
    where electricity_factors.bought_factor_id like 'line:%:weighted_%'

    union all

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
    {{ document_input_columns('power_emissions', 'line_id', "'" ~ name ~ "'", name, unit, "'line'", name ~ '_id') }}
    from power_emissions
    where is_waste_gas

    union all
    {%- endfor %}

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

    union all

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
            ('rated_fuel_input', "'GJ/h'", "'factor'"), ('period_hours', "'h'", "'constant'")
        ],
        'efficiency_line': [
            ('load_factor', "'1'", "'line'"), ('load_below', "'1'", "'constant'"), ('load_above', "'1'", "'constant'"),
            ('efficiency_below', "'1'", "'factor'"), ('efficiency_above', "'1'", "'factor'")
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

    union all

    -- Precursors whose stock mixes several supplier values. The lots are what is left of opening stock and receipts.
    select
        averages.line_id,
        lot_values.input_name,
        lots.lot as input_order,
        case
            when lot_values.input_name = 'lot_quantity' then coalesce(lots.lot_quantity_t, 0)
            when lot_values.input_name = 'lot_weight' and lots.electricity_factor_id is not null
                then coalesce(lots.lot_quantity_t, 0) * coalesce(lots.electricity_mwh_per_t, 0)
            when lot_values.input_name = 'lot_weight' then coalesce(lots.lot_quantity_t, 0)
            when averages.quantity = 'precursor_see_direct' then lots.see_direct_tco2e_per_t
            when averages.quantity = 'precursor_electricity' then coalesce(lots.electricity_mwh_per_t, 0)
            when lots.electricity_factor_id is not null then lots.electricity_factor_tco2_per_mwh
            else coalesce(lots.see_indirect_tco2e_per_t, 0)
        end as value,
        case
            when lot_values.input_name = 'lot_quantity' then 't'
            when lot_values.input_name = 'lot_weight' and lots.electricity_factor_id is not null then 'MWh'
            when lot_values.input_name = 'lot_weight' then 't'
            when averages.quantity = 'precursor_electricity' then 'MWh/t'
            when averages.quantity = 'precursor_see_indirect' and lots.electricity_factor_id is not null
                then 'tCO2/MWh'
            else 'tCO2e/t'
        end as unit,
        case
            when lot_values.input_name in ('lot_quantity', 'lot_weight') then 'constant'
            when averages.quantity = 'precursor_see_direct' then 'factor'
            when averages.quantity = 'precursor_electricity' and lots.electricity_mwh_per_t_id is null
                then 'constant'
            when averages.quantity = 'precursor_see_indirect'
                and coalesce(lots.electricity_factor_id, lots.see_indirect_id) is null
                then 'constant'
            else 'factor'
        end as source_kind,
        case
            when lot_values.input_name in ('lot_quantity', 'lot_weight')
                then 'stock:' || lots.material || ':' || lots.lot
            when averages.quantity = 'precursor_see_direct' then lots.see_direct_id
            when averages.quantity = 'precursor_electricity'
                then coalesce(lots.electricity_mwh_per_t_id, 'stock:' || lots.material || ':not_known')
            else coalesce(
                lots.electricity_factor_id, lots.see_indirect_id, 'stock:' || lots.material || ':not_known'
            )
        end as source_id,
        lots.site,
        lots.period
    from (
        select site, period, series, material, see_direct_id as line_id, 'precursor_see_direct' as quantity
        from precursor_values
        union all
        select site, period, series, material, electricity_mwh_per_t_id as line_id, 'precursor_electricity' as quantity
        from precursor_values
        where electricity_mwh_per_t_id is not null
        union all
        select site, period, series, material, see_indirect_id as line_id, 'precursor_see_indirect' as quantity
        from precursor_values
        where see_indirect_id is not null
    ) as averages
    inner join lots
        on averages.site = lots.site
        and averages.period = lots.period
        and averages.series = lots.series
        and averages.material = lots.material
    inner join (
        select 'lot_quantity' as input_name
        union all
        select 'lot_value' as input_name
        union all
        select 'lot_weight' as input_name
    ) as lot_values
        on lot_values.input_name <> 'lot_weight'
        or averages.quantity = 'precursor_see_indirect'
)

select
    line_id,
    input_name,
    row_number() over (partition by site, period, line_id, input_name order by input_order, source_id) as input_index,
    value,
    unit,
    source_kind,
    source_id,
    site,
    period
from inputs
