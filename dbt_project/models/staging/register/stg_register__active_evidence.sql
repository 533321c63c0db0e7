{{ scoped(period_column=none) }}

with
evidence as (
    select * from {{ ref('stg_register__evidence') }}
    where {{ in_scope_site() }}
),

decisions as (
    select * from {{ ref('stg_register__decision') }}
),

dropped as (
    select distinct
        site,
        subject as evidence_id
    from decisions
    where decision in ('withdraw', 'supersede')
),

-- The same bytes, landed again by a newer reader, count once: the last landing is the best reading of them.
ranked as (
    select
        evidence.*,
        row_number() over (
            partition by evidence.site, evidence.sha256, evidence.kind
            order by evidence.arrival_order desc, evidence.evidence_id desc
        ) as landing_rank
    from evidence
    left join dropped
        on evidence.site = dropped.site
        and evidence.evidence_id = dropped.evidence_id
    where evidence.status = 'landed'
        and dropped.evidence_id is null
)

select
    evidence_id,
    sha256,
    file_name,
    byte_size,
    kind,
    reader,
    reader_version,
    document_key,
    document_date,
    period_start,
    period_end,
    source_zone,
    records_landed,
    records_rejected,
    arrival_order,
    site
from ranked
where landing_rank = 1
