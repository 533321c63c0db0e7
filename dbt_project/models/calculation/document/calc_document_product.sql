select
    cast(null as varchar) as site,
    cast(null as varchar) as period,
    cast(null as varchar) as product,
    cast(null as varchar) as product_name,
    cast(null as varchar) as cn_code,
    cast(null as varchar) as process,
    cast(null as decimal(38,12)) as quantity_t,
    cast(null as varchar) as quantity_id
where false
