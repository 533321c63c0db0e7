{{ scoped(period_column=none) }}

with
declarations as (
    select * from {{ source('raw', 'cbam_declaration') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- A declaration is filed once; a corrected one has its own number.
ranked as (
    select
        declarations.site,
        declarations.evidence_id,
        declarations.record_number,
        {{ landed_text('declarations.declaration_number') }} as declaration_number,
        upper({{ landed_text('declarations.importer_eori') }}) as importer_eori,
        {{ landed_text('declarations.authorisation_number') }} as authorisation_number,
        cast({{ landed_number('declarations.import_year') }} as integer) as import_year,
        {{ landed_date('declarations.filed_on') }} as filed_date,
        {{ landed_number('declarations.declared_certificates') }} as declared_certificates,
        row_number() over (
            partition by declarations.site, upper(declarations.importer_eori), declarations.declaration_number
            order by active_evidence.arrival_order desc, declarations.evidence_id desc, declarations.record_number desc
        ) as latest_rank
    from declarations
    inner join active_evidence
        on declarations.site = active_evidence.site
        and declarations.evidence_id = active_evidence.evidence_id
)

select
    evidence_id,
    record_number,
    declaration_number,
    importer_eori,
    authorisation_number,
    import_year,
    filed_date,
    declared_certificates,
    case when latest_rank > 1 then 'superseded' else 'counted' end as filing_state,
    site
from ranked
