{{ kept_register() }}

-- A table, not a view: every model asks for it, and each look would open one small file a document. So it keeps what it
-- has read, too.
-- A closed period counts what had arrived when it was closed: `known_until` is the arrival of its close. Of later ones
-- only new factor documents stay, so that the choice of factors can tell why they lost.
with
evidence as (
    select * from {{ source('raw', 'evidence') }}
)
{%- if var('known_until', none) is not none %},

known as (
    select distinct site, sha256
    from evidence
    where arrival_order <= {{ var('known_until') | int }}
)
{%- endif %}

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
    and {{ of_unread_evidence() }}
{%- if var('known_until', none) is not none %}
    and (
        arrival_order <= {{ var('known_until') | int }}
        or (
            kind = 'factor_document'
            and not exists (select 1 from known where known.site = evidence.site and known.sha256 = evidence.sha256)
        )
    )
{%- endif %}
