{{ current_master('master_purchase_item') }}

select
    site,
    evidence_id,
    record_number,
    {{ landed_text('seller_id') }} as seller_id,
    {{ landed_text('description') }} as description,
    {{ landed_text('material') }} as material,
    {{ landed_text('unit') }} as unit
from current_rows
