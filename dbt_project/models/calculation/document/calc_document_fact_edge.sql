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
        and {{ in_scope_days('production_date') }}
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

products as (
    select * from {{ ref('stg_master__product') }}
),

meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope_site() }}
),

months as (
    select * from {{ ref('calendar_month') }}
),

measured as (
    select
        periods.period,
        measurements.*
    from {{ ref('calc_document_measurement') }} as measurements
    inner join periods
        on measurements.site = periods.site
        and measurements.measured_on >= periods.period_start
        and measurements.measured_on < periods.period_end
),

period_parts as (
    select
        periods.site,
        periods.period,
        parts.part_source,
        parts.subject,
        parts.line_number,
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
    where parts.canonical_unit is not null
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

receipts as (
    select * from period_parts
    where part_source = 'purchase'
        and subject is not null

    union all

    select period_parts.*
    from period_parts
    left join documented_months
        on period_parts.site = documented_months.site
        and period_parts.subject = documented_months.subject
        and period_parts.month_start = documented_months.month_start
    where period_parts.part_source = 'manual'
        and period_parts.line_number = 'purchased_quantity'
        and documented_months.subject is null
),

entered_consumption as (
    select * from period_parts
    where part_source = 'manual'
        and line_number = 'consumption'
),

fuel_bills as (
    select * from period_parts
    where part_source = 'fuel_bill'
        and subject is not null
),

{{ flow_meter_ctes() }},

{{ stock_ctes() }},

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
        ledger.input_unit,
        ledger.dispatched_quantity,
        ledger.dispatched_unit
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
        streams.activity_source,
        streams.direction,
        case
            when streams.method in ({{ process_flow_methods() }}) then streams.method
            else 'natural_gas'
        end as flow
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

-- The process that makes a product, where a process takes in the product of another: by the latest row of the period.
makers as (
    select
        periods.site,
        periods.period,
        products.product,
        products.process,
        row_number() over (
            partition by periods.site, periods.period, products.product
            order by products.valid_from desc
        ) as validity_rank
    from products
    inner join periods
        on products.site = periods.site
        and products.valid_from < periods.period_end
        and products.valid_to > periods.period_start
),

{{ cement_ctes() }},

edges as (
    {{ stream_edges() }}

    union all

    {{ clinker_edges() }}

    union all

    {{ entered_edges() }}

    union all

    {{ production_edges() }}

    union all

    {{ electricity_edges() }}
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
        when role in (
            'cancelled', 'cancellation', 'unmatched_cancellation', 'duplicate', 'corrected', 'adjustment', 'needs_review'
        ) then 0
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
