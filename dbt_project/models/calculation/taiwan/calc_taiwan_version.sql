{{ scoped() }}

with
periods as (
    select
        calc_period.site,
        calc_period.period,
        calc_period.period_start,
        calc_period.period_end
    from {{ ref('calc_period') }} as calc_period
    inner join {{ ref('stg_master__site') }} as sites
        on calc_period.site = sites.site
        and sites.country_code = 'TW'
    where {{ in_scope('calc_period.site', 'calc_period.period') }}
        and calc_period.period_type = 'year'
        and calc_period.input_source = 'document'
),

-- The inventory of the law is a plant's; an office without processes has that of an organisation only, for which its
-- refrigerants, septic tanks and steam are computed in one version.
plants as (
    select site, period, max(is_plant) as is_plant
    from (
        select site, period, 1 as is_plant
        from {{ ref('calc_process') }}
        where {{ in_scope() }}
        union all
        select site, period, 0 as is_plant
        from {{ ref('calc_taiwan_fact') }}
        where {{ in_scope() }}
            and fact_type = 'inventory_source'
    ) as sites_with_sources
    group by site, period
),

green as (
    select * from {{ ref('calc_taiwan_green') }}
    where {{ in_scope() }}
),

versions as (
    select * from {{ ref('taiwan_inventory_version') }}
)

select
    versions.series,
    versions.event,
    versions.factor_set,
    versions.gwp_set,
    versions.is_green_assumed,
    versions.series = versions.event as is_statutory,
    plants.is_plant = 1 as is_plant,
    {{ known_by("cast(cast(cast(periods.period as integer) + 1 as varchar) || '-' || versions.known_on_day as date)") }}
        as known_on,
    periods.period_start,
    periods.period_end,
    periods.site,
    periods.period
from periods
inner join plants
    on periods.site = plants.site
    and periods.period = plants.period
cross join versions
left join green
    on periods.site = green.site
    and periods.period = green.period
where (plants.is_plant = 1 or versions.series = 'verified')
    and (not versions.is_green_assumed or green.green_electricity_mwh > 0)
