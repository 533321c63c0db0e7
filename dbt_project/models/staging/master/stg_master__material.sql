{{ scoped(period_column=none) }}
{{ current_master('master_material') }}

select
    evidence_id,
    record_number,
    {{ landed_text('material') }} as material,
    {{ landed_text('name') }} as material_name,
    {{ landed_text('name_zh') }} as material_name_zh,
    {{ landed_text('role') }} as role,
    replace({{ landed_text('cn_code') }}, ' ', '') as cn_code,
    {{ landed_text('country_code') }} as country_code,
    {{ landed_text('unit') }} as unit,
    site
from current_rows
