{{ scoped(period_column=none) }}

with
decisions as (
    select * from {{ source('raw', 'decision') }}
    where {{ in_scope_site() }}
),

evidence as (
    select * from {{ ref('stg_register__evidence') }}
),

landed as (
    select
        decisions.site,
        decisions.evidence_id,
        decisions.record_number,
        decisions.decision_id,
        decisions.decision,
        decisions.subject,
        decisions.reason,
        decisions.author,
        decisions.approver,
        {{ landed_date('decisions.decided_on') }} as decided_date,
        decisions.detail,
        evidence.arrival_order
    from decisions
    inner join evidence
        on decisions.site = evidence.site
        and decisions.evidence_id = evidence.evidence_id
    where evidence.status = 'landed'
),

-- A withdrawal is evidence like any other, so it can itself be withdrawn: then what it withdrew is back. To withdraw a
-- close lets other factors into closed figures, so that needs a second person.
revoked as (
    select
        site,
        subject as evidence_id,
        max(approver) as approver
    from landed
    where decision = 'withdraw'
    group by site, subject
)

select
    landed.evidence_id,
    landed.record_number,
    landed.decision_id,
    landed.decision,
    landed.subject,
    landed.reason,
    landed.author,
    landed.approver,
    landed.decided_date,
    landed.detail,
    landed.site
from landed
left join revoked
    on landed.site = revoked.site
    and landed.evidence_id = revoked.evidence_id
where revoked.evidence_id is null
    or (landed.decision = 'close' and revoked.approver is null)
