{{ scoped(period_column=none) }}
{{ current_master('master_product_unit') }}

select
    evidence_id,
    record_number,
    {{ landed_text('product') }} as product,
    {{ landed_text('unit') }} as product_unit,
    cast({{ landed_number('kg_per_unit') }} as decimal(26, 9)) as kg_per_unit,
    {{ landed_text('functional_unit') }} as functional_unit,
    {{ validity() }},
    site
from current_rows
