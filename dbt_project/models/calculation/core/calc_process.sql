{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
),

template_processes as (
    select * from {{ ref('calc_template_process_input') }}
),

template_activity as (
    select
        site,
        period,
        process,
        sum(production_quantity) as activity_level
    from {{ ref('calc_template_production') }}
    group by
        site,
        period,
        process
),

document_processes as (
    select * from {{ ref('calc_document_process_input') }}
    where {{ in_scope() }}
),

goods as (
    select * from {{ ref('cbam_good') }}
),

processes as (
    select
        template_processes.site,
        template_processes.period,
        'template' as input_source,
        template_processes.process,
        template_processes.process as process_name,
        template_processes.good_category,
        'activity_sum' as activity_formula_name,
        {{ line_value('coalesce(template_activity.activity_level, 0)') }} as activity_level,
        't' as activity_unit,
        cast(null as varchar) as activity_id
    from template_processes
    left join template_activity
        on template_processes.site = template_activity.site
        and template_processes.period = template_activity.period
        and template_processes.process = template_activity.process

    union all

    select
        site,
        period,
        'document' as input_source,
        process,
        process_name,
        good_category,
        'activity_single' as activity_formula_name,
        activity_level,
        activity_level_unit as activity_unit,
        activity_level_id as activity_id
    from document_processes
)

select
    processes.process,
    processes.process_name,
    processes.input_source,
    processes.good_category,
    {{ is_outside_cbam('processes.good_category') }} as is_outside_cbam,
    not {{ is_outside_cbam('processes.good_category') }} and coalesce(goods.counts_indirect_definitive, true)
        as counts_indirect_definitive,
    processes.activity_formula_name,
    coalesce(processes.activity_level, 0) as activity_level,
    coalesce(goods.unit, processes.activity_unit) as activity_unit,
    coalesce(cast(processes.activity_level as double), 0) as activity,
    coalesce(processes.activity_id, 'constant:nothing_produced') as activity_id,
    {{ line_id(
        "'activity_level'", 'processes.process', site='processes.site', period='processes.period'
    ) }} as activity_line_id,
    processes.site,
    processes.period
from processes
inner join periods
    on processes.site = periods.site
    and processes.period = periods.period
    and processes.input_source = periods.input_source
left join goods
    on processes.good_category = goods.good_category
