{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
        and period_type = 'month'
),

channels as (
    select * from {{ ref('stg_meter__channel') }}
    where {{ in_scope_site() }}
        and accumulation = 'cumulative'
),

meters as (
    select * from {{ ref('stg_master__meter') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- All reads of registers, not only those of the scope: the read before a month may be months old.
ranked as (
    select
        readings.site,
        readings.meter,
        readings.evidence_id,
        readings.record_number,
        readings.interval_start_local as read_local,
        readings.quantity as reading,
        readings.quality,
        channels.quantity_unit as unit,
        channels.unit_scale,
        channels.multiplier as document_multiplier,
        row_number() over (
            partition by readings.site, readings.meter, readings.interval_start_local
            order by {{ best_reading_first('readings', 'active_evidence') }}
        ) as reading_rank
    from {{ ref('stg_meter__reading') }} as readings
    inner join channels
        on readings.site = channels.site
        and readings.evidence_id = channels.evidence_id
        and readings.meter = channels.meter
    inner join active_evidence
        on readings.site = active_evidence.site
        and readings.evidence_id = active_evidence.evidence_id
    where {{ in_scope_site('readings.site') }}
        and readings.quantity is not null
        and readings.interval_start_local is not null
),

-- Two reads of different units have no difference, so each unit is a series of its own.
pairs as (
    select
        site,
        meter,
        unit,
        unit_scale,
        document_multiplier,
        evidence_id as from_evidence_id,
        record_number as from_record_number,
        read_local as from_local,
        reading as from_reading,
        lead(evidence_id) over series as to_evidence_id,
        lead(record_number) over series as to_record_number,
        lead(read_local) over series as to_local,
        lead(reading) over series as to_reading,
        quality in ('E', 'F', 'S') or lead(quality) over series in ('E', 'F', 'S') as is_estimated
    from ranked
    where reading_rank = 1
    window series as (partition by site, meter, unit, unit_scale order by read_local)
),

-- An exchange is a day on which one row of the meter's master data ends and the next begins.
exchanges as (
    select
        old_meters.site,
        old_meters.meter,
        cast(old_meters.valid_to as timestamp) as exchanged_at,
        old_meters.last_reading,
        new_meters.first_reading
    from meters as old_meters
    inner join meters as new_meters
        on old_meters.site = new_meters.site
        and old_meters.meter = new_meters.meter
        and old_meters.valid_to = new_meters.valid_from
    where old_meters.last_reading is not null
        and new_meters.first_reading is not null
),

differences as (
    select
        pairs.*,
        exchanges.exchanged_at,
        case
            when exchanges.meter is not null then exchanges.last_reading - exchanges.first_reading
            -- A register that passes its last digit shows less than before, by a whole turn. More than half a turn
            -- would be a meter that was exchanged, or that ran backwards: nobody knows how much.
            when pairs.to_reading < pairs.from_reading
                and pairs.to_reading - pairs.from_reading + {{ register_turn('meters.register_digits') }}
                <= {{ register_turn('meters.register_digits') }} / 2
                then {{ register_turn('meters.register_digits') }}
            when pairs.to_reading >= pairs.from_reading then 0
        end as adjustment,
        case
            when exchanges.meter is not null then 'register_exchange'
            when pairs.to_reading >= pairs.from_reading then 'register_difference'
            else 'register_rollover'
        end as method_id
    from pairs
    left join meters
        on pairs.site = meters.site
        and pairs.meter = meters.meter
        and cast(meters.valid_from as timestamp) <= pairs.from_local
        and cast(meters.valid_to as timestamp) > pairs.from_local
    left join exchanges
        on pairs.site = exchanges.site
        and pairs.meter = exchanges.meter
        and exchanges.exchanged_at > pairs.from_local
        and exchanges.exchanged_at <= pairs.to_local
    where pairs.to_local is not null
),

-- What passed between two reads belongs to the months by their share of the time.
shares as (
    select
        differences.*,
        periods.period,
        {{ seconds_between(
            'greatest(differences.from_local, cast(periods.period_start as timestamp))',
            'least(differences.to_local, cast(periods.period_end as timestamp))'
        ) }} as part_seconds,
        {{ seconds_between('differences.from_local', 'differences.to_local') }} as whole_seconds
    from differences
    inner join periods
        on differences.site = periods.site
        and differences.from_local < cast(periods.period_end as timestamp)
        and differences.to_local > cast(periods.period_start as timestamp)
)

select
    meter,
    unit,
    unit_scale,
    document_multiplier,
    from_evidence_id,
    from_record_number,
    from_local,
    from_reading,
    to_evidence_id,
    to_record_number,
    to_local,
    to_reading,
    exchanged_at,
    case when adjustment is null then 'register_unexplained' else method_id end as method_id,
    part_seconds,
    cast(part_seconds as double) / whole_seconds as part_share,
    part_seconds < whole_seconds or is_estimated as is_estimated,
    cast(adjustment as decimal(18, 6)) as adjustment,
    cast(cast(to_reading + adjustment as double) * part_seconds / whole_seconds as decimal(38, 12)) as to_contribution,
    cast(-cast(from_reading as double) * part_seconds / whole_seconds as decimal(38, 12)) as from_contribution,
    site,
    period
from shares
