with
leases as (
    select * from {{ source('raw', 'office_lease') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

ranked as (
    select
        leases.site,
        leases.evidence_id,
        leases.record_number,
        {{ landed_text('leases.lease') }} as lease,
        {{ landed_text('leases.account') }} as account,
        {{ landed_text('leases.control') }} as control,
        {{ landed_text('leases.method') }} as share_method,
        {{ landed_number('leases.numerator') }} as own_part,
        {{ landed_number('leases.denominator') }} as whole,
        {{ landed_text('leases.key_unit') }} as key_unit,
        {{ landed_date('leases.valid_from') }} as valid_from,
        coalesce({{ landed_date('leases.valid_to') }}, date '9999-12-31') as valid_to,
        {{ landed_text('leases.reason') }} as reason,
        row_number() over (
            partition by leases.site, leases.lease, leases.account, leases.valid_from
            order by active_evidence.arrival_order desc, leases.evidence_id desc, leases.record_number desc
        ) as latest_rank
    from leases
    inner join active_evidence
        on leases.site = active_evidence.site
        and leases.evidence_id = active_evidence.evidence_id
)

select
    evidence_id,
    record_number,
    lease,
    account,
    control,
    share_method,
    own_part,
    whole,
    key_unit,
    valid_from,
    valid_to,
    reason,
    site
from ranked
where latest_rank = 1
