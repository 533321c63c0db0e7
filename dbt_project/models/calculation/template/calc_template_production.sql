with
cells as (
    select * from {{ ref('calc_template_cell') }}
    where section = 'production_level'
        and value_number is not null
),

processes as (
    select * from {{ ref('calc_template_process_input') }}
)

select
    cells.site,
    cells.period,
    processes.process,
    cells.sub_item as production_route_number,
    {{ line_value('cells.value_number') }} as production_quantity,
    cells.cell_id as production_id
from cells
inner join processes
    on cells.site = processes.site
    and cells.period = processes.period
    and cells.item = processes.item
