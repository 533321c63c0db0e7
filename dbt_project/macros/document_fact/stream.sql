{#- Edges of calc_document_fact_edge: activity data of source streams. -#}
{% macro stream_edges() -%}
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
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
