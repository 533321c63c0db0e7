{{ scoped(period_column=none) }}

-- Which supplier values the stock of a precursor is made of, month by month: the moving weighted average of opening
-- stock and receipts (every receipt mixes with what lay there). Built from documents alone, from the first month of the
-- site on, so that a month's figure does not depend on which months were computed before it.
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

receipts as (
    select
        site,
        subject as material,
        period,
        sum(part_quantity) as quantity
    from parts
    group by site, subject, period
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
        declarations.evidence_id || '.' || cast(declarations.record_number as varchar) as lot,
        row_number() over (
            partition by spine.site, spine.material, spine.period
            order by
                case when declarations.is_verified then 0 else 1 end,
                declarations.valid_from desc,
                declarations.arrival_order desc,
                declarations.evidence_id desc,
                declarations.record_number desc
        ) as declaration_rank
    from spine
    inner join declarations
        on spine.site = declarations.site
        and spine.material = declarations.material
        and declarations.valid_from <= spine.period_start
        and coalesce(declarations.valid_to, date '9999-12-31') >= spine.period_end
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

-- A month without a declaration of its own is a lot without a name: the value of the period that is computed stands in.
month_lots as (
    select
        spine.site,
        spine.material,
        spine.period,
        spine.position,
        coalesce(declared.lot, '') as lot,
        cast(coalesce(opening.quantity, 0) as double) as opening_quantity,
        cast(greatest(coalesce(receipts.quantity, 0), 0) as double) as receipt_quantity
    from spine
    left join declared
        on spine.site = declared.site
        and spine.material = declared.material
        and spine.period = declared.period
        and declared.declaration_rank = 1
    left join opening
        on spine.site = opening.site
        and spine.material = opening.material
        and spine.period = opening.period
    left join receipts
        on spine.site = receipts.site
        and spine.material = receipts.material
        and spine.period = receipts.period
),

lots as (
    select distinct
        site,
        material,
        lot
    from month_lots
),

steps as (
    select
        month_lots.site,
        month_lots.material,
        month_lots.period,
        month_lots.position,
        lots.lot,
        case when month_lots.lot = lots.lot then 1.0 else 0.0 end as is_month_lot,
        month_lots.opening_quantity,
        month_lots.receipt_quantity
    from month_lots
    inner join lots
        on month_lots.site = lots.site
        and month_lots.material = lots.material
),

-- Stock that was there before the first month counts as the first month's.
mixture as (
    select
        site,
        material,
        lot,
        period,
        position,
        cast(is_month_lot as double) as opening_share,
        cast(is_month_lot as double) as month_lot_share,
        opening_quantity,
        receipt_quantity,
        cast(is_month_lot as double) as closing_share
    from steps
    where position = 1

    union all

    select
        steps.site,
        steps.material,
        steps.lot,
        steps.period,
        steps.position,
        mixture.closing_share as opening_share,
        cast(steps.is_month_lot as double) as month_lot_share,
        steps.opening_quantity,
        steps.receipt_quantity,
        case
            when steps.opening_quantity + steps.receipt_quantity > 0
                then (
                    steps.opening_quantity * mixture.closing_share + steps.receipt_quantity * steps.is_month_lot
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
    opening_share,
    month_lot_share,
    opening_quantity,
    receipt_quantity,
    closing_share,
    site
from mixture
