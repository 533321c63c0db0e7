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
    'records' as source_type,
    cast(null as varchar) as raw_table,
    cast(null as varchar) as meter,
    cast(null as timestamp) as from_local,
    cast(null as timestamp) as to_local,
    record_count,
    cast(null as decimal(38, 12)) as checksum_sum,
    cast(null as varchar) as checksum_hash,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_taiwan_fact') }}
