select
    cast(null as varchar) as site,
    cast(null as varchar) as period,
    cast(null as varchar) as series,
    cast(null as varchar) as process,
    cast(null as double) as electricity_factor_tco2_per_mwh,
    cast(null as varchar) as electricity_factor_id,
    cast(null as varchar) as factor_source,
    cast(null as varchar) as factor_match
where false
