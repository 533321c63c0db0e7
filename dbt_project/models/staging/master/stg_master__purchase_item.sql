{{ scoped(period_column=none) }}
{{ current_master('master_purchase_item') }}

select
    evidence_id,
    record_number,
    {{ landed_text('seller_id') }} as seller_id,
    {{ landed_text('description') }} as description,
    {{ landed_text('material') }} as material,
    {{ landed_text('unit') }} as unit,
    {{ landed_text('installation') }} as installation,
    site
from current_rows
