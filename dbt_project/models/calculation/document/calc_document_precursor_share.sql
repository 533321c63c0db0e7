{{ scoped(period_column=none) }}

-- Which supplier values the stock of a precursor is made of, month by month: the moving weighted average of opening
-- stock and receipts (every receipt mixes with what lay there). Built from documents alone, from the first month of the
-- site on, so that a month's figure does not depend on which months were computed before it. A receipt brings the value of
-- the mill that made it, where purchase items say which (IR (EU) 2025/2547 Art. 14(2): the weighted average of the mills).
with recursive
materials as (
    select * from {{ ref('stg_master__material') }}
    where role = 'precursor'
),

sites as (
    select * from {{ ref('stg_master__site') }}
),

stock as (
    select * from {{ ref('calc_document_stock') }}
    where {{ in_scope_site() }}
        and canonical_unit = 't'
),

parts as (
    select * from {{ ref('calc_document_calendar_part') }}
    where {{ in_scope_site() }}
        and part_source = 'purchase'
        and canonical_unit = 't'
),

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
    where is_usable
),

months as (
    select * from {{ ref('calendar_month') }}
),

purchase_items as (
    select * from {{ ref('stg_master__purchase_item') }}
),

receipts as (
    select
        parts.site,
        parts.subject as material,
        coalesce(purchase_items.installation, '') as installation,
        parts.period,
        greatest(sum(parts.part_quantity), 0) as quantity
    from parts
    left join purchase_items
        on parts.site = purchase_items.site
        and parts.seller_id = purchase_items.seller_id
        and lower(parts.description) = lower(purchase_items.description)
    group by parts.site, parts.subject, purchase_items.installation, parts.period
),

mills as (
    select
        site,
        material,
        '' as installation
    from materials
    union
    select
        site,
        material,
        installation
    from receipts
),

first_months as (
    select
        materials.site,
        materials.material,
        min(coalesce(sites.first_month, receipts_of_material.first_month)) as first_month
    from materials
    left join sites
        on materials.site = sites.site
    left join (
        select
            site,
            subject as material,
            min(month_start) as first_month
        from parts
        group by site, subject
    ) as receipts_of_material
        on materials.site = receipts_of_material.site
        and materials.material = receipts_of_material.material
    group by materials.site, materials.material
),

last_months as (
    select
        site,
        max(month_start) as last_month
    from parts
    group by site
),

-- A year beyond the last receipts is enough: without receipts the mixture stays as it is.
spine as (
    select
        first_months.site,
        first_months.material,
        months.period,
        months.period_start,
        months.period_end,
        row_number() over (
            partition by first_months.site, first_months.material
            order by months.period_start
        ) as position
    from first_months
    inner join last_months
        on first_months.site = last_months.site
    inner join months
        on months.period_start >= first_months.first_month
        and months.period_start <= last_months.last_month + interval 1 year
),

declared as (
    select
        spine.site,
        spine.material,
        spine.period,
        mills.installation,
        declarations.evidence_id || '.' || cast(declarations.record_number as varchar) as lot,
        row_number() over (
            partition by spine.site, spine.material, spine.period, mills.installation
            order by
                case when declarations.is_verified then 0 else 1 end,
                declarations.valid_from desc,
                declarations.arrival_order desc,
                declarations.evidence_id desc,
                declarations.record_number desc
        ) as declaration_rank
    from spine
    inner join mills
        on spine.site = mills.site
        and spine.material = mills.material
    inner join declarations
        on spine.site = declarations.site
        and spine.material = declarations.material
        and declarations.valid_from <= spine.period_start
        and coalesce(declarations.valid_to, date '9999-12-31') >= spine.period_end
        and (mills.installation = '' or lower(mills.installation) = lower(declarations.installation))
),

stock_dates as (
    select
        spine.site,
        spine.material,
        spine.period,
        max(stock.stock_date) as stock_date
    from spine
    inner join stock
        on spine.site = stock.site
        and spine.material = stock.material
        and stock.stock_date <= spine.period_start
    group by spine.site, spine.material, spine.period
),

