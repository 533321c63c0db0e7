{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

parts as (
    select * from {{ ref('calc_document_calendar_part') }}
    where {{ in_scope_site() }}
),

ledger as (
    select * from {{ ref('calc_document_ledger') }}
    where {{ in_scope_site() }}
),

stock as (
    select * from {{ ref('calc_document_stock') }}
    where {{ in_scope_site() }}
),

gaps as (
    select * from {{ ref('calc_document_meter_gap') }}
    where {{ in_scope_site() }}
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
),

materials as (
    select * from {{ ref('stg_master__material') }}
),

units as (
    select * from {{ ref('calc_document_unit') }}
),

meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope_site() }}
),

months as (
    select * from {{ ref('calendar_month') }}
),

purchases as (
    select
        periods.site,
        periods.period,
        parts.subject,
        parts.raw_table,
        parts.evidence_id,
        parts.record_number,
        parts.role,
        parts.canonical_unit,
        parts.canonical_quantity,
        parts.part_quantity,
        parts.part_days,
        parts.document_days
    from parts
    inner join periods
        on parts.site = periods.site
        and parts.month_start >= periods.period_start
        and parts.month_start < periods.period_end
    where parts.part_source = 'purchase'
        and parts.subject is not null
        and parts.canonical_unit is not null
),

-- What a person typed counts only as long as no document of the same material and month does.
documented_months as (
    select distinct
        site,
        subject,
        month_start
    from parts
    where part_source = 'purchase'
        and role = 'purchase'
),

stand_ins as (
    select
        periods.site,
        periods.period,
        parts.subject,
        parts.raw_table,
        parts.evidence_id,
        parts.record_number,
        parts.role,
        parts.canonical_unit,
        parts.canonical_quantity,
        parts.part_quantity,
        parts.part_days,
        parts.document_days
    from parts
    inner join periods
        on parts.site = periods.site
        and parts.month_start >= periods.period_start
        and parts.month_start < periods.period_end
    left join documented_months
        on parts.site = documented_months.site
        and parts.subject = documented_months.subject
        and parts.month_start = documented_months.month_start
    where parts.part_source = 'manual'
        and parts.line_number = 'purchased_quantity'
        and parts.canonical_unit is not null
        and documented_months.subject is null
),

-- Fuel meters: what their readings add up to, and what fills their gaps, times multiplier in the canonical unit.
fuel_meters as (
    select
        meter_totals.site,
        meter_totals.period,
        meter_totals.meter,
        units.canonical_unit,
        cast(meter_totals.multiplier as double) * units.factor as factor
    from meter_totals
    inner join units
        on meter_totals.unit = units.unit
    where meter_totals.role = 'main'
        and meter_totals.commodity = 'natural_gas'
),

superseded_quantities as (
    select
        site,
        period,
        meter,
        evidence_id,
        sum(coalesce(quantity, 0)) as quantity
    from {{ ref('calc_document_meter_superseded') }}
    where {{ in_scope_site() }}
    group by site, period, meter, evidence_id
),

fuel_readings as (
    select
        fuel_meters.site,
        fuel_meters.period as month,
        fuel_meters.canonical_unit,
        'reading' as role,
        meter_months.evidence_id,
        cast(null as bigint) as record_number,
        cast(
            cast(meter_months.quantity_total - coalesce(superseded_quantities.quantity, 0) as double)
            * fuel_meters.factor as decimal(38, 12)
        ) as quantity
    from fuel_meters
    inner join {{ ref('calc_document_meter_month') }} as meter_months
        on fuel_meters.site = meter_months.site
        and fuel_meters.period = meter_months.period
        and fuel_meters.meter = meter_months.meter
    left join superseded_quantities
        on meter_months.site = superseded_quantities.site
        and meter_months.period = superseded_quantities.period
        and meter_months.meter = superseded_quantities.meter
        and meter_months.evidence_id = superseded_quantities.evidence_id

    union all

    select
        fuel_meters.site,
        fuel_meters.period as month,
        fuel_meters.canonical_unit,
        'neighbour' as role,
        coalesce(gaps.before_evidence_id, gaps.after_evidence_id) as evidence_id,
        coalesce(gaps.before_record_number, gaps.after_record_number) as record_number,
        cast(
            cast(coalesce(gaps.before_contribution + gaps.after_contribution, gaps.conservative_contribution) as double)
            * fuel_meters.factor as decimal(38, 12)
        ) as quantity
    from fuel_meters
    inner join gaps
        on fuel_meters.site = gaps.site
        and fuel_meters.period = gaps.period
        and fuel_meters.meter = gaps.meter
),

