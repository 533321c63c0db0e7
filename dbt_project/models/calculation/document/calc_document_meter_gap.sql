{#- A gap of up to this many minutes is bridged by a straight line; a longer one by a conservative value. -#}
{%- set longest_bridged_minutes = 60 -%}
{{ scoped() }}

with
meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope() }}
        and period like '____-__'
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('interval_start_local', margin_hours=1) }}
        and quantity is not null
),

-- A meter that sent nothing at all is not filled: its month is missing, and a gate says so.
gappy_meters as (
    select
        *,
        row_number() over (order by site, period, meter) as series_number
    from meter_totals
    where missing_interval_count > 0
        and value_count > 0
),

superseded as (
    select * from {{ ref('calc_document_meter_superseded') }}
    where {{ in_scope() }}
),

-- Numbers and times alone are put in order, one hour on either side of the month for a gap that touches its ends: all
-- that stands at the ends of a gap is looked up after. A series starts with no time, for a gap at the very beginning.
times as (
    select
        gappy_meters.series_number,
        readings.interval_start_local
    from readings
    inner join gappy_meters
        on readings.site = gappy_meters.site
        and readings.meter = gappy_meters.meter
        and readings.interval_start_local >= gappy_meters.from_local - interval 1 hour
        and readings.interval_start_local < gappy_meters.to_local + interval 1 hour
    where readings.evidence_id in (select evidence_id from active_evidence)

    union all

    select
        series_number,
        cast(null as timestamp) as interval_start_local
    from gappy_meters
),

pairs as (
    select
        series_number,
        interval_start_local as before_start_local,
        lead(interval_start_local) over (
            partition by series_number
            order by interval_start_local nulls first
        ) as after_start_local
    from times
),

gap_bounds as (
    select
        gappy_meters.site,
        gappy_meters.period,
        gappy_meters.meter,
        gappy_meters.from_local,
        gappy_meters.to_local,
        gappy_meters.interval_minutes,
        gappy_meters.unit,
        pairs.before_start_local,
        pairs.after_start_local
    from pairs
    inner join gappy_meters
        on pairs.series_number = gappy_meters.series_number
    where pairs.before_start_local is null
        or pairs.after_start_local is null
        or pairs.after_start_local > pairs.before_start_local + gappy_meters.interval_minutes * interval 1 minute
),

-- Steps are counted from the reading before the gap (step 0), so first_step..last_step lie within the month.
steps as (
    select
        *,
        greatest(
            coalesce({{ minutes_between('before_start_local', 'from_local') }} / interval_minutes, 0), 1
        ) as first_step,
        {{ minutes_between('coalesce(before_start_local, from_local)',
            'least(coalesce(after_start_local, to_local), to_local)') }}
        / interval_minutes - 1 as last_step,
        {{ minutes_between('before_start_local', 'after_start_local') }} / interval_minutes - 1 as gap_length
    from gap_bounds
),

gaps as (
    select
        site,
        period,
        meter,
        interval_minutes,
        unit,
        before_start_local,
        after_start_local,
        coalesce(before_start_local, from_local) as origin_local,
        case when before_start_local is null then 0 else cast(first_step as bigint) end as first_step,
        cast(last_step as bigint) as last_step,
        cast(last_step as bigint)
        - case when before_start_local is null then 0 else cast(first_step as bigint) end
        + 1 as missing_interval_count,
        cast(gap_length as bigint) as gap_length,
        coalesce(gap_length * interval_minutes <= {{ longest_bridged_minutes }}, false) as is_bridged
    from steps
),

-- On a straight line, step k of n missing lies at k / (n + 1) of the way from the reading before to the one after.
weighted as (
    select
        *,
        cast((first_step + last_step) * missing_interval_count as double) / (2 * (gap_length + 1)) as after_weight
    from gaps
    where missing_interval_count > 0
),

ends as (
    select
        site,
        period,
        meter,
        before_start_local as interval_start_local
    from weighted
    where before_start_local is not null
    union
    select
        site,
        period,
        meter,
        after_start_local as interval_start_local
    from weighted
    where after_start_local is not null
),