opening as (
    select
        stock_dates.site,
        stock_dates.material,
        stock_dates.period,
        sum(stock.canonical_quantity) as quantity
    from stock_dates
    inner join stock
        on stock_dates.site = stock.site
        and stock_dates.material = stock.material
        and stock_dates.stock_date = stock.stock_date
    group by stock_dates.site, stock_dates.material, stock_dates.period
),

-- A receipt without a declaration of its own is a lot named by its mill, or without a name: the value of the period that
-- is computed stands in. A month without receipts is a lot of what is not told apart.
month_receipts as (
    select
        spine.site,
        spine.material,
        spine.period,
        coalesce(receipts.installation, '') as installation,
        coalesce(receipts.quantity, 0) as quantity,
        row_number() over (
            partition by spine.site, spine.material, spine.period
            order by receipts.quantity desc nulls last, receipts.installation
        ) as receipt_rank
    from spine
    left join receipts
        on spine.site = receipts.site
        and spine.material = receipts.material
        and spine.period = receipts.period
),

month_lots as (
    select
        month_receipts.site,
        month_receipts.material,
        month_receipts.period,
        coalesce(declared.lot, month_receipts.installation) as lot,
        max(month_receipts.installation) as installation,
        sum(month_receipts.quantity) as quantity,
        min(month_receipts.receipt_rank) as receipt_rank
    from month_receipts
    left join declared
        on month_receipts.site = declared.site
        and month_receipts.material = declared.material
        and month_receipts.period = declared.period
        and month_receipts.installation = declared.installation
        and declared.declaration_rank = 1
    group by
        month_receipts.site,
        month_receipts.material,
        month_receipts.period,
        coalesce(declared.lot, month_receipts.installation)
),

month_totals as (
    select
        site,
        material,
        period,
        sum(quantity) as quantity
    from month_receipts
    group by site, material, period
),

lots as (
    select
        site,
        material,
        lot,
        max(installation) as installation
    from month_lots
    group by site, material, lot
),

steps as (
    select
        spine.site,
        spine.material,
        spine.period,
        spine.position,
        lots.lot,
        lots.installation,
        case
            when month_lots.lot is null then 0.0
            when month_totals.quantity > 0
                then cast(month_lots.quantity as double) / cast(month_totals.quantity as double)
            when month_lots.receipt_rank = 1 then 1.0
            else 0.0
        end as month_lot_share,
        cast(coalesce(opening.quantity, 0) as double) as opening_quantity,
        cast(month_totals.quantity as double) as receipt_quantity
    from spine
    inner join month_totals
        on spine.site = month_totals.site
        and spine.material = month_totals.material
        and spine.period = month_totals.period
    inner join lots
        on spine.site = lots.site
        and spine.material = lots.material
    left join month_lots
        on spine.site = month_lots.site
        and spine.material = month_lots.material
        and spine.period = month_lots.period
        and lots.lot = month_lots.lot
    left join opening
        on spine.site = opening.site
        and spine.material = opening.material
        and spine.period = opening.period
),

-- Stock that was there before the first month counts as the first month's.
mixture as (
    select
        site,
        material,
        lot,
        installation,
        period,
        position,
        month_lot_share as opening_share,
        month_lot_share,
        opening_quantity,
        receipt_quantity,
        month_lot_share as closing_share
    from steps
    where position = 1

    union all

    select
        steps.site,
        steps.material,
        steps.lot,
        steps.installation,
        steps.period,
        steps.position,
        mixture.closing_share as opening_share,
        steps.month_lot_share,
        steps.opening_quantity,
        steps.receipt_quantity,
        case
            when steps.opening_quantity + steps.receipt_quantity > 0
                then (
                    steps.opening_quantity * mixture.closing_share + steps.receipt_quantity * steps.month_lot_share
                ) / (steps.opening_quantity + steps.receipt_quantity)
            else mixture.closing_share
        end as closing_share
    from mixture
    inner join steps
        on mixture.site = steps.site
        and mixture.material = steps.material
        and mixture.lot = steps.lot
        and mixture.position + 1 = steps.position
)

select
    material,
    period,
    lot,
    installation,
    opening_share,
    month_lot_share,
    opening_quantity,
    receipt_quantity,
    closing_share,
    site
from mixture