consumed_months as (
    select distinct
        ledger.site,
        ledger.material as subject,
        months.period_start as month_start
    from ledger
    inner join months
        on ledger.production_date >= months.period_start
        and ledger.production_date < months.period_end
    where ledger.material is not null
    union
    select
        site,
        subject,
        month_start
    from documented_months
),

silent_meters as (
    select
        meter_totals.site,
        meter_totals.meter,
        months.period_start as month_start
    from meter_totals
    inner join months
        on meter_totals.period = months.period
    where meter_totals.record_count = 0
),

entered_consumption as (
    select
        periods.site,
        periods.period,
        parts.subject,
        parts.month_start,
        parts.raw_table,
        parts.evidence_id,
        parts.record_number,
        parts.role,
        parts.canonical_unit,
        parts.canonical_quantity,
        parts.part_quantity,
        parts.part_days,
        parts.document_days
    from parts
    inner join periods
        on parts.site = periods.site
        and parts.month_start >= periods.period_start
        and parts.month_start < periods.period_end
    where parts.part_source = 'manual'
        and parts.line_number = 'consumption'
        and parts.canonical_unit is not null
),

receipts as (
    select
        site, period, subject as material, raw_table, evidence_id, record_number, role, canonical_unit as unit,
        canonical_quantity, part_quantity, part_days, document_days
    from purchases
    union all
    select
        site, period, subject as material, raw_table, evidence_id, record_number, role, canonical_unit as unit,
        canonical_quantity, part_quantity, part_days, document_days
    from stand_ins
),

-- The stock of a morning is what was counted last before it.
stock_dates as (
    select
        periods.site,
        periods.period,
        stock.material,
        max(case when stock.stock_date <= periods.period_start then stock.stock_date end) as opening_date,
        max(stock.stock_date) as closing_date
    from periods
    inner join stock
        on periods.site = stock.site
        and stock.stock_date <= periods.period_end
    group by periods.site, periods.period, stock.material
),

stock_levels as (
    select
        stock_dates.site,
        stock_dates.period,
        stock_dates.material,
        'opening_stock' as role,
        stock.evidence_id,
        stock.record_number,
        stock.canonical_unit as unit,
        stock.canonical_quantity as quantity
    from stock_dates
    inner join stock
        on stock_dates.site = stock.site
        and stock_dates.material = stock.material
        and stock_dates.opening_date = stock.stock_date
    union all
    select
        stock_dates.site,
        stock_dates.period,
        stock_dates.material,
        'closing_stock' as role,
        stock.evidence_id,
        stock.record_number,
        stock.canonical_unit as unit,
        stock.canonical_quantity as quantity
    from stock_dates
    inner join stock
        on stock_dates.site = stock.site
        and stock_dates.material = stock.material
        and stock_dates.closing_date = stock.stock_date
),

batches as (
    select
        periods.site,
        periods.period,
        ledger.evidence_id,
        ledger.record_number,
        ledger.process,
        ledger.product,
        ledger.material,
        ledger.good_quantity,
        ledger.good_unit,
        ledger.scrap_quantity,
        ledger.scrap_unit,
        ledger.input_quantity,
        ledger.input_unit
    from ledger
    inner join periods
        on ledger.site = periods.site
        and ledger.production_date >= periods.period_start
        and ledger.production_date < periods.period_end
),

active_streams as (
    select distinct
        periods.site,
        periods.period,
        streams.source_stream,
        streams.material,
        streams.activity_source
    from streams
    inner join periods
        on streams.site = periods.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
    where streams.method <> 'electricity'
),

precursors as (
    select
        site,
        material
    from materials
    where role = 'precursor'
),

