{{ scoped(period_column=none) }}

with
purchases as (
    select * from {{ ref('stg_einvoice__purchase') }}
),

purchase_items as (
    select * from {{ ref('stg_master__purchase_item') }}
),

bills as (
    select * from {{ ref('stg_utility__bill') }}
    where commodity = 'electricity'
),

fuel_bills as (
    select * from {{ ref('stg_fuel__bill') }}
),

manual_entries as (
    select * from {{ ref('stg_manual__entry') }}
    where {{ in_scope_site() }}
),

units as (
    select * from {{ ref('calc_document_unit') }}
),

months as (
    select * from {{ ref('calendar_month') }}
),

-- A unit on the invoice that says nothing by itself (度, or none) is the one that master data give for the item.
purchased as (
    select
        purchases.site,
        'purchase' as part_source,
        'invoice_line' as raw_table,
        purchases.evidence_id,
        purchases.record_number,
        purchases.role,
        purchases.document_number,
        coalesce(purchases.line_number, '') as line_number,
        purchases.seller_id,
        purchases.description,
        purchase_items.material as subject,
        coalesce(written_unit.unit, purchase_items.unit, purchases.unit) as unit,
        purchases.net_quantity as quantity,
        purchases.period_start,
        purchases.period_end
    from purchases
    left join purchase_items
        on purchases.site = purchase_items.site
        and purchases.seller_id = purchase_items.seller_id
        and lower(purchases.description) = lower(purchase_items.description)
    left join units as written_unit
        on purchases.unit = written_unit.unit
),

billed as (
    select
        site,
        'bill' as part_source,
        'utility_bill' as raw_table,
        evidence_id,
        record_number,
        case when bill_state = 'counted' then 'bill' else bill_state end as role,
        bill_number as document_number,
        '' as line_number,
        cast(null as varchar) as seller_id,
        commodity as description,
        account as subject,
        unit,
        case when bill_state = 'counted' then quantity else cast(0 as decimal(38, 12)) end as quantity,
        period_start,
        period_end
    from bills
),

-- Gas bills and fuel cards, by the material that they deliver.
fuel_billed as (
    select
        site,
        'fuel_bill' as part_source,
        raw_table,
        evidence_id,
        record_number,
        case when bill_state = 'counted' then 'bill' else bill_state end as role,
        document_number,
        line_number,
        seller_id,
        description,
        material as subject,
        unit,
        case when bill_state = 'counted' then quantity else cast(0 as decimal(38, 12)) end as quantity,
        period_start,
        period_end
    from fuel_bills
),

entered as (
    select
        site,
        'manual' as part_source,
        'manual_entry' as raw_table,
        evidence_id,
        record_number,
        'manual' as role,
        coalesce(entry, '') as document_number,
        quantity_name as line_number,
        cast(null as varchar) as seller_id,
        reason as description,
        coalesce(material, meter, product, process) as subject,
        unit,
        quantity,
        period_start,
        period_end
    from manual_entries
),

records as (
    select * from purchased
    union all
    select * from billed
    union all
    select * from fuel_billed
    union all
    select * from entered
),

converted as (
    select
        records.*,
        units.canonical_unit,
        {{ converted('records.quantity', 'units.factor') }} as canonical_quantity,
        {{ dbt.datediff('records.period_start', 'records.period_end', 'day') }} as total_days
    from records
    left join units
        on records.unit = units.unit
    where records.period_start < records.period_end
),

split as (
    select
        converted.*,
        months.period,
        months.period_start as month_start,
        greatest(
            {{ dbt.datediff('converted.period_start', 'months.period_start', 'day') }}, 0
        ) as first_day_number,
        least(
            {{ dbt.datediff('converted.period_start', 'months.period_end', 'day') }}, converted.total_days
        ) as end_day_number
    from converted
    inner join months
        on converted.period_start < months.period_end
        and converted.period_end > months.period_start
)

select
    part_source,
    raw_table,
    evidence_id,
    record_number,
    role,
    document_number,
    line_number,
    seller_id,
    description,
    subject,
    unit,
    canonical_unit,
    quantity as document_quantity,
    canonical_quantity,
    period_start as document_start,
    period_end as document_end,
    cast(end_day_number - first_day_number as bigint) as part_days,
    cast(total_days as bigint) as document_days,
    {{ cumulative_share('canonical_quantity', 'end_day_number', 'total_days') }}
    - {{ cumulative_share('canonical_quantity', 'first_day_number', 'total_days') }} as part_quantity,
    cast(end_day_number - first_day_number as double) / total_days as part_share,
    month_start,
    period,
    site
from split
