select
    fact_id,
    raw_table,
    evidence_id,
    record_number,
    role,
    record_quantity as quantity,
    share,
    site,
    period
from {{ ref('calc_document_fact_edge') }}

union all

select
    fact_id,
    raw_table,
    evidence_id,
    record_number,
    role,
    quantity,
    share,
    site,
    period
from {{ ref('calc_document_reading_record') }}
