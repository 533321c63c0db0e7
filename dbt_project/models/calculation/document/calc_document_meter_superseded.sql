{{ scoped() }}

with
meter_months as (
    select * from {{ ref('calc_document_meter_month') }}
    where {{ in_scope() }}
),

readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_days('interval_start_local') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- Two readings of one interval can exist only where one document repeats an interval, or where the spans of two
-- documents overlap. Only those meters' readings are looked at one by one.
ordered as (
    select
        *,
        max(last_interval_local) over (
            partition by site, period, meter
            order by first_interval_local, evidence_id
            rows between unbounded preceding and 1 preceding
        ) as last_interval_before
    from meter_months
),

suspects as (
    select distinct
        site,
        period,
        meter
    from ordered
    where record_count > interval_count
        or first_interval_local <= last_interval_before
),

-- Most months have no suspect: then this reads one column, and nothing else is looked at.
suspect_readings as (
    select * from readings
    where meter in (select suspects.meter from suspects)
),

ranked as (
    select
        readings.site,
        suspects.period,
        readings.meter,
        readings.evidence_id,
        readings.record_number,
        readings.interval_start_local,
        readings.quantity,
        readings.quality,
        row_number() over (
            partition by readings.site, readings.meter, readings.interval_start_local
            order by
                {{ reading_quality_rank('readings.quantity', 'readings.quality') }},
                active_evidence.arrival_order desc,
                readings.evidence_id desc,
                readings.record_number desc
        ) as reading_rank
    from suspect_readings as readings
    inner join suspects
        on readings.site = suspects.site
        and readings.meter = suspects.meter
        and {{ month_key('readings.interval_start_local') }} = suspects.period
    inner join active_evidence
        on readings.site = active_evidence.site
        and readings.evidence_id = active_evidence.evidence_id
)

select
    meter,
    evidence_id,
    record_number,
    interval_start_local,
    quantity,
    quality,
    cast({{ reading_hash('meter', 'interval_start_local', 'quantity', 'quality') }} as decimal(38, 0)) as reading_hash,
    site,
    period
from ranked
where reading_rank > 1
