with
cells as (
    select * from {{ source('raw', 'cbam_template_cell') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    cells.site,
    cells.evidence_id,
    cells.record_number,
    cells.section,
    cells.field,
    cells.value as value_text,
    cells.value_type,
    cells.sheet,
    cells.cell,
    case when cells.item <> '' then cast(cells.item as integer) end as item,
    case when cells.sub_item <> '' then cast(cells.sub_item as integer) end as sub_item,
    case when cells.value_type = 'number' then cast(cells.value as double) end as value_number,
    'cell:' || cells.evidence_id || ':' || cells.sheet || '!' || cells.cell as cell_id
from cells
inner join active_evidence
    on cells.site = active_evidence.site
    and cells.evidence_id = active_evidence.evidence_id
