{{ scoped(period_column=none) }}

-- A table, not a view: every model asks for it, and each look would open one small file a document.
with
evidence as (
    select * from {{ source('raw', 'evidence') }}
)

select
    evidence_id,
    sha256,
    file_name,
    byte_size,
    kind,
    reader,
    reader_version,
    nullif(document_key, '') as document_key,
    document_date,
    period_start,
    period_end,
    source_zone,
    locator_kind,
    header_lines,
    records_landed,
    records_rejected,
    status,
    message,
    arrival_order,
    received_at,
    site
from evidence
where {{ in_scope_site('site') }}
