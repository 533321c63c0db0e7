{{ current_master('master_product') }}

select
    site,
    evidence_id,
    record_number,
    {{ landed_text('product') }} as product,
    {{ landed_text('name') }} as product_name,
    replace({{ landed_text('cn_code') }}, ' ', '') as cn_code,
    {{ landed_text('process') }} as process,
    {{ validity() }}
from current_rows
