with
cells as (
    select * from {{ ref('stg_cbam_template__cell') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- One row a filled template, with the reporting period as printed (the last day belongs to it).
documents as (
    select
        site,
        evidence_id,
        cast(max(case when field = 'period_start' then value_text end) as date) as first_day,
        cast(max(case when field = 'period_end' then value_text end) as date) as last_day,
        max(case when field = 'name' then value_text end) as installation_name,
        max(case when field = 'country' then value_text end) as country_name
    from cells
    where section = 'installation'
    group by
        site,
        evidence_id
)

select
    documents.site,
    documents.evidence_id,
    documents.installation_name,
    documents.country_name,
    documents.first_day as period_start,
    documents.last_day + interval 1 day as period_end,
    active_evidence.arrival_order,
    case
        when
            extract(year from documents.first_day) = extract(year from documents.last_day)
            and extract(month from documents.first_day) = 1
            and extract(day from documents.first_day) = 1
            and extract(month from documents.last_day) = 12
            and extract(day from documents.last_day) = 31
            then cast(extract(year from documents.first_day) as varchar)
        else cast(documents.first_day as varchar) || '_' || cast(documents.last_day as varchar)
    end as period
from documents
inner join active_evidence
    on documents.site = active_evidence.site
    and documents.evidence_id = active_evidence.evidence_id
