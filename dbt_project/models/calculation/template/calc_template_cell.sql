with
cells as (
    select * from {{ ref('stg_cbam_template__cell') }}
),

periods as (
    select * from {{ ref('calc_template_period') }}
    where {{ in_scope() }}
)

select
    cells.evidence_id,
    cells.record_number,
    cells.section,
    cells.item,
    cells.sub_item,
    cells.field,
    cells.value_text,
    cells.value_number,
    cells.cell_id,
    cells.site,
    periods.period
from cells
inner join periods
    on cells.site = periods.site
    and cells.evidence_id = periods.evidence_id
