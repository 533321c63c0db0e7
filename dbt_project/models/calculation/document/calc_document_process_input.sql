select
    cast(null as varchar) as site,
    cast(null as varchar) as period,
    cast(null as varchar) as process,
    cast(null as varchar) as process_name,
    cast(null as varchar) as good_category,
    cast(null as varchar) as production_route,
    cast(null as decimal(38,12)) as activity_level,
    cast(null as varchar) as activity_level_unit,
    cast(null as varchar) as activity_level_id,
    cast(null as decimal(38,12)) as electricity_mwh,
    cast(null as varchar) as electricity_id
where false
