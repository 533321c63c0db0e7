{#-
  Heat, waste gas and electricity that cross the boundary of a process, from documents: source streams of their own
  methods, borne by processes as any other stream, which enter equation 55 instead of the installation's emissions.
-#}

{#- Method of the source stream, name of the quantity in equation 55, unit there. -#}
{% macro process_flows() -%}
    {{ return([
        ['heat_import', 'heat_imported', 'TJ'],
        ['heat_export', 'heat_exported', 'TJ'],
        ['waste_gas_import', 'waste_gas_imported', 'TJ'],
        ['waste_gas_export', 'waste_gas_exported', 'TJ'],
        ['electricity_export', 'electricity_exported', 'MWh']
    ]) }}
{%- endmacro %}

{#- The methods as a list of SQL literals. -#}
{% macro process_flow_methods() -%}
    {%- for flow in process_flows() -%}'{{ flow[0] }}'{{ ', ' if not loop.last }}{%- endfor -%}
{%- endmacro %}

{#- The unit in which equation 55 takes a flow. -#}
{% macro flow_unit(method) -%}
    case when {{ method }} = 'electricity_export' then 'MWh' else 'TJ' end
{%- endmacro %}

{#- What a flow may need beside its quantity, by the register of factors. -#}
{% macro flow_parameters() -%}
    {{ return([
        'ncv', 'emission_factor', 'heat_efficiency', 'enthalpy_flow', 'enthalpy_return', 'specific_volume',
        'rated_fuel_input'
    ]) }}
{%- endmacro %}

{#- The formulas of a flow: counted in energy, as steam or water by mass or volume, or as fuel. -#}
{% macro flow_formulas() -%}
    {{ return(['flow_energy', 'flow_steam', 'flow_steam_volume', 'flow_fuel']) }}
{%- endmacro %}

{#-
  CTEs `stream_flows`, one row a stream and process with what the process bears, and `process_flows`, one row a process
  and method with their sum and the mean factor.
-#}
{% macro process_flow_ctes() -%}
{{ own_power_ctes() }},

{{ waste_gas_shift_ctes() }},

flow_streams as (
    select
        periods.site,
        periods.period,
        24 * {{ dbt.datediff('periods.period_start', 'periods.period_end', 'day') }} as period_hours,
        streams.source_stream,
        streams.method,
        case when materials.role in ('fuel', 'waste_gas') and streams.method like 'heat_%' then 'fuel' end as heat_basis,
        case when waste_gas_streams.source_stream is null then 'heat_of_fuel' else 'heat_of_waste_gas' end
            as heat_formula_name,
        row_number() over (
            partition by periods.site, periods.period, streams.source_stream
            order by streams.valid_from desc
        ) as validity_rank
    from {{ ref('calc_document_period') }} as periods
    inner join {{ ref('stg_master__source_stream') }} as streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
    left join {{ ref('stg_master__material') }} as materials
        on streams.site = materials.site
        and streams.material = materials.material
    left join waste_gas_streams
        on streams.site = waste_gas_streams.site
        and streams.source_stream = waste_gas_streams.source_stream
    where {{ in_scope('periods.site', 'periods.period') }}
        and streams.method in ({{ process_flow_methods() }})
),

flow_factors as (
    select
        site,
        period,
        source_stream
        {%- for parameter in flow_parameters() %},
        max(case when parameter = '{{ parameter }}' then value end) as {{ parameter }},
        max(case when parameter = '{{ parameter }}' then factor_id end) as {{ parameter }}_id,
        max(case when parameter = '{{ parameter }}' then unit end) as {{ parameter }}_unit
        {%- endfor %}
    from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
        and month = ''
    group by site, period, source_stream
),

-- A heat stream is counted in energy, in tonnes or cubic metres of steam or water, or as the fuel that made the heat. Its
-- factor is one of heat; of a fuel, that of the fuel over the efficiency.
flow_quantities as (
    select
        flow_streams.site,
        flow_streams.period,
        flow_streams.source_stream,
        flow_streams.method,
        attributions.process,
        activities.value as quantity,
        activities.unit as quantity_unit,
        activities.fact_id as quantity_id,
        activities.data_quality,
        attributions.share,
        {{ line_id(
            "'stream_share'", 'flow_streams.source_stream', 'attributions.process',
            site='flow_streams.site', period='flow_streams.period'
        ) }} as share_id,
        case
            when flow_streams.method = 'electricity_export' then cast(1 as double)
            when activities.unit = 'GJ' then cast(0.001 as double)
            when activities.unit = 'MWh' then cast(0.0036 as double)
        end as units_per_unit,
        'unit_conversion:' || {{ flow_unit('flow_streams.method') }} as units_per_unit_id,
        case when activities.unit = '1000Nm3' then cast(1000 as double) else cast(1 as double) end as m3_per_unit,
        'unit_conversion:m3' as m3_per_unit_id,
        flow_factors.ncv,
        flow_factors.ncv_id,
        'GJ/' || activities.unit as ncv_unit,
        flow_factors.enthalpy_flow,
        flow_factors.enthalpy_flow_id,
        flow_factors.specific_volume,
        flow_factors.specific_volume_id,
        coalesce(flow_factors.enthalpy_return, rules.enthalpy_return) as enthalpy_return,
        coalesce(flow_factors.enthalpy_return_id, rules.enthalpy_return_id) as enthalpy_return_id,
        flow_factors.emission_factor,
        flow_factors.emission_factor_id,
        flow_factors.emission_factor_unit,
        flow_streams.heat_basis,
        flow_streams.heat_formula_name,
        rules.natural_gas_ef,
        rules.natural_gas_ef_id,
        cast(flow_streams.period_hours as double) as period_hours,
        'calendar:' || flow_streams.period || ':hours' as period_hours_id,
        flow_factors.rated_fuel_input,
        flow_factors.rated_fuel_input_id,
        flow_factors.heat_efficiency as stated_efficiency,
        flow_factors.heat_efficiency_id as stated_efficiency_id,
        case
            when flow_streams.method = 'heat_import' and activities.unit in ('GJ', 'MWh') then rules.heat_efficiency_import
            else rules.heat_efficiency
        end as default_efficiency,
        case
            when flow_streams.method = 'heat_import' and activities.unit in ('GJ', 'MWh') then rules.heat_efficiency_import_id
            else rules.heat_efficiency_id
        end as default_efficiency_id,
        case
            when flow_streams.method = 'electricity_export' or activities.unit in ('GJ', 'MWh') then 'flow_energy'
            when flow_streams.heat_basis = 'fuel' then 'flow_fuel'
            when activities.unit = 't' then 'flow_steam'
            else 'flow_steam_volume'
        end as flow_formula_name,
        own_power.own_factor_tco2_per_mwh,
        own_power.own_factor_id
    from flow_streams
    inner join {{ ref('calc_document_fact') }} as activities
        on flow_streams.site = activities.site
        and flow_streams.period = activities.period
        and flow_streams.source_stream = activities.subject
        and activities.fact_type = 'activity'
    inner join {{ ref('calc_document_attribution') }} as attributions
        on flow_streams.site = attributions.site
        and flow_streams.period = attributions.period
        and flow_streams.source_stream = attributions.source_stream
    left join flow_factors
        on flow_streams.site = flow_factors.site
        and flow_streams.period = flow_factors.period
        and flow_streams.source_stream = flow_factors.source_stream
    left join {{ ref('calc_period_rule') }} as rules
        on flow_streams.site = rules.site
        and flow_streams.period = rules.period
        and rules.series = 'regime'
        and rules.input_source = 'document'
    left join (
        select distinct site, period, process
        from power_emissions
    ) as generators
        on flow_streams.method = 'electricity_export'
        and attributions.site = generators.site
        and attributions.period = generators.period
        and attributions.process = generators.process
    left join own_power
        on generators.site = own_power.site
        and generators.period = own_power.period
    where flow_streams.validity_rank = 1
),

-- The load of a boiler is what it burnt over what it would burn at its nominal load all the time (Annex II C, equation 34).
flow_loads as (
    select
        *,
        case when flow_formula_name = 'flow_fuel' then {{ formula_sql('load_factor') }} end as load_factor,
        {{ line_id("'load_factor'", 'source_stream') }} as load_factor_id
    from flow_quantities
),

-- Loads at which the papers of a boiler state its efficiency, and of them the next below and above its load, or at it.
flow_curves as (
    select
        site,
        period,
        source_stream,
        cast(substring(parameter, 17) as double) / 100 as load_share,
        value as efficiency,
        factor_id as efficiency_id
    from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
        and month = ''
        and parameter like 'heat_efficiency_%'
),

{%- for side, comparison, order in [('below', '<=', 'desc'), ('above', '>=', 'asc')] %}

loads_{{ side }} as (
    select
        flow_curves.*,
        row_number() over (
            partition by flow_curves.site, flow_curves.period, flow_curves.source_stream
            order by flow_curves.load_share {{ order }}
        ) as load_rank
    from flow_curves
    inner join (
        select distinct site, period, source_stream, load_factor
        from flow_loads
    ) as boilers
        on flow_curves.site = boilers.site
        and flow_curves.period = boilers.period
        and flow_curves.source_stream = boilers.source_stream
        and flow_curves.load_share {{ comparison }} least(boilers.load_factor, 1)
),
{%- endfor %}

flow_points as (
    select
        flow_loads.*,
        {%- for side in ['below', 'above'] %}
        loads_{{ side }}.load_share as load_{{ side }},
        loads_{{ side }}.efficiency as efficiency_{{ side }},
        loads_{{ side }}.efficiency_id as efficiency_{{ side }}_id,
        'unit_conversion:%' as load_{{ side }}_id,
        {%- endfor %}
        {{ line_id(
            "'heat_efficiency_at_load'", 'flow_loads.source_stream', site='flow_loads.site', period='flow_loads.period'
        ) }} as efficiency_line_id
    from flow_loads
    {%- for side in ['below', 'above'] %}
    left join loads_{{ side }}
        on flow_loads.site = loads_{{ side }}.site
        and flow_loads.period = loads_{{ side }}.period
        and flow_loads.source_stream = loads_{{ side }}.source_stream
        and loads_{{ side }}.load_rank = 1
    {%- endfor %}
),

-- A measured efficiency comes first, then that of the boiler's papers at its load, between the two stated loads on either
-- side in a straight line. Without them, or at a load below all that are stated, the regulation has 70 %; heat that is
-- imported without data of its own has the fuel of a boiler of 90 % (Annex III A).
flow_inputs as (
    select
        *,
        case
            when stated_efficiency is not null then stated_efficiency
            when load_above > load_below then {{ formula_sql('heat_efficiency_at_load') }}
            when load_above = load_below then efficiency_above
            else default_efficiency
        end as heat_efficiency,
        case
            when stated_efficiency is not null then stated_efficiency_id
            when load_above > load_below then efficiency_line_id
            when load_above = load_below then efficiency_above_id
            else default_efficiency_id
        end as heat_efficiency_id
    from flow_points
),

stream_flows as (
    select
        *,
        cast({{ formula_sql_by('flow_formula_name', flow_formulas()) }} as decimal(38, 12)) as flow_quantity,
        case
            when own_factor_id is not null then own_factor_tco2_per_mwh
            when heat_basis = 'fuel'
                then {{ formula_sql_by('heat_formula_name', ['heat_of_fuel', 'heat_of_waste_gas']) }}
            else emission_factor
        end as factor,
        case when own_factor_id is not null then 'tCO2/MWh' else emission_factor_unit end as factor_unit,
        case
            when own_factor_id is not null then own_factor_id
            when heat_basis = 'fuel' then {{ line_id("'heat_of_fuel'", 'source_stream') }}
            else emission_factor_id
        end as factor_id,
        {{ line_id("'stream_flow'", 'source_stream', 'process') }} as flow_id,
        {{ line_id("'process_flow'", 'method', 'process') }} as process_flow_id,
        {{ line_id("'process_flow_factor'", 'method', 'process') }} as process_factor_id
    from flow_inputs
),

process_flows as (
    select
        site,
        period,
        method,
        process,
        process_flow_id,
        process_factor_id,
        cast(sum(flow_quantity) as double) as quantity,
        case
            when sum(flow_quantity) <> 0 and count(factor) = count(*)
                then cast(sum(cast(cast(flow_quantity as double) * factor as decimal(38, 12))) as double)
                    / cast(sum(flow_quantity) as double)
        end as factor,
        max(factor_unit) as factor_unit
    from stream_flows
    group by site, period, method, process, process_flow_id, process_factor_id
)
{%- endmacro %}
