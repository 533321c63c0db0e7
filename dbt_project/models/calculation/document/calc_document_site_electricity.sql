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

-- Power of the site's own making: what the generators of processes show to which a fuel is attributed as power, less what
-- is sold.
generators as (
    select distinct
        periods.site,
        periods.period,
        attributions.process
    from {{ ref('stg_master__attribution') }} as attributions
    inner join periods
        on attributions.site = periods.site
        and attributions.valid_from < periods.period_end
        and attributions.valid_to > periods.period_start
    where attributions.attribution_method in ('power', 'chp_power')
),

own as (
    select
        meter_energy.site,
        meter_energy.period,
        sum(case when meter_energy.role = 'export' then meter_energy.energy_mwh else -meter_energy.energy_mwh end)
            as energy_mwh,
        max(case when meter_energy.role = 'surplus' then 1 else 0 end) = 1 as has_surplus,
        max(case when meter_energy.data_quality = 'estimated' then 1 else 0 end) as is_estimated
    from meter_energy
    left join generators
        on meter_energy.site = generators.site
        and meter_energy.period = generators.period
        and meter_energy.process = generators.process
    where (meter_energy.role = 'export' and generators.process is not null)
        or meter_energy.role = 'surplus'
    group by meter_energy.site, meter_energy.period
    having count(generators.process) > 0
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
            when own.energy_mwh is not null then 'own_power'
            when process_meters.energy_mwh is not null then 'process_meter'
        end as electricity_source,
        own.energy_mwh as own_mwh,
        own.has_surplus,
        own.is_estimated as is_own_estimated,
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
    left join own
        on periods.site = own.site
        and periods.period = own.period
),

bought as (
    select
        *,
        case electricity_source
            when 'main_meter' then main_meter_mwh
            when 'bill' then billed_mwh
            when 'own_power' then cast(0 as decimal(38, 12))
            else process_meter_mwh
        end as electricity_mwh,
        {{ line_id("'installation_electricity'", "'site'") }} as line_id,
        case when own_mwh is not null then {{ line_id("'own_power'", "'site'") }} end as own_line_id
    from sources
    where electricity_source is not null
)

-- `electricity_mwh` is bought, `supply_mwh` with what the site made and used itself.
select
    electricity_source,
    electricity_mwh,
    case
        when electricity_source = 'main_meter' and (is_meter_estimated = 1 or is_incomplete = 1) then 'estimated'
        when electricity_source = 'bill' and is_bill_estimated = 1 then 'estimated'
        when is_own_estimated = 1 then 'estimated'
        else 'measured'
    end as data_quality,
    main_meter_mwh,
    billed_mwh,
    process_meter_mwh,
    own_mwh,
    has_surplus,
    own_line_id,
    electricity_mwh + coalesce(own_mwh, cast(0 as decimal(38, 12))) as supply_mwh,
    case when own_mwh is null then line_id else {{ line_id("'electricity_supply'", "'site'") }} end as supply_line_id,
    line_id,
    site,
    period
from bought
