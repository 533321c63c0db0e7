with
statements as (
    select * from {{ source('raw', 'scope3_statement') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

ranked as (
    select
        statements.site,
        statements.evidence_id,
        statements.record_number,
        cast({{ gregorian_year(landed_text('statements.statement_year')) }} as varchar) as period,
        {{ landed_text('statements.category') }} as stated_category,
        {{ landed_text('statements.item') }} as stated_subject,
        {{ landed_text('statements.status') }} as statement_status,
        {{ landed_number('statements.emissions_tco2e') }} as emissions_tco2e,
        {{ landed_text('statements.reason') }} as reason,
        {{ landed_text('statements.reason_zh') }} as reason_zh,
        {{ landed_text('statements.author') }} as author,
        {{ landed_text('statements.approver') }} as approver,
        row_number() over (
            partition by statements.site, statements.statement_year, statements.category, statements.item
            order by active_evidence.arrival_order desc, statements.evidence_id desc, statements.record_number desc
        ) as latest_rank
    from statements
    inner join active_evidence
        on statements.site = active_evidence.site
        and statements.evidence_id = active_evidence.evidence_id
)

select
    evidence_id,
    record_number,
    period,
    stated_category,
    stated_subject,
    statement_status,
    emissions_tco2e,
    reason,
    reason_zh,
    case
        when latest_rank > 1 then 'superseded'
        when lower(author) = lower(approver) then 'author_is_approver'
        when statement_status = 'declared' and emissions_tco2e is null then 'no_emissions'
        else 'counted'
    end as statement_state,
    site
from ranked
