with
entries as (
    select * from {{ source('raw', 'manual_entry') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    entries.site,
    entries.evidence_id,
    entries.record_number,
    {{ landed_text('entries.entry') }} as entry,
    {{ landed_text('entries.material') }} as material,
    {{ landed_text('entries.meter') }} as meter,
    {{ landed_text('entries.process') }} as process,
    {{ landed_text('entries.product') }} as product,
    {{ landed_text('entries.quantity_name') }} as quantity_name,
    {{ landed_number('entries.value') }} as quantity,
    {{ landed_text('entries.unit') }} as unit,
    {{ landed_date('entries.period_start') }} as period_start,
    {{ landed_date('entries.period_end') }} as period_end,
    {{ landed_text('entries.reason') }} as reason
from entries
inner join active_evidence
    on entries.site = active_evidence.site
    and entries.evidence_id = active_evidence.evidence_id
