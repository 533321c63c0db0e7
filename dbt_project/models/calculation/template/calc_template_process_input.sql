with
cells as (
    select * from {{ ref('calc_template_cell') }}
),

processes as (
    select
        site,
        period,
        item,
        {{ template_text('name', 'process') }},
        {{ template_text('good_category') }}
    from cells
    where section = 'process'
        and sub_item is null
    group by
        site,
        period,
        item
),

process_values as (
    select
        site,
        period,
        item,
        {{ template_text('electricity_factor_source') }},
        {{ template_number('direct_emissions', 'declared') }},
        {{ template_number('heat_imported_tj', 'heat_imported') }},
        {{ template_number('heat_imported_factor') }},
        {{ template_number('heat_exported_tj', 'heat_exported') }},
        {{ template_number('heat_exported_factor') }},
        {{ template_number('waste_gas_imported_tj', 'waste_gas_imported') }},
        {{ template_number('waste_gas_exported_tj', 'waste_gas_exported') }},
        {{ template_number('electricity_mwh', 'electricity') }},
        {{ template_number('electricity_factor') }},
        {{ template_number('exported_electricity_mwh', 'electricity_exported') }},
        {{ template_number('exported_electricity_factor', 'electricity_exported_factor') }}
    from cells
    where section = 'process_value'
    group by
        site,
        period,
        item
)

select
    processes.site,
    processes.period,
    processes.item,
    processes.process,
    processes.good_category,
    process_values.electricity_factor_source,
    process_values.declared,
    process_values.declared_id,
    process_values.heat_imported,
    process_values.heat_imported_id,
    process_values.heat_imported_factor,
    process_values.heat_imported_factor_id,
    process_values.heat_exported,
    process_values.heat_exported_id,
    process_values.heat_exported_factor,
    process_values.heat_exported_factor_id,
    process_values.waste_gas_imported,
    process_values.waste_gas_imported_id,
    process_values.waste_gas_exported,
    process_values.waste_gas_exported_id,
    process_values.electricity,
    process_values.electricity_id,
    process_values.electricity_factor,
    process_values.electricity_factor_id,
    process_values.electricity_exported,
    process_values.electricity_exported_id,
    process_values.electricity_exported_factor,
    process_values.electricity_exported_factor_id
from processes
left join process_values
    on processes.site = process_values.site
    and processes.period = process_values.period
    and processes.item = process_values.item