-- Which of two readings of one interval counts.
neighbours as (
    select
        ends.site,
        ends.period,
        ends.meter,
        ends.interval_start_local,
        readings.evidence_id,
        readings.record_number,
        readings.quantity,
        row_number() over (
            partition by ends.site, ends.period, ends.meter, ends.interval_start_local
            order by {{ best_reading_first('readings', 'active_evidence') }}
        ) as reading_rank
    from readings
    inner join ends
        on readings.site = ends.site
        and readings.meter = ends.meter
        and readings.interval_start_local = ends.interval_start_local
    inner join active_evidence
        on readings.site = active_evidence.site
        and readings.evidence_id = active_evidence.evidence_id
),

-- Mean and standard deviation from exact sums, so that they do not depend on the order of rows.
profiles as (
    select
        gappy_meters.site,
        gappy_meters.period,
        gappy_meters.meter,
        count(*) as value_count,
        cast(sum(readings.quantity) as double) as quantity_sum,
        cast(
            sum(cast(readings.quantity as decimal(18, 6)) * cast(readings.quantity as decimal(18, 6))) as double
        ) as square_sum
    from readings
    inner join gappy_meters
        on readings.site = gappy_meters.site
        and readings.meter = gappy_meters.meter
        and readings.interval_start_local >= gappy_meters.from_local
        and readings.interval_start_local < gappy_meters.to_local
    inner join (select distinct site, period, meter from weighted where not is_bridged) as unbridged
        on gappy_meters.site = unbridged.site
        and gappy_meters.period = unbridged.period
        and gappy_meters.meter = unbridged.meter
    inner join active_evidence
        on readings.site = active_evidence.site
        and readings.evidence_id = active_evidence.evidence_id
    left join superseded
        on gappy_meters.period = superseded.period
        and readings.site = superseded.site
        and readings.evidence_id = superseded.evidence_id
        and readings.record_number = superseded.record_number
    where superseded.evidence_id is null
    group by gappy_meters.site, gappy_meters.period, gappy_meters.meter
),

conservative as (
    select
        site,
        period,
        meter,
        quantity_sum / value_count
        + case
            when value_count > 1
                then 2 * sqrt(
                    greatest(square_sum - quantity_sum * quantity_sum / value_count, 0) / (value_count - 1)
                )
            else 0
        end as quantity_per_interval
    from profiles
)

select
    weighted.meter,
    weighted.origin_local
    + weighted.first_step * weighted.interval_minutes * interval 1 minute as gap_start_local,
    weighted.origin_local
    + (weighted.last_step + 1) * weighted.interval_minutes * interval 1 minute as gap_end_local,
    weighted.missing_interval_count,
    weighted.unit,
    case when weighted.is_bridged then 'gap_linear' else 'gap_mean_plus_2_sigma' end as method_id,
    case
        when weighted.is_bridged
            then cast(
                cast(before_gap.quantity as double)
                * (weighted.missing_interval_count - weighted.after_weight) as decimal(38, 12)
            )
    end as before_contribution,
    case
        when weighted.is_bridged
            then cast(cast(after_gap.quantity as double) * weighted.after_weight as decimal(38, 12))
    end as after_contribution,
    case
        when not weighted.is_bridged
            then cast(conservative.quantity_per_interval * weighted.missing_interval_count as decimal(38, 12))
    end as conservative_contribution,
    before_gap.evidence_id as before_evidence_id,
    before_gap.record_number as before_record_number,
    after_gap.evidence_id as after_evidence_id,
    after_gap.record_number as after_record_number,
    weighted.site,
    weighted.period
from weighted
left join neighbours as before_gap
    on weighted.site = before_gap.site
    and weighted.period = before_gap.period
    and weighted.meter = before_gap.meter
    and weighted.before_start_local = before_gap.interval_start_local
    and before_gap.reading_rank = 1
left join neighbours as after_gap
    on weighted.site = after_gap.site
    and weighted.period = after_gap.period
    and weighted.meter = after_gap.meter
    and weighted.after_start_local = after_gap.interval_start_local
    and after_gap.reading_rank = 1
left join conservative
    on weighted.site = conservative.site
    and weighted.period = conservative.period
    and weighted.meter = conservative.meter
