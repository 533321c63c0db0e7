with
cells as (
    select * from {{ ref('calc_template_cell') }}
    where section in ('process_flow', 'precursor_flow')
        and value_number is not null
),

processes as (
    select * from {{ ref('calc_template_process_input') }}
),

precursors as (
    select * from {{ ref('calc_template_precursor_input') }}
)

select
    cells.site,
    cells.period,
    consumers.process,
    coalesce(producers.process, precursors.precursor) as precursor,
    cells.section = 'process_flow' as is_own,
    {{ line_value('cells.value_number') }} as consumed_quantity,
    cells.cell_id as consumed_id
from cells
inner join processes as consumers
    on cells.site = consumers.site
    and cells.period = consumers.period
    and cells.sub_item = consumers.item
left join processes as producers
    on cells.section = 'process_flow'
    and cells.site = producers.site
    and cells.period = producers.period
    and cells.item = producers.item
left join precursors
    on cells.section = 'precursor_flow'
    and cells.site = precursors.site
    and cells.period = precursors.period
    and cells.item = precursors.item
where coalesce(producers.process, precursors.precursor) is not null
