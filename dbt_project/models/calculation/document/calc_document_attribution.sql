select
    cast(null as varchar) as site,
    cast(null as varchar) as period,
    cast(null as varchar) as source_stream,
    cast(null as varchar) as process,
    cast(null as varchar) as attribution_method,
    cast(null as double) as share,
    cast(null as varchar) as numerator_id,
    cast(null as varchar[]) as denominator_ids
where false
