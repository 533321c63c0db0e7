{{ scoped() }}

-- Activities by what their factor is about. Services multiply two quantities of each record; energy counts a second time
-- for what comes before its use (scope 3 category 3).
with
records as (
    select * from {{ ref('calc_organisation_record') }}
    where {{ in_scope() }}
        and basis <> 'booked_elsewhere'
),

consumption as (
    select * from {{ ref('calc_organisation_consumption') }}
    where {{ in_scope() }}
        and control = 'tenant'
),

fuels as (
    select * from {{ ref('calc_taiwan_activity') }}
    where {{ in_scope() }}
        and method = 'combustion'
),

grouped as (
    select
        site,
        period,
        item_class,
        factor_subject,
        activity_unit,
        is_service,
        sum(case
            when is_service then {{ line_value('cast(amount as double) * cast(distance as double)') }}
            else amount
        end) as activity_exact,
        count(*) as record_count,
        sum(case when amount is null or (is_service and distance is null) then 1 else 0 end) as unreadable_count
    from records
    group by site, period, item_class, factor_subject, activity_unit, is_service
)

select
    item_class,
    factor_subject,
    activity_unit,
    case when is_service then 'organisation_service' else 'organisation_quantity' end as formula_name,
    cast(activity_exact as double) as activity,
    {{ line_id("'organisation_activity'", "item_class || '/' || factor_subject || '/' || activity_unit") }}
        as activity_id,
    cast(record_count as bigint) as record_count,
    cast(unreadable_count as bigint) as unreadable_count,
    site,
    period
from grouped

union all

select
    'fuel_and_energy' as item_class,
    'ELECTRICITY-UPSTREAM' as factor_subject,
    'MWh' as activity_unit,
    cast(null as varchar) as formula_name,
    consumed as activity,
    consumed_id as activity_id,
    cast(1 as bigint) as record_count,
    cast(0 as bigint) as unreadable_count,
    site,
    period
from consumption

union all

select
    'fuel_and_energy' as item_class,
    material || '-UPSTREAM' as factor_subject,
    activity_unit,
    'total_sum' as formula_name,
    cast(sum(cast(activity as decimal(38, 12))) as double) as activity,
    {{ line_id("'organisation_activity'", "'fuel_and_energy/' || material || '-UPSTREAM/' || activity_unit") }}
        as activity_id,
    cast(count(*) as bigint) as record_count,
    cast(0 as bigint) as unreadable_count,
    site,
    period
from fuels
group by material, activity_unit, site, period
