select
    period,
    fact_id,
    fact_type,
    subject,
    object,
    quantity_name,
    value,
    value_exact,
    unit,
    data_quality,
    method_id,
    source_type,
    raw_table,
    meter,
    from_local,
    to_local,
    record_count,
    checksum_sum,
    checksum_hash,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_document_fact') }}

union all

select
    period,
    fact_id,
    fact_type,
    subject,
    object,
    quantity_name,
    value,
    value_exact,
    unit,
    data_quality,
    method_id,
    source_type,
    raw_table,
    meter,
    from_local,
    to_local,
    record_count,
    checksum_sum,
    checksum_hash,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_template_fact') }}
