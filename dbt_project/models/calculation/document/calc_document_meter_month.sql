{{ scoped() }}

with
readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('interval_start_local') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
        and period_type = 'month'
),

-- One a meter and document; a document with two channels of one meter in different units states no common one.
channels as (
    select
        site,
        evidence_id,
        meter,
        max(accumulation) as accumulation,
        case when count(distinct coalesce(unit, '')) = 1 then max(quantity_unit) end as quantity_unit,
        case when count(distinct coalesce(unit, '')) = 1 then max(unit_scale) end as unit_scale,
        max(multiplier) as multiplier,
        max(flow_direction) as flow_direction
    from {{ ref('stg_meter__channel') }}
    where {{ in_scope_site() }}
    group by site, evidence_id, meter
),

-- The only pass over the readings: quantity, quality and checksum in one aggregate.
aggregated as (
    select
        site,
        {{ month_key('interval_start_local') }} as period,
        meter,
        evidence_id,
        count(*) as record_count,
        count(quantity) as value_count,
        {{ distinct_intervals('interval_start_local') }} as interval_count,
        sum(quantity) as quantity_total,
        sum({{ reading_hash('meter', 'interval_start_local', 'quantity', 'quality') }}) as hash_total,
        count(case when quantity is not null and quality in ('E', 'F', 'S') then 1 end) as estimated_count,
        sum(case when quality in ('E', 'F', 'S') then quantity end) as estimated_quantity,
        count(case when quantity < 0 then 1 end) as negative_count,
        min(quantity) as lowest_quantity,
        min(interval_start_local) as first_interval_local,
        max(interval_start_local) as last_interval_local,
        min(interval_minutes) as shortest_interval_minutes,
        max(interval_minutes) as longest_interval_minutes,
        min(unit) as unit
    from readings
    group by
        site,
        {{ month_key('interval_start_local') }},
        meter,
        evidence_id
)

select
    aggregated.meter,
    aggregated.evidence_id,
    aggregated.record_count,
    aggregated.value_count,
    aggregated.interval_count,
    cast(coalesce(aggregated.quantity_total, 0) as decimal(38, 12)) as quantity_total,
    cast(aggregated.hash_total as decimal(38, 0)) as hash_total,
    aggregated.estimated_count,
    cast(coalesce(aggregated.estimated_quantity, 0) as decimal(38, 12)) as estimated_quantity,
    aggregated.negative_count,
    aggregated.lowest_quantity,
    aggregated.first_interval_local,
    aggregated.last_interval_local,
    aggregated.shortest_interval_minutes,
    aggregated.longest_interval_minutes,
    aggregated.unit,
    case when channels.meter is null then aggregated.unit else channels.quantity_unit end as quantity_unit,
    case when channels.meter is null then cast(1 as decimal(18, 6)) else channels.unit_scale end as unit_scale,
    channels.multiplier as document_multiplier,
    channels.flow_direction,
    aggregated.site,
    aggregated.period
from aggregated
inner join active_evidence
    on aggregated.site = active_evidence.site
    and aggregated.evidence_id = active_evidence.evidence_id
inner join periods
    on aggregated.site = periods.site
    and aggregated.period = periods.period
left join channels
    on aggregated.site = channels.site
    and aggregated.evidence_id = channels.evidence_id
    and aggregated.meter = channels.meter
-- The reads of a register are no quantities of their month: calc_document_meter_register takes their differences.
where coalesce(channels.accumulation, 'interval') <> 'cumulative'
