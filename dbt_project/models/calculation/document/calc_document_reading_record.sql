{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

meter_months as (
    select * from {{ ref('calc_document_meter_month') }}
    where {{ in_scope_site() }}
),

superseded as (
    select * from {{ ref('calc_document_meter_superseded') }}
    where {{ in_scope_site() }}
),

months as (
    select * from {{ ref('calendar_month') }}
),

unused_quantities as (
    select
        site,
        period,
        meter,
        evidence_id,
        sum(coalesce(quantity, 0)) as quantity
    from superseded
    group by site, period, meter, evidence_id
),

-- Readings are named by predicate; these rows name the documents it runs over.
reading_evidence as (
    select
        periods.site,
        periods.period,
        meter_months.meter,
        meter_months.evidence_id,
        sum(meter_months.quantity_total - coalesce(unused_quantities.quantity, 0)) as quantity
    from meter_months
    inner join months
        on meter_months.period = months.period
    left join unused_quantities
        on meter_months.site = unused_quantities.site
        and meter_months.period = unused_quantities.period
        and meter_months.meter = unused_quantities.meter
        and meter_months.evidence_id = unused_quantities.evidence_id
    inner join periods
        on meter_months.site = periods.site
        and months.period_start >= periods.period_start
        and months.period_start < periods.period_end
    group by periods.site, periods.period, meter_months.meter, meter_months.evidence_id
),

-- Readings within the predicate that do not count, because a better one of their interval does.
unused_readings as (
    select
        periods.site,
        periods.period,
        superseded.meter,
        superseded.evidence_id,
        superseded.record_number
    from superseded
    inner join periods
        on superseded.site = periods.site
        and superseded.interval_start_local >= cast(periods.period_start as timestamp)
        and superseded.interval_start_local < cast(periods.period_end as timestamp)
),

records as (
    select
        'fact:' || site || ':' || period || ':meter_reading:' || meter || ':quantity' as fact_id,
        'meter_reading' as raw_table,
        evidence_id,
        cast(null as bigint) as record_number,
        'evidence' as role,
        quantity,
        cast(null as double) as share,
        site,
        period
    from reading_evidence
    union all
    select
        'fact:' || site || ':' || period || ':meter_reading:' || meter || ':quantity' as fact_id,
        'meter_reading' as raw_table,
        evidence_id,
        record_number,
        'superseded' as role,
        cast(null as decimal(38, 12)) as quantity,
        cast(null as double) as share,
        site,
        period
    from unused_readings
)

select
    fact_id,
    raw_table,
    evidence_id,
    cast(record_number as bigint) as record_number,
    role,
    cast(quantity as decimal(38, 12)) as quantity,
    cast(share as double) as share,
    site,
    period
from records
