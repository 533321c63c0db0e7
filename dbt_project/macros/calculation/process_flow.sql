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

{#-
  CTEs `stream_flows`, one row a stream and process with what the process bears, and `process_flows`, one row a process
  and method with their sum and the mean factor.
-#}
{% macro process_flow_ctes() -%}
{{ own_power_ctes() }},

flow_streams as (
    select
        periods.site,
        periods.period,
        streams.source_stream,
        streams.method,
        row_number() over (
            partition by periods.site, periods.period, streams.source_stream
            order by streams.valid_from desc
        ) as validity_rank
    from {{ ref('calc_document_period') }} as periods
    inner join {{ ref('stg_master__source_stream') }} as streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
    where {{ in_scope('periods.site', 'periods.period') }}
        and streams.method in ({{ process_flow_methods() }})
),

stream_flows as (
    select
        *,
        cast(quantity * share * units_per_unit as decimal(38, 12)) as flow_quantity,
        {{ line_id("'stream_flow'", 'source_stream', 'process') }} as flow_id,
        {{ line_id("'process_flow'", 'method', 'process') }} as process_flow_id,
        {{ line_id("'process_flow_factor'", 'method', 'process') }} as process_factor_id
    from (
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
            coalesce(own_power.own_factor_tco2_per_mwh, factors.value) as factor,
            coalesce(factors.unit, 'tCO2/MWh') as factor_unit,
            coalesce(own_power.own_factor_id, factors.factor_id) as factor_id
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
        left join {{ ref('calc_document_stream_factor') }} as factors
            on flow_streams.site = factors.site
            and flow_streams.period = factors.period
            and flow_streams.source_stream = factors.source_stream
            and factors.parameter = 'emission_factor'
            and factors.month = ''
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
    ) as attributed_flows
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
