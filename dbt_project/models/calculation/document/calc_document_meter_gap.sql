{#- A gap of up to this many minutes is bridged by a straight line; a longer one by a conservative value. -#}
{%- set longest_bridged_minutes = 60 -%}
{{ scoped() }}

with
meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope() }}
        and period like '____-__'
),

readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('interval_start_local', margin_hours=1) }}
        and quantity is not null
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- A meter that sent nothing at all is not filled: its month is missing, and a gate says so.
gappy_meters as (
    select * from meter_totals
    where missing_interval_count > 0
        and value_count > 0
),

superseded as (
    select * from {{ ref('calc_document_meter_superseded') }}
    where {{ in_scope() }}
),

-- One hour on either side of the month brings the neighbours of a gap that touches its ends.
candidates as (
    select
        gappy_meters.site,
        gappy_meters.period,
        gappy_meters.meter,
        gappy_meters.from_local,
        gappy_meters.to_local,
        gappy_meters.interval_minutes,
        gappy_meters.unit,
        readings.evidence_id,
        readings.record_number,
        readings.interval_start_local,
        readings.quantity,
        readings.quality,
        active_evidence.arrival_order,
        readings.interval_start_local >= gappy_meters.from_local
        and readings.interval_start_local < gappy_meters.to_local as is_in_month
    from readings
    inner join gappy_meters
        on readings.site = gappy_meters.site
        and readings.meter = gappy_meters.meter
        and readings.interval_start_local >= gappy_meters.from_local - interval 1 hour
        and readings.interval_start_local < gappy_meters.to_local + interval 1 hour
    inner join active_evidence
        on readings.site = active_evidence.site
        and readings.evidence_id = active_evidence.evidence_id
),

-- Which of two readings of one interval counts is known for the month; only its surroundings are ranked here, because
-- ranking every reading costs more than all the rest.
ranked_surroundings as (
    select
        *,
        row_number() over (
            partition by site, period, meter, interval_start_local
            order by
                {{ reading_quality_rank('quantity', 'quality') }}, arrival_order desc, evidence_id desc, record_number desc
        ) as reading_rank
    from candidates
    where not is_in_month
),

valid as (
    select
        candidates.site,
        candidates.period,
        candidates.meter,
        candidates.from_local,
        candidates.to_local,
        candidates.interval_minutes,
        candidates.unit,
        candidates.evidence_id,
        candidates.record_number,
        candidates.interval_start_local,
        candidates.quantity,
        candidates.is_in_month
    from candidates
    left join superseded
        on candidates.site = superseded.site
        and candidates.period = superseded.period
        and candidates.evidence_id = superseded.evidence_id
        and candidates.record_number = superseded.record_number
    where candidates.is_in_month
        and superseded.evidence_id is null

    union all

    select
        site,
        period,
        meter,
        from_local,
        to_local,
        interval_minutes,
        unit,
        evidence_id,
        record_number,
        interval_start_local,
        quantity,
        is_in_month
    from ranked_surroundings
    where reading_rank = 1
),

-- Mean and standard deviation from exact sums, so that they do not depend on the order of rows.
profiles as (
    select
        site,
        period,
        meter,
        count(*) as value_count,
        cast(sum(quantity) as double) as quantity_sum,
        cast(sum(cast(quantity as decimal(18, 6)) * cast(quantity as decimal(18, 6))) as double) as square_sum
    from valid
    where is_in_month
    group by site, period, meter
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
),

neighbours as (
    select
        *,
        lead(interval_start_local) over series as next_start_local,
        lead(quantity) over series as next_quantity,
        lead(evidence_id) over series as next_evidence_id,
        lead(record_number) over series as next_record_number,
        row_number() over series as position
    from valid
    window series as (partition by site, period, meter order by interval_start_local)
),

gap_bounds as (
    select
        site,
        period,
        meter,
        from_local,
        to_local,
        interval_minutes,
        unit,
        interval_start_local as before_start_local,
        quantity as before_quantity,
        evidence_id as before_evidence_id,
        record_number as before_record_number,
        next_start_local as after_start_local,
        next_quantity as after_quantity,
        next_evidence_id as after_evidence_id,
        next_record_number as after_record_number
    from neighbours

    union all

    -- A gap at the very beginning has no reading before it.
    select
        site,
        period,
        meter,
        from_local,
        to_local,
        interval_minutes,
        unit,
        cast(null as timestamp) as before_start_local,
        null as before_quantity,
        null as before_evidence_id,
        null as before_record_number,
        interval_start_local as after_start_local,
        quantity as after_quantity,
        evidence_id as after_evidence_id,
        record_number as after_record_number
    from neighbours
    where position = 1
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
        coalesce(before_start_local, from_local) as origin_local,
        case when before_start_local is null then 0 else cast(first_step as bigint) end as first_step,
        cast(last_step as bigint) as last_step,
        cast(last_step as bigint)
        - case when before_start_local is null then 0 else cast(first_step as bigint) end
        + 1 as missing_interval_count,
        cast(gap_length as bigint) as gap_length,
        before_quantity,
        before_evidence_id,
        before_record_number,
        after_quantity,
        after_evidence_id,
        after_record_number,
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
                cast(weighted.before_quantity as double)
                * (weighted.missing_interval_count - weighted.after_weight) as decimal(38, 12)
            )
    end as before_contribution,
    case
        when weighted.is_bridged
            then cast(cast(weighted.after_quantity as double) * weighted.after_weight as decimal(38, 12))
    end as after_contribution,
    case
        when not weighted.is_bridged
            then cast(conservative.quantity_per_interval * weighted.missing_interval_count as decimal(38, 12))
    end as conservative_contribution,
    weighted.before_evidence_id,
    weighted.before_record_number,
    weighted.after_evidence_id,
    weighted.after_record_number,
    weighted.site,
    weighted.period
from weighted
inner join conservative
    on weighted.site = conservative.site
    and weighted.period = conservative.period
    and weighted.meter = conservative.meter
