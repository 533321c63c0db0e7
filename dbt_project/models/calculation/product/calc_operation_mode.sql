{#- Meters of processes that ever left their normal operation; nobody else's readings are opened. -#}
{%- set meters_of_events -%}
    select distinct meters.meter
    from {{ ref('stg_master__meter') }} as meters
    inner join {{ ref('stg_production__event') }} as events
        on meters.site = events.site
        and meters.process = events.process
    where {{ in_scope_site('meters.site') }}
        and meters.role = 'process'
{%- endset -%}
{{ scoped() }}

-- What a process emitted in its normal operation and outside of it, in each month with an event: the readings of its own
-- meters that lie within an event's interval belong to the event, and its electricity and direct emissions follow them. What
-- is normal is the month's total less the rest, so that the total stays. An hour that two events claim counts for the
-- one that began first.
with
years as (
    select
        site,
        period
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

months as (
    select * from {{ ref('calendar_month') }}
),

events as (
    select
        *,
        max(ended_local) over (
            partition by site, process
            order by started_local, ended_local desc, event, evidence_id, record_number
            rows between unbounded preceding and 1 preceding
        ) as ended_before_local
    from {{ ref('stg_production__event') }}
    where {{ in_scope_site() }}
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope_site() }}
        and series = 'management'
        and length(period) = 7
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope_site() }}
        and input_source = 'document'
),

ledger as (
    select * from {{ ref('calc_document_ledger') }}
    where {{ in_scope_site() }}
        and good_quantity is not null
        and product is not null
),

meters as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope_site() }}
        and role = 'process'
        and length(period) = 7
        and commodity in ('electricity', 'natural_gas')
),

meter_documents as (
    select * from {{ ref('calc_document_meter_month') }}
    where {{ in_scope_site() }}
),

superseded as (
    select * from {{ ref('calc_document_meter_superseded') }}
    where {{ in_scope_site() }}
),

readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('interval_start_local') }}
        and {{ only_values_of('meter', meters_of_events) }}
),

parts as (
    select
        years.site,
        years.period,
        months.period as month,
        events.process,
        events.event_kind,
        greatest(
            events.started_local, coalesce(events.ended_before_local, events.started_local),
            cast(months.period_start as timestamp)
        ) as from_local,
        least(events.ended_local, cast(months.period_end as timestamp)) as to_local
    from years
    inner join months
        on years.period = substring(months.period, 1, 4)
    inner join events
        on years.site = events.site
        and events.started_local < cast(months.period_end as timestamp)
        and events.ended_local > cast(months.period_start as timestamp)
    where events.ended_local > coalesce(events.ended_before_local, events.started_local)
),

spans as (
    select * from parts
    where to_local > from_local
),

hours as (
    select
        site,
        period,
        month,
        process,
        event_kind,
        cast(sum({{ minutes_between('from_local', 'to_local') }}) as double) / 60 as event_hours
    from spans
    group by site, period, month, process, event_kind
),

made as (
    select
        spans.site,
        spans.month,
        spans.process,
        spans.event_kind,
        sum(ledger.good_quantity) as quantity
    from spans
    inner join ledger
        on spans.site = ledger.site
        and spans.month = ledger.period
        and spans.process = ledger.process
        and cast(ledger.production_date as timestamp) >= spans.from_local
        and cast(ledger.production_date as timestamp) + interval 1 day <= spans.to_local
    group by spans.site, spans.month, spans.process, spans.event_kind
),

metered as (
    select
        spans.site,
        spans.month,
        spans.process,
        spans.event_kind,
        meters.commodity,
        sum(cast(readings.quantity as decimal(26, 6)) * cast(meters.multiplier as decimal(12, 6))) as quantity
    from spans
    inner join meters
        on spans.site = meters.site
        and spans.month = meters.period
        and spans.process = meters.process
    inner join meter_documents
        on meters.site = meter_documents.site
        and meters.period = meter_documents.period
        and meters.meter = meter_documents.meter
    inner join readings
        on meter_documents.site = readings.site
        and meter_documents.evidence_id = readings.evidence_id
        and meter_documents.meter = readings.meter
        and readings.interval_start_local >= spans.from_local
        and readings.interval_start_local < spans.to_local
    left join superseded
        on readings.site = superseded.site
        and readings.meter = superseded.meter
        and readings.evidence_id = superseded.evidence_id
        and readings.record_number = superseded.record_number
    where superseded.meter is null
    group by spans.site, spans.month, spans.process, spans.event_kind, meters.commodity
),

-- Meters of one commodity that count in different units have no common share.
totals as (
    select
        site,
        period as month,
        process,
        commodity,
        cast(sum(quantity_total * multiplier) as double) as quantity_total
    from meters
    group by site, period, process, commodity
    having count(distinct unit) = 1
        and sum(quantity_total * multiplier) > 0
),

