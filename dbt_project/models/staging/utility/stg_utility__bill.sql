{{ scoped(period_column=none) }}

with
bills as (
    select * from {{ source('raw', 'utility_bill') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- A value that was read with little confidence counts once two people have accepted its document or its record.
approved as (
    select distinct
        site,
        subject
    from {{ ref('stg_register__decision') }}
    where decision = 'approve'
        and {{ in_scope_site() }}
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
        {{ landed_date('bills.bill_date') }} as bill_date,
        {{ landed_date('bills.period_start') }} as printed_start,
        coalesce(
            cast({{ landed_date('bills.period_end') }} + interval 1 day as date), {{ landed_date('bills.read_date') }}
        ) as period_end,
        cast({{ landed_number('bills.billed_days') }} as integer) as billed_days,
        {{ landed_number('bills.quantity') }} as quantity,
        {{ landed_text('bills.unit') }} as unit,
        {{ landed_number('bills.peak_quantity') }} as peak_quantity,
        {{ landed_number('bills.half_peak_quantity') }} as half_peak_quantity,
        {{ landed_number('bills.saturday_half_peak_quantity') }} as saturday_half_peak_quantity,
        {{ landed_number('bills.off_peak_quantity') }} as off_peak_quantity,
        {{ landed_number('bills.wheeled_quantity') }} as wheeled_quantity,
        {{ landed_number('bills.heat_value') }} as heat_value,
        {{ landed_text('bills.heat_value_unit') }} as heat_value_unit,
        {{ landed_text('bills.heat_value_basis') }} as heat_value_basis,
        {{ landed_number('bills.amount') }} as amount,
        {{ landed_text('bills.currency') }} as currency,
        {{ landed_text('bills.supplier') }} as supplier,
        {{ landed_text('bills.supplier_id') }} as supplier_id,
        {{ landed_text('bills.meter') }} as meter,
        {{ landed_text('bills.read_kind') }} as read_kind,
        {{ landed_text('bills.review_status') }} as review_status
    from bills
    inner join active_evidence
        on bills.site = active_evidence.site
        and bills.evidence_id = active_evidence.evidence_id
),

-- The reading that ends a period begins the next one, so its day is the day after the last one billed.
dated as (
    select
        typed.*,
        coalesce(
            typed.printed_start, cast(typed.period_end - typed.billed_days * interval 1 day as date)
        ) as period_start,
        case
            when typed.bill_kind in ('更正', 'correction') then 'correction'
            when typed.bill_kind in ('沖銷', 'cancel') then 'cancel'
            when typed.bill_kind in ('調整', 'adjustment') then 'adjustment'
            else 'ordinary'
        end as kind,
        coalesce(typed.review_status, '') = 'needs_review'
            and whole_document.subject is null
            and one_record.subject is null as is_held,
        -- What a bill is known by: its month, else its date, else the day that its period begins.
        coalesce(
            cast(typed.bill_month as varchar), cast(typed.bill_date as varchar), cast(typed.printed_start as varchar)
        ) as bill_name
    from typed
    left join approved as whole_document
        on typed.site = whole_document.site
        and typed.evidence_id = whole_document.subject
    left join approved as one_record
        on typed.site = one_record.site
        and typed.evidence_id || '/' || cast(typed.record_number as varchar) = one_record.subject
),

-- A correction (更正) replaces the ordinary bills of its account and month; of several corrections the last one stands.
-- Ordinary bills of one account, month and period are copies of each other: the first one stands.
ranked as (
    select
        *,
        max(case when kind = 'correction' then 1 else 0 end) over (
            partition by site, account, commodity, bill_name, is_held
        ) as has_correction,
        row_number() over (
            partition by site, account, commodity, bill_name, kind, is_held
            order by arrival_order desc, evidence_id desc, record_number desc
        ) as latest_rank,
        row_number() over (
            partition by site, account, commodity, bill_name, period_start, period_end, kind, is_held
            order by arrival_order, evidence_id, record_number
        ) as copy_number,
        min(quantity) over (
            partition by site, account, commodity, bill_name, period_start, period_end, kind, is_held
        ) <> max(quantity) over (
            partition by site, account, commodity, bill_name, period_start, period_end, kind, is_held
        ) as copies_differ
    from dated
),

standing as (
    select
        *,
        case
            when is_held then 'needs_review'
            when kind = 'adjustment' then 'adjustment'
            when has_correction = 1 and kind = 'correction' and latest_rank = 1 then 'counted'
            when has_correction = 1 and kind in ('ordinary', 'correction') then 'corrected'
            when copy_number = 1 then 'counted'
            else 'duplicate'
        end as state_alone
    from ranked
),

-- A supplier takes a bill back by a line of the same account and period with the quantity negated: the n-th such line
-- cancels the n-th bill of that quantity, and neither counts. The bill made anew counts like any other.
paired as (
    select
        *,
        sum(case when state_alone = 'counted' and kind = 'cancel' then 1 else 0 end) over (
            partition by site, account, commodity, period_start, period_end, abs(quantity)
        ) as cancel_count,
        sum(case when state_alone = 'counted' and kind <> 'cancel' then 1 else 0 end) over (
            partition by site, account, commodity, period_start, period_end, abs(quantity)
        ) as bill_count,
        row_number() over (
            partition by site, account, commodity, period_start, period_end, abs(quantity), state_alone,
                case when kind = 'cancel' then 1 else 0 end
            order by bill_date, arrival_order, evidence_id, record_number
        ) as pair_number,
        sum(case when state_alone = 'counted' and kind = 'cancel' then 1 else 0 end) over (
            partition by site, account, commodity, period_start, period_end
        ) as period_cancel_count
    from standing
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
    bill_date,
    period_start,
    period_end,
    quantity,
    unit,
    peak_quantity,
    half_peak_quantity,
    saturday_half_peak_quantity,
    off_peak_quantity,
    wheeled_quantity,
    heat_value,
    heat_value_unit,
    heat_value_basis,
    case when currency = 'TWD' then amount end as amount_twd,
    amount,
    currency,
    supplier,
    supplier_id,
    meter,
    read_kind,
    case
        when state_alone <> 'counted' then state_alone
        when kind = 'cancel' and pair_number <= bill_count then 'cancellation'
        when kind = 'cancel' then 'unmatched_cancellation'
        when pair_number <= cancel_count then 'cancelled'
        else 'counted'
    end as bill_state,
    has_correction = 0 and copies_differ and not is_held as has_conflict,
    state_alone = 'counted'
    and kind <> 'cancel'
    and period_cancel_count > 0
    and pair_number > cancel_count as is_rebill,
    site
from paired
