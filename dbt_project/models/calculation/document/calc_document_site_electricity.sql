{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope() }}
        and commodity = 'electricity'
        and role = 'main'
),

meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
),

bill_facts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'bill'
),

parts as (
    select * from {{ ref('calc_document_calendar_part') }}
    where {{ in_scope_site() }}
        and part_source = 'bill'
        and role = 'bill'
),

main_meters as (
    select
        meter_totals.site,
        meter_totals.period,
        sum(meter_energy.energy_mwh) as energy_mwh,
        max(case
            when meter_energy.meter is null or meter_energy.has_long_gap then 1
            else 0
        end) as is_incomplete,
        max(case when meter_energy.data_quality = 'estimated' then 1 else 0 end) as is_estimated
    from meter_totals
    left join meter_energy
        on meter_totals.site = meter_energy.site
        and meter_totals.period = meter_energy.period
        and meter_totals.meter = meter_energy.meter
    group by meter_totals.site, meter_totals.period
),

-- Bills serve as the site's electricity only where they cover every day of the period.
billed_days as (
    select
        periods.site,
        periods.period,
        parts.subject,
        sum(parts.part_days) as day_count
    from parts
    inner join periods
        on parts.site = periods.site
        and parts.month_start >= periods.period_start
        and parts.month_start < periods.period_end
    group by periods.site, periods.period, parts.subject
),

covered as (
    select
        billed_days.site,
        billed_days.period,
        min(billed_days.day_count) as day_count
    from billed_days
    group by billed_days.site, billed_days.period
),

bills as (
    select
        site,
        period,
        sum(value_exact) as energy_mwh,
        max(case when data_quality = 'estimated' then 1 else 0 end) as is_estimated
    from bill_facts
    group by site, period
),

process_meters as (
    select
        site,
        period,
        sum(energy_mwh) as energy_mwh
    from meter_energy
    where role = 'process'
    group by site, period
),

sources as (
    select
        periods.site,
        periods.period,
        main_meters.energy_mwh as main_meter_mwh,
        bills.energy_mwh as billed_mwh,
        process_meters.energy_mwh as process_meter_mwh,
        case
            when main_meters.energy_mwh is not null and main_meters.is_incomplete = 0 then 'main_meter'
            when bills.energy_mwh is not null
                and covered.day_count >= {{ dbt.datediff('periods.period_start', 'periods.period_end', 'day') }}
                then 'bill'
            when main_meters.energy_mwh is not null then 'main_meter'
            when bills.energy_mwh is not null then 'bill'
            when process_meters.energy_mwh is not null then 'process_meter'
        end as electricity_source,
        main_meters.is_incomplete,
        main_meters.is_estimated as is_meter_estimated,
        bills.is_estimated as is_bill_estimated
    from periods
    left join main_meters
        on periods.site = main_meters.site
        and periods.period = main_meters.period
    left join bills
        on periods.site = bills.site
        and periods.period = bills.period
    left join covered
        on periods.site = covered.site
        and periods.period = covered.period
    left join process_meters
        on periods.site = process_meters.site
        and periods.period = process_meters.period
)

select
    electricity_source,
    case electricity_source
        when 'main_meter' then main_meter_mwh
        when 'bill' then billed_mwh
        else process_meter_mwh
    end as electricity_mwh,
    case
        when electricity_source = 'main_meter' and (is_meter_estimated = 1 or is_incomplete = 1) then 'estimated'
        when electricity_source = 'bill' and is_bill_estimated = 1 then 'estimated'
        else 'measured'
    end as data_quality,
    main_meter_mwh,
    billed_mwh,
    process_meter_mwh,
    'line:' || site || ':' || period || ':-:installation_electricity:site' as line_id,
    site,
    period
from sources
where electricity_source is not null
