select
    cast(null as varchar) as site,
    cast(null as varchar) as period,
    cast(null as varchar) as period_type,
    cast(null as date) as period_start,
    cast(null as date) as period_end
where false
