{{ scoped(period_column=none) }}

with
bills as (
    select * from {{ ref('stg_utility__bill') }}
    where commodity <> 'electricity'
),

cards as (
    select * from {{ source('raw', 'fuel_card') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

accounts as (
    select * from {{ ref('stg_master__account') }}
),

purchase_items as (
    select * from {{ ref('stg_master__purchase_item') }}
),

-- The account that holds when the bill begins says what it delivers, and the unit where 度 alone is printed.
metered as (
    select
        bills.site,
        'utility_bill' as raw_table,
        bills.evidence_id,
        bills.record_number,
        bills.arrival_order,
        bills.bill_number as document_number,
        '' as line_number,
        coalesce(bills.supplier_id, accounts.supplier_id) as seller_id,
        bills.account,
        bills.commodity as description,
        accounts.material,
        case when bills.unit = '度' then coalesce(accounts.unit, 'm3') else bills.unit end as unit,
        bills.quantity,
        bills.heat_value,
        bills.heat_value_unit,
        bills.heat_value_basis,
        bills.period_start,
        bills.period_end,
        bills.bill_state
    from bills
    left join accounts
        on bills.site = accounts.site
        and bills.account = accounts.account
        and bills.period_start >= accounts.valid_from
        and bills.period_start < accounts.valid_to
),

typed as (
    select
        cards.site,
        cards.evidence_id,
        cards.record_number,
        active_evidence.arrival_order,
        {{ landed_text('cards.statement_number') }} as document_number,
        {{ landed_text('cards.issuer_id') }} as seller_id,
        {{ landed_text('cards.card') }} as account,
        {{ landed_text('cards.vehicle') }} as vehicle,
        {{ landed_text('cards.station') }} as station,
        {{ landed_text('cards.description') }} as description,
        {{ landed_text('cards.unit') }} as unit,
        {{ landed_number('cards.quantity') }} as quantity,
        {{ landed_number('cards.amount') }} as amount,
        {{ landed_date('cards.transaction_date') }} as transaction_date,
        {{ landed_month('cards.statement_month') }} as statement_month
    from cards
    inner join active_evidence
        on cards.site = active_evidence.site
        and cards.evidence_id = active_evidence.evidence_id
),

-- A statement that repeats a purchase of another document counts it once: the n-th equal line of a later document is a
-- copy of the n-th of the first one. Equal lines within one document are purchases of their own.
numbered as (
    select
        *,
        row_number() over (
            partition by site, evidence_id, account, vehicle, station, description, transaction_date, statement_month,
                quantity, amount
            order by record_number
        ) as line_occurrence
    from typed
),

counted as (
    select
        *,
        row_number() over (
            partition by site, account, vehicle, station, description, transaction_date, statement_month, quantity,
                amount, line_occurrence
            order by arrival_order, evidence_id
        ) as copy_number
    from numbered
),

carded as (
    select
        counted.site,
        'fuel_card' as raw_table,
        counted.evidence_id,
        counted.record_number,
        counted.arrival_order,
        counted.document_number,
        cast(counted.record_number as varchar) as line_number,
        counted.seller_id,
        counted.account,
        counted.description,
        purchase_items.material,
        coalesce(counted.unit, purchase_items.unit) as unit,
        counted.quantity,
        cast(null as decimal(38, 12)) as heat_value,
        cast(null as varchar) as heat_value_unit,
        cast(null as varchar) as heat_value_basis,
        coalesce(counted.transaction_date, counted.statement_month) as period_start,
        case
            when counted.transaction_date is not null
                then cast(counted.transaction_date + interval 1 day as date)
            else cast(counted.statement_month + interval 1 month as date)
        end as period_end,
        case when counted.copy_number = 1 then 'counted' else 'duplicate' end as bill_state
    from counted
    left join purchase_items
        on counted.site = purchase_items.site
        and counted.seller_id = purchase_items.seller_id
        and lower(counted.description) = lower(purchase_items.description)
),

deliveries as (
    select * from metered
    union all
    select * from carded
)

select
    raw_table,
    evidence_id,
    record_number,
    arrival_order,
    document_number,
    line_number,
    seller_id,
    account,
    description,
    material,
    unit,
    quantity,
    heat_value,
    heat_value_unit,
    heat_value_basis,
    period_start,
    period_end,
    bill_state,
    site
from deliveries
