{{ scoped() }}
-- depends_on: {{ ref('calc_document_obstacle') }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

processes as (
    select * from {{ ref('stg_master__process') }}
),

production as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'production'
        and quantity_name = 'good_quantity'
),

electricity as (
    select * from {{ ref('calc_document_process_electricity') }}
    where {{ in_scope() }}
),

{{ process_flow_ctes() }},

flows as (
    select
        site,
        period,
        process
        {%- for method, name, unit in process_flows() %},
        max(case when method = '{{ method }}' then quantity end) as {{ name }},
        max(case when method = '{{ method }}' then process_flow_id end) as {{ name }}_id,
        max(case when method = '{{ method }}' then factor end) as {{ name }}_factor,
        max(case when method = '{{ method }}' and factor is not null then process_factor_id end) as {{ name }}_factor_id
        {%- endfor %}
    from process_flows
    group by site, period, process
)

select
    processes.process,
    processes.process_name,
    processes.good_category,
    processes.production_route,
    production.value_exact as activity_level,
    production.unit as activity_level_unit,
    production.fact_id as activity_level_id,
    electricity.electricity_mwh,
    electricity.line_id as electricity_id,
    {%- for method, name, unit in process_flows() %}
    flows.{{ name }},
    flows.{{ name }}_id,
    flows.{{ name }}_factor,
    flows.{{ name }}_factor_id,
    {%- endfor %}
    waste_gas_corrections.waste_gas_correction,
    waste_gas_corrections.waste_gas_correction_id,
    periods.site,
    periods.period
from periods
inner join processes
    on periods.site = processes.site
left join production
    on periods.site = production.site
    and periods.period = production.period
    and processes.process = production.subject
left join electricity
    on periods.site = electricity.site
    and periods.period = electricity.period
    and processes.process = electricity.process
left join flows
    on periods.site = flows.site
    and periods.period = flows.period
    and processes.process = flows.process
left join waste_gas_corrections
    on periods.site = waste_gas_corrections.site
    and periods.period = waste_gas_corrections.period
    and processes.process = waste_gas_corrections.process