event_shares as (
    select
        hours.*,
        electricity_totals.quantity_total is not null as has_electricity,
        fuel_totals.quantity_total is not null as has_fuel,
        coalesce(cast(electricity.quantity as double), 0) / electricity_totals.quantity_total as electricity_share,
        coalesce(cast(fuel.quantity as double), 0) / fuel_totals.quantity_total as fuel_share,
        coalesce(made.quantity, 0) as event_quantity
    from hours
    left join totals as electricity_totals
        on hours.site = electricity_totals.site
        and hours.month = electricity_totals.month
        and hours.process = electricity_totals.process
        and electricity_totals.commodity = 'electricity'
    left join metered as electricity
        on hours.site = electricity.site
        and hours.month = electricity.month
        and hours.process = electricity.process
        and hours.event_kind = electricity.event_kind
        and electricity.commodity = 'electricity'
    left join totals as fuel_totals
        on hours.site = fuel_totals.site
        and hours.month = fuel_totals.month
        and hours.process = fuel_totals.process
        and fuel_totals.commodity = 'natural_gas'
    left join metered as fuel
        on hours.site = fuel.site
        and hours.month = fuel.month
        and hours.process = fuel.process
        and hours.event_kind = fuel.event_kind
        and fuel.commodity = 'natural_gas'
    left join made
        on hours.site = made.site
        and hours.month = made.month
        and hours.process = made.process
        and hours.event_kind = made.event_kind
),

abnormal as (
    select
        event_shares.site,
        event_shares.period,
        event_shares.month,
        event_shares.process,
        event_shares.event_kind as operation_mode,
        event_shares.event_hours,
        event_shares.event_quantity,
        coalesce(event_shares.electricity_share, 0) as electricity_share,
        case
            when event_shares.has_fuel then 'fuel_meter'
            when event_shares.has_electricity then 'electricity_meter'
            else 'none'
        end as direct_key,
        {{ line_value('attributed.electricity * coalesce(event_shares.electricity_share, 0)') }} as electricity_mwh,
        {{ line_value(
            'cast(attributed.attributed_direct_tco2e as double)'
            ~ ' * coalesce(event_shares.fuel_share, event_shares.electricity_share, 0)'
        ) }} as direct_tco2e,
        {{ line_value(
            'coalesce(cast(attributed.attributed_indirect_tco2e as double), 0)'
            ~ ' * coalesce(event_shares.electricity_share, 0)'
        ) }} as indirect_tco2e
    from event_shares
    inner join attributed
        on event_shares.site = attributed.site
        and event_shares.month = attributed.period
        and event_shares.process = attributed.process
    where attributed.attributed_direct_tco2e is not null
),

sums as (
    select
        site,
        period,
        month,
        process,
        max(direct_key) as direct_key,
        sum(event_hours) as event_hours,
        sum(event_quantity) as event_quantity,
        sum(electricity_mwh) as electricity_mwh,
        sum(direct_tco2e) as direct_tco2e,
        sum(indirect_tco2e) as indirect_tco2e
    from abnormal
    group by site, period, month, process
),

listed as (
    select
        site,
        period,
        month,
        process,
        operation_mode,
        direct_key,
        event_hours,
        event_quantity as quantity,
        electricity_mwh,
        direct_tco2e,
        indirect_tco2e
    from abnormal

    union all

    select
        sums.site,
        sums.period,
        sums.month,
        sums.process,
        'normal',
        sums.direct_key,
        cast({{ minutes_between('cast(months.period_start as timestamp)', 'cast(months.period_end as timestamp)') }} as double)
        / 60 - sums.event_hours,
        processes.activity_level - sums.event_quantity,
        {{ line_value('attributed.electricity') }} - sums.electricity_mwh,
        attributed.attributed_direct_tco2e - sums.direct_tco2e,
        coalesce(attributed.attributed_indirect_tco2e, 0) - sums.indirect_tco2e
    from sums
    inner join months
        on sums.month = months.period
    inner join attributed
        on sums.site = attributed.site
        and sums.month = attributed.period
        and sums.process = attributed.process
    inner join processes
        on sums.site = processes.site
        and sums.month = processes.period
        and sums.process = processes.process
),

compared as (
    select
        listed.*,
        processes.activity_unit,
        attributed.direct_line_id,
        attributed.indirect_line_id,
        listed.direct_tco2e + listed.indirect_tco2e as emissions_tco2e,
        cast(attributed.attributed_direct_tco2e + coalesce(attributed.attributed_indirect_tco2e, 0) as double)
        / nullif(cast(processes.activity_level as double), 0) as all_hours_intensity_tco2e_per_t
    from listed
    inner join attributed
        on listed.site = attributed.site
        and listed.month = attributed.period
        and listed.process = attributed.process
    inner join processes
        on listed.site = processes.site
        and listed.month = processes.period
        and listed.process = processes.process
)

select
    month,
    process,
    operation_mode,
    event_hours,
    direct_key,
    quantity,
    activity_unit,
    electricity_mwh,
    direct_tco2e,
    indirect_tco2e,
    emissions_tco2e,
    cast(emissions_tco2e as double) / nullif(cast(quantity as double), 0) as intensity_tco2e_per_t,
    all_hours_intensity_tco2e_per_t,
    case
        when direct_key = 'none'
            then 'no meter of the process shows its hours: nothing can be told apart · 製程無分時電表，無法區分'
        when direct_key = 'electricity_meter'
            then 'direct emissions by the hours'' electricity: no meter shows their fuel · 無分時燃料表，直接排放依用電分配'
    end as note,
    direct_line_id,
    indirect_line_id,
    site,
    period
from compared
