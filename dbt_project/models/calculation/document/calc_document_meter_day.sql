{{ scoped() }}

with
channels as (
    select distinct
        site,
        evidence_id,
        meter
    from {{ ref('stg_meter__channel') }}
    where {{ in_scope_site() }}
        and accumulation <> 'cumulative'
),

clocks as (
    select
        *,
        lag(utc_offset_minutes) over (partition by site, evidence_id, meter order by from_utc) as offset_before
    from {{ ref('stg_meter__clock') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('interval_start_local', margin_hours=36) }}
),

-- Days of the document's own clock; a document that states none keeps that of Taiwan.
placed as (
    select
        readings.site,
        readings.evidence_id,
        readings.meter,
        readings.interval_start_utc,
        readings.interval_minutes,
        readings.quantity,
        cast(
            readings.interval_start_utc + coalesce(clocks.utc_offset_minutes, 480) * interval 1 minute as date
        ) as source_date
    from readings
    inner join channels
        on readings.site = channels.site
        and readings.evidence_id = channels.evidence_id
        and readings.meter = channels.meter
    inner join active_evidence
        on readings.site = active_evidence.site
        and readings.evidence_id = active_evidence.evidence_id
    left join clocks
        on readings.site = clocks.site
        and readings.evidence_id = clocks.evidence_id
        and readings.meter = clocks.meter
        and readings.interval_start_utc >= clocks.from_utc
        and readings.interval_start_utc < clocks.until_utc
    where readings.interval_start_local is not null
        and readings.interval_minutes > 0
),

-- The day on which a clock is put forward is shorter, the one on which it is put back longer.
changes as (
    select
        site,
        evidence_id,
        meter,
        cast(from_utc + offset_before * interval 1 minute as date) as source_date,
        sum(utc_offset_minutes - offset_before) as minutes_forward
    from clocks
    where offset_before is not null
    group by
        site,
        evidence_id,
        meter,
        cast(from_utc + offset_before * interval 1 minute as date)
),

days as (
    select
        site,
        evidence_id,
        meter,
        source_date,
        min(interval_minutes) as interval_minutes,
        max(interval_minutes) as longest_interval_minutes,
        count(distinct interval_start_utc) as interval_count,
        count(distinct case when quantity is not null then interval_start_utc end) as value_count,
        min(interval_start_utc) as first_start_utc,
        max(interval_start_utc) as last_start_utc
    from placed
    group by
        site,
        evidence_id,
        meter,
        source_date
)

select
    days.meter,
    days.evidence_id,
    days.source_date,
    days.interval_minutes,
    cast((1440 - coalesce(changes.minutes_forward, 0)) / days.interval_minutes as bigint) as expected_interval_count,
    days.interval_count,
    days.value_count,
    days.first_start_utc,
    days.last_start_utc,
    days.site,
    cast(extract(year from days.source_date) as varchar) || '-'
    || lpad(cast(extract(month from days.source_date) as varchar), 2, '0') as period
from days
left join changes
    on days.site = changes.site
    and days.evidence_id = changes.evidence_id
    and days.meter = changes.meter
    and days.source_date = changes.source_date
-- A day has a count of intervals only where all are of one length.
where days.interval_minutes = days.longest_interval_minutes
