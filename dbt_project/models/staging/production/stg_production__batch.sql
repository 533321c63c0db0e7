with
batches as (
    select * from {{ source('raw', 'batch_ledger') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    batches.site,
    batches.evidence_id,
    batches.record_number,
    active_evidence.arrival_order,
    {{ landed_text('batches.batch') }} as batch,
    {{ landed_text('batches.process') }} as process,
    {{ landed_text('batches.product') }} as product,
    {{ landed_date('batches.started_on') }} as started_date,
    {{ landed_date('batches.finished_on') }} as finished_date,
    {{ landed_number('batches.good_quantity') }} as good_quantity,
    {{ landed_text('batches.good_unit') }} as good_unit,
    {{ landed_number('batches.scrap_quantity') }} as scrap_quantity,
    {{ landed_text('batches.scrap_unit') }} as scrap_unit,
    {{ landed_text('batches.input_batch') }} as input_batch,
    {{ landed_text('batches.material') }} as material,
    {{ landed_number('batches.input_quantity') }} as input_quantity,
    {{ landed_text('batches.input_unit') }} as input_unit,
    {{ landed_number('batches.electricity_quantity') }} as electricity_quantity,
    {{ landed_text('batches.electricity_unit') }} as electricity_unit,
    {{ landed_text('batches.supplier') }} as supplier,
    {{ landed_text('batches.mill_certificate') }} as mill_certificate
from batches
inner join active_evidence
    on batches.site = active_evidence.site
    and batches.evidence_id = active_evidence.evidence_id
