select
    cast(null as varchar) as site,
    cast(null as varchar) as period,
    cast(null as varchar) as series,
    cast(null as varchar) as subject_type,
    cast(null as varchar) as subject,
    cast(null as varchar) as parameter,
    cast(null as double) as value,
    cast(null as varchar) as unit,
    cast(null as varchar) as factor_id,
    cast(null as varchar) as factor_version,
    cast(null as varchar) as factor_source,
    cast(null as varchar) as source_class,
    cast(null as varchar) as factor_match,
    cast(null as varchar) as reason
where false