edges as (
    -- Source streams: bought, bought and stocked, or taken from the ledger.
    select
        active_streams.site,
        active_streams.period,
        'activity' as fact_type,
        active_streams.source_stream as subject,
        '' as object,
        'consumption' as quantity_name,
        receipts.unit,
        active_streams.activity_source as method_id,
        receipts.raw_table,
        receipts.evidence_id,
        receipts.record_number,
        receipts.role,
        receipts.canonical_quantity as record_quantity,
        receipts.part_quantity as quantity,
        receipts.part_days,
        receipts.document_days
    from active_streams
    inner join receipts
        on active_streams.site = receipts.site
        and active_streams.period = receipts.period
        and active_streams.material = receipts.material
    where active_streams.activity_source in ('purchases', 'purchases_and_stock')

    union all

    select
        active_streams.site,
        active_streams.period,
        'activity' as fact_type,
        active_streams.source_stream as subject,
        '' as object,
        'consumption' as quantity_name,
        stock_levels.unit,
        active_streams.activity_source as method_id,
        'stock_count' as raw_table,
        stock_levels.evidence_id,
        stock_levels.record_number,
        stock_levels.role,
        case when stock_levels.role = 'closing_stock' then -stock_levels.quantity else stock_levels.quantity end
            as record_quantity,
        case when stock_levels.role = 'closing_stock' then -stock_levels.quantity else stock_levels.quantity end
            as quantity,
        1 as part_days,
        1 as document_days
    from active_streams
    inner join stock_levels
        on active_streams.site = stock_levels.site
        and active_streams.period = stock_levels.period
        and active_streams.material = stock_levels.material
    where active_streams.activity_source = 'purchases_and_stock'

    union all

    select
        active_streams.site,
        active_streams.period,
        'activity' as fact_type,
        active_streams.source_stream as subject,
        '' as object,
        'consumption' as quantity_name,
        batches.input_unit as unit,
        active_streams.activity_source as method_id,
        'production_ledger' as raw_table,
        batches.evidence_id,
        batches.record_number,
        'ledger' as role,
        batches.input_quantity as record_quantity,
        batches.input_quantity as quantity,
        1 as part_days,
        1 as document_days
    from active_streams
    inner join batches
        on active_streams.site = batches.site
        and active_streams.period = batches.period
        and active_streams.material = batches.material
    where active_streams.activity_source = 'ledger'
        and batches.input_quantity is not null

    union all

    select
        active_streams.site,
        active_streams.period,
        'activity' as fact_type,
        active_streams.source_stream as subject,
        '' as object,
        'consumption' as quantity_name,
        fuel_readings.canonical_unit as unit,
        active_streams.activity_source as method_id,
        'meter_reading' as raw_table,
        fuel_readings.evidence_id,
        fuel_readings.record_number,
        fuel_readings.role,
        fuel_readings.quantity as record_quantity,
        fuel_readings.quantity,
        1 as part_days,
        1 as document_days
    from active_streams
    inner join periods
        on active_streams.site = periods.site
        and active_streams.period = periods.period
    inner join months
        on months.period_start >= periods.period_start
        and months.period_start < periods.period_end
    inner join fuel_readings
        on active_streams.site = fuel_readings.site
        and months.period = fuel_readings.month
    where active_streams.activity_source = 'meter'

    union all

    -- Consumption that a person entered, as long as no record of the month speaks of the material.
    select
        active_streams.site,
        active_streams.period,
        'activity' as fact_type,
        active_streams.source_stream as subject,
        '' as object,
        'consumption' as quantity_name,
        entered_consumption.canonical_unit as unit,
        active_streams.activity_source as method_id,
        entered_consumption.raw_table,
        entered_consumption.evidence_id,
        entered_consumption.record_number,
        entered_consumption.role,
        entered_consumption.canonical_quantity as record_quantity,
        entered_consumption.part_quantity as quantity,
        entered_consumption.part_days,
        entered_consumption.document_days
    from active_streams
    inner join entered_consumption
        on active_streams.site = entered_consumption.site
        and active_streams.period = entered_consumption.period
        and active_streams.material = entered_consumption.subject
    left join consumed_months
        on entered_consumption.site = consumed_months.site
        and entered_consumption.subject = consumed_months.subject
        and entered_consumption.month_start = consumed_months.month_start
    where active_streams.activity_source in ('ledger', 'purchases')
        and consumed_months.subject is null

    union all

    -- Electricity that a person entered for a meter without any reading in the month.
    select
        entered_consumption.site,
        entered_consumption.period,
        'meter_entry' as fact_type,
        entered_consumption.subject,
        '' as object,
        'consumption' as quantity_name,
        entered_consumption.canonical_unit as unit,
        'manual_entry' as method_id,
        entered_consumption.raw_table,
        entered_consumption.evidence_id,
        entered_consumption.record_number,
        entered_consumption.role,
        entered_consumption.canonical_quantity as record_quantity,
        entered_consumption.part_quantity as quantity,
        entered_consumption.part_days,
        entered_consumption.document_days
    from entered_consumption
    inner join silent_meters
        on entered_consumption.site = silent_meters.site
        and entered_consumption.subject = silent_meters.meter
        and entered_consumption.month_start = silent_meters.month_start
    where entered_consumption.canonical_unit = 'MWh'

    union all

    -- Production: activity level of the process, tonnes of each product, scrap.
    select
        batches.site,
        batches.period,
        'production' as fact_type,
        batches.process as subject,
        '' as object,
        'good_quantity' as quantity_name,
        batches.good_unit as unit,
        'ledger' as method_id,
        'production_ledger' as raw_table,
        batches.evidence_id,
        batches.record_number,
        'ledger' as role,
        batches.good_quantity as record_quantity,
        batches.good_quantity as quantity,
        1 as part_days,
        1 as document_days
    from batches
    where batches.good_quantity is not null
        and batches.product is not null

    union all

    select
        batches.site,
        batches.period,
        'product' as fact_type,
        batches.product as subject,
        batches.process as object,
        'good_quantity' as quantity_name,
        batches.good_unit as unit,
        'ledger' as method_id,
        'production_ledger' as raw_table,
        batches.evidence_id,
        batches.record_number,
        'ledger' as role,
        batches.good_quantity as record_quantity,
        batches.good_quantity as quantity,
        1 as part_days,
        1 as document_days
    from batches
    where batches.good_quantity is not null
        and batches.product is not null

    union all

    select
        batches.site,
        batches.period,
        'production' as fact_type,
        batches.process as subject,
        '' as object,
        'scrap_quantity' as quantity_name,
        batches.scrap_unit as unit,
        'ledger' as method_id,
        'production_ledger' as raw_table,
        batches.evidence_id,
        batches.record_number,
        'ledger' as role,
        batches.scrap_quantity as record_quantity,
        batches.scrap_quantity as quantity,
        1 as part_days,
        1 as document_days
    from batches
    where batches.scrap_quantity is not null

    union all

    -- Purchased precursors: total mass entering the process, before cutting (IR (EU) 2025/2547 Annex III B).
    select
        batches.site,
        batches.period,
        'precursor' as fact_type,
        batches.material as subject,
        batches.process as object,
        'consumption' as quantity_name,
        batches.input_unit as unit,
        'ledger' as method_id,
        'production_ledger' as raw_table,
        batches.evidence_id,
        batches.record_number,
        'ledger' as role,
        batches.input_quantity as record_quantity,
        batches.input_quantity as quantity,
        1 as part_days,
        1 as document_days
    from batches
    inner join precursors
        on batches.site = precursors.site
        and batches.material = precursors.material
    where batches.input_quantity is not null

    union all

    select
        receipts.site,
        receipts.period,
        'precursor' as fact_type,
        receipts.material as subject,
        '' as object,
        'receipts' as quantity_name,
        receipts.unit,
        'purchases' as method_id,
        receipts.raw_table,
        receipts.evidence_id,
        receipts.record_number,
        receipts.role,
        receipts.canonical_quantity as record_quantity,
        receipts.part_quantity as quantity,
        receipts.part_days,
        receipts.document_days
    from receipts
    inner join precursors
        on receipts.site = precursors.site
        and receipts.material = precursors.material

    union all

    select
        stock_levels.site,
        stock_levels.period,
        'precursor' as fact_type,
        stock_levels.material as subject,
        '' as object,
        stock_levels.role as quantity_name,
        stock_levels.unit,
        'stock_count' as method_id,
        'stock_count' as raw_table,
        stock_levels.evidence_id,
        stock_levels.record_number,
        stock_levels.role,
        stock_levels.quantity as record_quantity,
        stock_levels.quantity,
        1 as part_days,
        1 as document_days
    from stock_levels
    inner join precursors
        on stock_levels.site = precursors.site
        and stock_levels.material = precursors.material

    union all

    -- Billed electricity of an account.
    select
        parts.site,
        periods.period,
        'bill' as fact_type,
        parts.subject,
        '' as object,
        'billed_electricity' as quantity_name,
        parts.canonical_unit as unit,
        'bill' as method_id,
        parts.raw_table,
        parts.evidence_id,
        parts.record_number,
        parts.role,
        parts.canonical_quantity as record_quantity,
        parts.part_quantity as quantity,
        parts.part_days,
        parts.document_days
    from parts
    inner join periods
        on parts.site = periods.site
        and parts.month_start >= periods.period_start
        and parts.month_start < periods.period_end
    where parts.part_source = 'bill'
        and parts.canonical_unit = 'MWh'

    union all

    -- Filled gaps of a meter, in its own unit: the neighbours of a bridged gap, the month's profile for a longer one.
    select
        gaps.site,
        periods.period,
        'meter_gap' as fact_type,
        gaps.meter as subject,
        gaps.method_id as object,
        'fill_quantity' as quantity_name,
        gaps.unit,
        gaps.method_id,
        'meter_reading' as raw_table,
        gaps.before_evidence_id as evidence_id,
        gaps.before_record_number as record_number,
        'neighbour' as role,
        coalesce(gaps.before_contribution, gaps.conservative_contribution) as record_quantity,
        coalesce(gaps.before_contribution, gaps.conservative_contribution) as quantity,
        1 as part_days,
        1 as document_days
    from gaps
    inner join periods
        on gaps.site = periods.site
        and gaps.gap_start_local >= cast(periods.period_start as timestamp)
        and gaps.gap_start_local < cast(periods.period_end as timestamp)
    where gaps.before_evidence_id is not null

    union all

    select
        gaps.site,
        periods.period,
        'meter_gap' as fact_type,
        gaps.meter as subject,
        gaps.method_id as object,
        'fill_quantity' as quantity_name,
        gaps.unit,
        gaps.method_id,
        'meter_reading' as raw_table,
        gaps.after_evidence_id as evidence_id,
        gaps.after_record_number as record_number,
        'neighbour' as role,
        coalesce(
            gaps.after_contribution,
            case when gaps.before_evidence_id is null then gaps.conservative_contribution end
        ) as record_quantity,
        coalesce(
            gaps.after_contribution,
            case when gaps.before_evidence_id is null then gaps.conservative_contribution end
        ) as quantity,
        1 as part_days,
        1 as document_days
    from gaps
    inner join periods
        on gaps.site = periods.site
        and gaps.gap_start_local >= cast(periods.period_start as timestamp)
        and gaps.gap_start_local < cast(periods.period_end as timestamp)
    where gaps.after_evidence_id is not null
        and (gaps.after_contribution is not null or gaps.before_evidence_id is null)
)

-- A record that touches several months of a year has one edge to the year.
select
    fact_type,
    subject,
    object,
    quantity_name,
    unit,
    method_id,
    raw_table,
    evidence_id,
    record_number,
    role,
    cast(sum(quantity) as decimal(38, 12)) as quantity,
    -- The parts of one record name its whole quantity each; neighbours of several gaps add up.
    cast(case when role in ('neighbour', 'reading') then sum(record_quantity) else max(record_quantity) end as decimal(38, 12))
        as record_quantity,
    case
        when role in ('cancelled', 'cancellation', 'duplicate', 'corrected') then 0
        when sum(part_days) >= max(document_days) then 1
        else cast(sum(part_days) as double) / max(document_days)
    end as share,
    'fact:' || site || ':' || period || ':' || fact_type || ':' || subject || ':' || quantity_name
    || case when object = '' then '' else ':' || object end as fact_id,
    site,
    period
from edges
group by
    fact_type,
    subject,
    object,
    quantity_name,
    unit,
    method_id,
    raw_table,
    evidence_id,
    record_number,
    role,
    site,
    period
