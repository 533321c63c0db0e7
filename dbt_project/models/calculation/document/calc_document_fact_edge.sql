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

-- Meters of fuels, heat, waste gas and exported electricity: what their readings add up to, what fills their gaps, and
-- what passed between two reads of a register, times multiplier in the canonical unit. `flow` is the commodity, or for
-- what crosses the boundary of a process the method of the source stream that it measures.
flow_meters as (
    select
        meter_totals.site,
        meter_totals.period,
        meter_totals.meter,
        meter_totals.process,
        meter_totals.role in ('main', 'import', 'export') as is_total,
        meter_totals.role <> 'main' as is_key,
        case
            when meter_totals.role in ('import', 'export') then meter_totals.commodity || '_' || meter_totals.role
            else meter_totals.commodity
        end as flow,
        units.canonical_unit,
        cast(meter_totals.multiplier as double) * units.factor as factor
    from meter_totals
    inner join units
        on meter_totals.unit = units.unit
    where (
        meter_totals.commodity in ('natural_gas', 'heat', 'steam', 'hot_water', 'exhaust')
        and meter_totals.role in ('main', 'process')
    )
        or (
            meter_totals.commodity in ('heat', 'waste_gas', 'electricity')
            and meter_totals.role in ('import', 'export')
        )
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

-- Registers of meters that sent no interval readings in the month; a pair of reads that nothing explains gives none.
register_parts as (
    select registers.*
    from {{ ref('calc_document_meter_register') }} as registers
    inner join {{ ref('calc_document_meter_total') }} as register_totals
        on registers.site = register_totals.site
        and registers.period = register_totals.period
        and registers.meter = register_totals.meter
    where {{ in_scope_site('registers.site') }}
        and register_totals.register_quantity is not null
        and registers.adjustment is not null
),

flow_readings as (
    select
        flow_meters.site,
        flow_meters.period as month,
        flow_meters.process,
        flow_meters.is_total,
        flow_meters.is_key,
        flow_meters.flow,
        flow_meters.canonical_unit,
        'reading' as role,
        meter_months.evidence_id,
        cast(null as bigint) as record_number,
        cast(
            cast(meter_months.quantity_total - coalesce(superseded_quantities.quantity, 0) as double)
            * flow_meters.factor as decimal(38, 12)
        ) as quantity,
        cast(null as decimal(38, 12)) as record_quantity,
        1 as part_days
    from flow_meters
    inner join {{ ref('calc_document_meter_month') }} as meter_months
        on flow_meters.site = meter_months.site
        and flow_meters.period = meter_months.period
        and flow_meters.meter = meter_months.meter
    left join superseded_quantities
        on meter_months.site = superseded_quantities.site
        and meter_months.period = superseded_quantities.period
        and meter_months.meter = superseded_quantities.meter
        and meter_months.evidence_id = superseded_quantities.evidence_id

    union all

    select
        flow_meters.site,
        flow_meters.period as month,
        flow_meters.process,
        flow_meters.is_total,
        flow_meters.is_key,
        flow_meters.flow,
        flow_meters.canonical_unit,
        'neighbour' as role,
        coalesce(gaps.before_evidence_id, gaps.after_evidence_id) as evidence_id,
        coalesce(gaps.before_record_number, gaps.after_record_number) as record_number,
        cast(
            cast(coalesce(gaps.before_contribution + gaps.after_contribution, gaps.conservative_contribution) as double)
            * flow_meters.factor as decimal(38, 12)
        ) as quantity,
        cast(null as decimal(38, 12)) as record_quantity,
        1 as part_days
    from flow_meters
    inner join gaps
        on flow_meters.site = gaps.site
        and flow_meters.period = gaps.period
        and flow_meters.meter = gaps.meter
    {%- for read, reading in [
        ('to', 'register_parts.to_reading + register_parts.adjustment'), ('from', '-register_parts.from_reading')
    ] %}

    union all

    select
        flow_meters.site,
        flow_meters.period as month,
        flow_meters.process,
        flow_meters.is_total,
        flow_meters.is_key,
        flow_meters.flow,
        flow_meters.canonical_unit,
        'reading' as role,
        register_parts.{{ read }}_evidence_id as evidence_id,
        register_parts.{{ read }}_record_number as record_number,
        cast(cast(register_parts.{{ read }}_contribution as double) * flow_meters.factor as decimal(38, 12)) as quantity,
        cast(cast({{ reading }} as double) * flow_meters.factor as decimal(38, 12)) as record_quantity,
        register_parts.part_share as part_days
    from flow_meters
    inner join register_parts
        on flow_meters.site = register_parts.site
        and flow_meters.period = register_parts.period
        and flow_meters.meter = register_parts.meter
    {%- endfor %}
),

period_readings as (
    select
        periods.period,
        flow_readings.*
    from flow_readings
    inner join months
        on flow_readings.month = months.period
    inner join periods
        on flow_readings.site = periods.site
        and months.period_start >= periods.period_start
        and months.period_start < periods.period_end
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
    union
    select
        site,
        subject,
        month_start
    from parts
    where part_source = 'fuel_bill'
        and role = 'bill'
        and subject is not null
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

-- Cements that hold the clinker of a source stream, and what their own and its balances say (eq. 27).
clinker_streams as (
    select * from active_streams
    where activity_source = 'clinker_balance'
),

cements as (
    select
        clinker_streams.site,
        clinker_streams.period,
        clinker_streams.source_stream,
        makers.product
    from clinker_streams
    inner join makers
        on clinker_streams.site = makers.site
        and clinker_streams.period = makers.period
        and makers.validity_rank = 1
    inner join {{ ref('stg_master__process') }} as processes
        on makers.site = processes.site
        and makers.process = processes.process
    inner join {{ ref('cbam_good') }} as goods
        on processes.good_category = goods.good_category
        and goods.functional_content = 'clinker_content'
),

edges as (
    -- Source streams: bought, billed, bought and stocked, metered, or taken from the ledger.
    {{ part_edge_columns(
        'active_streams', 'activity', 'active_streams.source_stream', 'active_streams.activity_source', 'receipts'
    ) }}
    from active_streams
    inner join receipts
        on active_streams.site = receipts.site
        and active_streams.period = receipts.period
        and active_streams.material = receipts.subject
    where active_streams.activity_source in ('purchases', 'purchases_and_stock')

    union all

    {{ part_edge_columns(
        'active_streams', 'activity', 'active_streams.source_stream', 'active_streams.activity_source', 'fuel_bills'
    ) }}
    from active_streams
    inner join fuel_bills
        on active_streams.site = fuel_bills.site
        and active_streams.period = fuel_bills.period
        and active_streams.material = fuel_bills.subject
    where active_streams.activity_source = 'bill'

    union all

    {{ edge_columns(
        'active_streams', 'activity', 'active_streams.source_stream', 'stock_levels.unit',
        'active_streams.activity_source', 'stock_levels', 'stock_levels.role',
        "case when stock_levels.role = 'closing_stock' then -stock_levels.quantity else stock_levels.quantity end",
        raw_table='stock_count'
    ) }}
    from active_streams
    inner join stock_levels
        on active_streams.site = stock_levels.site
        and active_streams.period = stock_levels.period
        and active_streams.material = stock_levels.material
    where active_streams.activity_source = 'purchases_and_stock'

    union all

    {{ batch_edge_columns(
        'active_streams', 'activity', 'active_streams.source_stream', 'input', 'active_streams.activity_source'
    ) }}
    from active_streams
    inner join batches
        on active_streams.site = batches.site
        and active_streams.period = batches.period
        and active_streams.material = batches.material
    where active_streams.activity_source = 'ledger'
        and active_streams.direction = 'input'
        and batches.input_quantity is not null

    union all

    -- Carbon that leaves in a product or by-product counts negative (IR (EU) 2025/2547 Annex II, B.3.2, equation 12).
    {{ batch_edge_columns(
        'active_streams', 'activity', 'active_streams.source_stream', 'good', 'active_streams.activity_source', sign='-'
    ) }}
    from active_streams
    inner join batches
        on active_streams.site = batches.site
        and active_streams.period = batches.period
        and active_streams.material = coalesce(batches.product, batches.material)
    where active_streams.activity_source = 'ledger'
        and active_streams.direction = 'output'
        and batches.good_quantity is not null

    union all

    {{ edge_columns(
        'active_streams', 'activity', 'active_streams.source_stream', 'period_readings.canonical_unit',
        'active_streams.activity_source', 'period_readings', 'period_readings.role', 'period_readings.quantity',
        raw_table='meter_reading',
        record_quantity='coalesce(period_readings.record_quantity, period_readings.quantity)',
        part_days='period_readings.part_days'
    ) }}
    from active_streams
    inner join period_readings
        on active_streams.site = period_readings.site
        and active_streams.period = period_readings.period
        and active_streams.flow = period_readings.flow
        and period_readings.is_total
    where active_streams.activity_source = 'meter'

    union all

    -- Records of anode effects and of stacks.
    {%- for fact_type in ['activity', 'measurement'] %}
    {{ edge_columns(
        'measured', fact_type, 'measured.source_stream', 'measured.unit', "'measurement'", 'measured', "'measurement'",
        'measured.quantity', quantity_name='measured.quantity_name'
    ) }}
    from measured
    where measured.fact_type = '{{ fact_type }}'

    union all
    {%- endfor %}

    -- Clinker (eq. 27): cement delivered less what its stock fell by; clinker bought, delivered, and taken from stock.
    {{ batch_edge_columns(
        'cements', 'cement', 'cements.product', 'dispatched', "'clinker_balance'", object='cements.source_stream',
        quantity_name='production', role="'dispatched'"
    ) }}
    from cements
    inner join batches
        on cements.site = batches.site
        and cements.period = batches.period
        and cements.product = batches.product
    where batches.dispatched_quantity is not null

    union all

    {{ edge_columns(
        'cements', 'cement', 'cements.product', 'stock_levels.unit', "'clinker_balance'", 'stock_levels',
        'stock_levels.role',
        "case when stock_levels.role = 'closing_stock' then stock_levels.quantity else -stock_levels.quantity end",
        object='cements.source_stream', quantity_name='production', raw_table='stock_count'
    ) }}
    from cements
    inner join stock_levels
        on cements.site = stock_levels.site
        and cements.period = stock_levels.period
        and cements.product = stock_levels.material

    union all

    {{ part_edge_columns(
        'clinker_streams', 'clinker', 'clinker_streams.source_stream', "'clinker_balance'", 'receipts',
        quantity_name='received'
    ) }}
    from clinker_streams
    inner join receipts
        on clinker_streams.site = receipts.site
        and clinker_streams.period = receipts.period
        and clinker_streams.material = receipts.subject

    union all

    {{ batch_edge_columns(
        'clinker_streams', 'clinker', 'clinker_streams.source_stream', 'dispatched', "'clinker_balance'",
        quantity_name='dispatched', role="'dispatched'"
    ) }}
    from clinker_streams
    inner join batches
        on clinker_streams.site = batches.site
        and clinker_streams.period = batches.period
        and clinker_streams.material = coalesce(batches.product, batches.material)
    where batches.dispatched_quantity is not null

    union all

    {{ edge_columns(
        'clinker_streams', 'clinker', 'clinker_streams.source_stream', 'stock_levels.unit', "'clinker_balance'",
        'stock_levels', 'stock_levels.role',
        "case when stock_levels.role = 'closing_stock' then -stock_levels.quantity else stock_levels.quantity end",
        quantity_name='stock_decrease', raw_table='stock_count'
    ) }}
    from clinker_streams
    inner join stock_levels
        on clinker_streams.site = stock_levels.site
        and clinker_streams.period = stock_levels.period
        and clinker_streams.material = stock_levels.material

    union all

    -- Consumption that a person entered, as long as no record of the month speaks of the material.
    {{ part_edge_columns(
        'active_streams', 'activity', 'active_streams.source_stream', 'active_streams.activity_source',
        'entered_consumption'
    ) }}
    from active_streams
    inner join entered_consumption
        on active_streams.site = entered_consumption.site
        and active_streams.period = entered_consumption.period
        and active_streams.material = entered_consumption.subject
    left join consumed_months
        on entered_consumption.site = consumed_months.site
        and entered_consumption.subject = consumed_months.subject
        and entered_consumption.month_start = consumed_months.month_start
    where active_streams.activity_source in ('ledger', 'purchases', 'bill')
        and active_streams.direction = 'input'
        and consumed_months.subject is null

    union all

    -- What the meters of a process show: the key by which it bears a fuel, or the heat that its fuel made.
    {{ edge_columns(
        'period_readings', 'process_meter', 'period_readings.process', 'period_readings.canonical_unit', "'meter'",
        'period_readings', 'period_readings.role', 'period_readings.quantity', object='period_readings.flow',
        raw_table='meter_reading',
        record_quantity='coalesce(period_readings.record_quantity, period_readings.quantity)',
        part_days='period_readings.part_days'
    ) }}
    from period_readings
    where period_readings.process is not null
        and period_readings.is_key

    union all

    -- Electricity that a person entered for a meter without any reading in the month.
    {{ part_edge_columns(
        'entered_consumption', 'meter_entry', 'entered_consumption.subject', "'manual_entry'", 'entered_consumption'
    ) }}
    from entered_consumption
    inner join silent_meters
        on entered_consumption.site = silent_meters.site
        and entered_consumption.subject = silent_meters.meter
        and entered_consumption.month_start = silent_meters.month_start
    where entered_consumption.canonical_unit = 'MWh'

    union all

    -- Production: activity level of the process, tonnes of each product, scrap.
    {{ batch_edge_columns('batches', 'production', 'batches.process', 'good', quantity_name='good_quantity') }}
    from batches
    where batches.good_quantity is not null
        and batches.product is not null

    union all

    {{ batch_edge_columns(
        'batches', 'product', 'batches.product', 'good', object='batches.process', quantity_name='good_quantity'
    ) }}
    from batches
    where batches.good_quantity is not null
        and batches.product is not null

    union all

    {{ batch_edge_columns('batches', 'production', 'batches.process', 'scrap', quantity_name='scrap_quantity') }}
    from batches
    where batches.scrap_quantity is not null

    union all

    -- Purchased precursors: total mass entering the process, before cutting (IR (EU) 2025/2547 Annex III B).
    {{ batch_edge_columns('batches', 'precursor', 'batches.material', 'input', object='batches.process') }}
    from batches
    inner join precursors
        on batches.site = precursors.site
        and batches.material = precursors.material
    where batches.input_quantity is not null

    union all

    -- Goods of one process that another takes in (IR (EU) 2025/2547 Annex III B, equation 60).
    {{ batch_edge_columns('batches', 'own_precursor', 'makers.process', 'input', object='batches.process') }}
    from batches
    inner join makers
        on batches.site = makers.site
        and batches.period = makers.period
        and batches.material = makers.product
        and makers.validity_rank = 1
    left join precursors
        on batches.site = precursors.site
        and batches.material = precursors.material
    where batches.input_quantity is not null
        and precursors.material is null

    union all

    {{ part_edge_columns(
        'receipts', 'precursor', 'receipts.subject', "'purchases'", 'receipts', quantity_name='receipts'
    ) }}
    from receipts
    inner join precursors
        on receipts.site = precursors.site
        and receipts.subject = precursors.material

    union all

    {{ edge_columns(
        'stock_levels', 'precursor', 'stock_levels.material', 'stock_levels.unit', "'stock_count'", 'stock_levels',
        'stock_levels.role', 'stock_levels.quantity', quantity_name='stock_levels.role', raw_table='stock_count'
    ) }}
    from stock_levels
    inner join precursors
        on stock_levels.site = precursors.site
        and stock_levels.material = precursors.material

    union all

    -- Billed electricity of an account.
    {{ part_edge_columns(
        'period_parts', 'bill', 'period_parts.subject', "'bill'", 'period_parts', quantity_name='billed_electricity'
    ) }}
    from period_parts
    where period_parts.part_source = 'bill'
        and period_parts.canonical_unit = 'MWh'

    union all

    -- What passed a register between two reads, in its own unit: the later read less the earlier one, with the turn of a
    -- register that passed its last digit, or the reads at which the meter was exchanged.
    {{ edge_columns(
        'register_parts', 'meter_register', 'register_parts.meter', 'register_parts.unit', 'register_parts.method_id',
        'register_parts', "'reading'", 'register_parts.to_contribution', object='register_parts.method_id',
        quantity_name='register_quantity', raw_table='meter_reading',
        record_quantity='register_parts.to_reading + register_parts.adjustment', part_days='register_parts.part_share',
        period='periods.period', evidence_id='to_evidence_id', record_number='to_record_number'
    ) }}
    from register_parts
    inner join months
        on register_parts.period = months.period
    inner join periods
        on register_parts.site = periods.site
        and months.period_start >= periods.period_start
        and months.period_start < periods.period_end

    union all

    {{ edge_columns(
        'register_parts', 'meter_register', 'register_parts.meter', 'register_parts.unit', 'register_parts.method_id',
        'register_parts', "'reading'", 'register_parts.from_contribution', object='register_parts.method_id',
        quantity_name='register_quantity', raw_table='meter_reading', record_quantity='-register_parts.from_reading',
        part_days='register_parts.part_share', period='periods.period', evidence_id='from_evidence_id',
        record_number='from_record_number'
    ) }}
    from register_parts
    inner join months
        on register_parts.period = months.period
    inner join periods
        on register_parts.site = periods.site
        and months.period_start >= periods.period_start
        and months.period_start < periods.period_end

    union all

    -- Filled gaps of a meter, in its own unit: the neighbours of a bridged gap, the month's profile for a longer one.
    {{ edge_columns(
        'gaps', 'meter_gap', 'gaps.meter', 'gaps.unit', 'gaps.method_id', 'gaps', "'neighbour'",
        'coalesce(gaps.before_contribution, gaps.conservative_contribution)', object='gaps.method_id',
        quantity_name='fill_quantity', raw_table='meter_reading', period='periods.period',
        evidence_id='before_evidence_id', record_number='before_record_number'
    ) }}
    from gaps
    inner join periods
        on gaps.site = periods.site
        and gaps.gap_start_local >= cast(periods.period_start as timestamp)
        and gaps.gap_start_local < cast(periods.period_end as timestamp)
    where gaps.before_evidence_id is not null

    union all

    {{ edge_columns(
        'gaps', 'meter_gap', 'gaps.meter', 'gaps.unit', 'gaps.method_id', 'gaps', "'neighbour'",
        'coalesce(gaps.after_contribution, case when gaps.before_evidence_id is null then gaps.conservative_contribution end)',
        object='gaps.method_id', quantity_name='fill_quantity', raw_table='meter_reading', period='periods.period',
        evidence_id='after_evidence_id', record_number='after_record_number'
    ) }}
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
