{#- Edges of calc_document_fact_edge: what a person typed, and what the meters of a process show. -#}
{% macro entered_edges() -%}
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
{%- endmacro %}
