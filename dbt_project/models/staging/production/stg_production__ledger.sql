with
ledger as (
    select * from {{ source('raw', 'production_ledger') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    ledger.site,
    ledger.evidence_id,
    ledger.record_number,
    {{ landed_date('ledger.production_date') }} as production_date,
    {{ landed_text('ledger.batch') }} as batch,
    {{ landed_text('ledger.process') }} as process,
    {{ landed_text('ledger.product') }} as product,
    {{ landed_number('ledger.good_quantity') }} as good_quantity,
    {{ landed_text('ledger.good_unit') }} as good_unit,
    {{ landed_number('ledger.scrap_quantity') }} as scrap_quantity,
    {{ landed_text('ledger.scrap_unit') }} as scrap_unit,
    {{ landed_text('ledger.material') }} as material,
    {{ landed_number('ledger.input_quantity') }} as input_quantity,
    {{ landed_text('ledger.input_unit') }} as input_unit,
    {{ landed_number('ledger.dispatched_quantity') }} as dispatched_quantity,
    {{ landed_text('ledger.dispatched_unit') }} as dispatched_unit
from ledger
inner join active_evidence
    on ledger.site = active_evidence.site
    and ledger.evidence_id = active_evidence.evidence_id
