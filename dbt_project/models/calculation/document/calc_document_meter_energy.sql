{{ scoped() }}

with
meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope() }}
        and commodity = 'electricity'
),

gap_facts as (
    select
        site,
        period,
        subject as meter,
        sum(value_exact) as fill_quantity,
        max(case when object = 'gap_mean_plus_2_sigma' then 1 else 0 end) as has_long_gap
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'meter_gap'
    group by site, period, subject
),

entries as (
    select
        site,
        period,
        subject as meter,
        value_exact as entered_mwh
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'meter_entry'
),

registers as (
    select
        site,
        period,
        subject,
        max(case when data_quality = 'estimated' then 1 else 0 end) as has_estimate
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'meter_register'
    group by site, period, subject
),

units as (
    select * from {{ ref('calc_document_unit') }}
    where canonical_unit = 'MWh'
)

select
    meter_totals.meter,
    meter_totals.role,
    meter_totals.process,
    meter_totals.account,
    meter_totals.multiplier,
    round(1 / units.factor, 9) as units_per_mwh,
    meter_totals.quantity_total,
    meter_totals.register_quantity,
    coalesce(gap_facts.fill_quantity, cast(0 as decimal(38, 12))) as fill_quantity,
    meter_totals.record_count,
    meter_totals.missing_interval_count,
    coalesce(gap_facts.has_long_gap, 0) = 1 as has_long_gap,
    cast(
        (
            cast(meter_totals.quantity_total as double)
            + cast(coalesce(gap_facts.fill_quantity, 0) as double)
            + cast(coalesce(meter_totals.register_quantity, 0) as double)
        )
        * cast(meter_totals.multiplier as double)
        / round(1 / units.factor, 9)
        + cast(coalesce(entries.entered_mwh, 0) as double) as decimal(38, 12)
    ) as energy_mwh,
    coalesce(entries.entered_mwh, cast(0 as decimal(38, 12))) as entered_mwh,
    case
        when entries.entered_mwh is not null or registers.has_estimate = 1 then 'estimated'
        when cast(meter_totals.estimated_quantity as double) + cast(coalesce(gap_facts.fill_quantity, 0) as double)
            > cast(meter_totals.quantity_total as double) / 20
            then 'estimated'
        else 'measured'
    end as data_quality,
    'line:' || meter_totals.site || ':' || meter_totals.period || ':-:meter_electricity:' || meter_totals.meter
        as line_id,
    meter_totals.site,
    meter_totals.period
from meter_totals
inner join units
    on meter_totals.unit = units.unit
left join gap_facts
    on meter_totals.site = gap_facts.site
    and meter_totals.period = gap_facts.period
    and meter_totals.meter = gap_facts.meter
left join entries
    on meter_totals.site = entries.site
    and meter_totals.period = entries.period
    and meter_totals.meter = entries.meter
left join registers
    on meter_totals.site = registers.site
    and meter_totals.period = registers.period
    and meter_totals.meter = registers.subject
where meter_totals.record_count > 0
    or meter_totals.register_quantity is not null
    or entries.meter is not null
