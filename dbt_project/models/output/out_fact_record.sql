select
    period,
    fact_id,
    raw_table,
    evidence_id,
    record_number,
    role,
    quantity,
    share,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_document_fact_record') }}

union all

select
    period,
    fact_id,
    raw_table,
    evidence_id,
    record_number,
    role,
    quantity,
    share,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_template_fact_record') }}

union all

select
    period,
    fact_id,
    raw_table,
    evidence_id,
    record_number,
    role,
    quantity,
    share,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_taiwan_fact_record') }}
