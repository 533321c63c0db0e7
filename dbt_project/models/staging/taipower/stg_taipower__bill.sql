{{ scoped(period_column=none) }}

with
bills as (
    select * from {{ source('raw', 'utility_bill') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

typed as (
    select
        bills.site,
        bills.evidence_id,
        bills.record_number,
        active_evidence.arrival_order,
        {{ landed_text('bills.account') }} as account,
        {{ landed_text('bills.bill_number') }} as bill_number,
        {{ landed_text('bills.bill_kind') }} as bill_kind,
        {{ landed_text('bills.commodity') }} as commodity,
        {{ landed_month('bills.bill_month') }} as bill_month,
        {{ landed_date('bills.period_start') }} as period_start,
        cast({{ landed_date('bills.period_end') }} + interval 1 day as date) as period_end,
        {{ landed_number('bills.quantity') }} as quantity,
        {{ landed_text('bills.unit') }} as unit,
        {{ landed_number('bills.peak_quantity') }} as peak_quantity,
        {{ landed_number('bills.half_peak_quantity') }} as half_peak_quantity,
        {{ landed_number('bills.saturday_half_peak_quantity') }} as saturday_half_peak_quantity,
        {{ landed_number('bills.off_peak_quantity') }} as off_peak_quantity,
        {{ landed_number('bills.amount') }} as amount_twd
    from bills
    inner join active_evidence
        on bills.site = active_evidence.site
        and bills.evidence_id = active_evidence.evidence_id
),

-- A correction (更正) replaces the ordinary bills of its account and month; of several corrections the last one stands.
-- Ordinary bills of one account, month and period are copies of each other: the first one stands.
ranked as (
    select
        *,
        max(case when bill_kind = '更正' then 1 else 0 end) over (
            partition by site, account, bill_month
        ) as has_correction,
        row_number() over (
            partition by site, account, bill_month, bill_kind
            order by arrival_order desc, evidence_id desc, record_number desc
        ) as latest_rank,
        row_number() over (
            partition by site, account, bill_month, period_start, period_end, bill_kind
            order by arrival_order, evidence_id, record_number
        ) as copy_number,
        min(quantity) over (
            partition by site, account, bill_month, period_start, period_end, bill_kind
        ) <> max(quantity) over (
            partition by site, account, bill_month, period_start, period_end, bill_kind
        ) as copies_differ
    from typed
)

select
    evidence_id,
    record_number,
    arrival_order,
    account,
    bill_number,
    bill_kind,
    commodity,
    bill_month,
    period_start,
    period_end,
    quantity,
    unit,
    peak_quantity,
    half_peak_quantity,
    saturday_half_peak_quantity,
    off_peak_quantity,
    amount_twd,
    case
        when has_correction = 1 and bill_kind = '更正' and latest_rank = 1 then 'counted'
        when has_correction = 1 then 'corrected'
        when copy_number = 1 then 'counted'
        else 'duplicate'
    end as bill_state,
    has_correction = 0 and copies_differ as has_conflict,
    site
from ranked
