{{ scoped(period_column=none) }}
{{ current_master('master_product') }}

select
    evidence_id,
    record_number,
    {{ landed_text('product') }} as product,
    {{ landed_text('name') }} as product_name,
    replace({{ landed_text('cn_code') }}, ' ', '') as cn_code,
    {{ landed_text('process') }} as process,
    {{ validity() }},
    site
from current_rows
