{#- CTEs of calc_document_fact_edge: meters that are keys, totals or flows, and meters that are silent. -#}
{% macro flow_meter_ctes() -%}
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
)
{%- endmacro %}
