{{ scoped(period_column=none) }}
{{ current_master('master_account') }}

select
    evidence_id,
    record_number,
    {{ landed_text('account') }} as account,
    {{ landed_text('commodity') }} as commodity,
    {{ landed_text('material') }} as material,
    {{ landed_text('supplier_id') }} as supplier_id,
    {{ landed_text('unit') }} as unit,
    {{ validity() }},
    site
from current_rows
