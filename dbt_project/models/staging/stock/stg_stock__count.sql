with
counts as (
    select * from {{ source('raw', 'stock_count') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    counts.site,
    counts.evidence_id,
    counts.record_number,
    {{ landed_date('counts.count_date') }} as count_date,
    {{ landed_text('counts.material') }} as material,
    {{ landed_number('counts.quantity') }} as quantity,
    {{ landed_text('counts.unit') }} as unit,
    {{ landed_text('counts.location') }} as location
from counts
inner join active_evidence
    on counts.site = active_evidence.site
    and counts.evidence_id = active_evidence.evidence_id
