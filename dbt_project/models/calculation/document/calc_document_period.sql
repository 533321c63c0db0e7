{{ scoped() }}

with
processes as (
    select * from {{ ref('stg_master__process') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- Sites with process master data are computed from documents, and organisations from their papers; a filled template
-- brings its own processes.
document_sites as (
    select site from processes
    where {{ in_scope_site() }}
    union
    select site from active_evidence
    where {{ in_scope_site() }}
        and kind in ('{{ organisation_kinds() | join("', '") }}')
),

-- The span that activity data speak of. Master data and certificates are valid far beyond it.
spans as (
    select
        active_evidence.site,
        min(active_evidence.period_start) as first_day,
        max(active_evidence.period_end) as end_day
    from active_evidence
    inner join document_sites
        on active_evidence.site = document_sites.site
    where active_evidence.kind in (
        '{{ activity_kinds() | join("', '") }}'
    )
        or active_evidence.evidence_id in (
            select channels.evidence_id from {{ ref('stg_meter__channel') }} as channels
            where {{ in_scope_site('channels.site') }}
        )
    group by active_evidence.site
),

months as (
    {{ period_rows(scope_months()) }}
),

years as (
    {{ period_rows(scope_years()) }}
),

calendar as (
    select 'month' as period_type, months.* from months
    union all
    select 'year' as period_type, years.* from years
)

{% if scope_periods() -%}
-- A period that was asked for exists even where nothing landed for it: the gates then name what is missing.
select
    calendar.period_type,
    calendar.period_start,
    calendar.period_end,
    document_sites.site,
    calendar.period
from document_sites
cross join calendar
{%- else -%}
select
    calendar.period_type,
    calendar.period_start,
    calendar.period_end,
    spans.site,
    calendar.period
from spans
inner join calendar
    on calendar.period_start < spans.end_day
    and calendar.period_end > spans.first_day
{%- endif %}
