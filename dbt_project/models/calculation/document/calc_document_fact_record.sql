select
    cast(null as varchar) as site,
    cast(null as varchar) as period,
    cast(null as varchar) as fact_id,
    cast(null as varchar) as raw_table,
    cast(null as varchar) as evidence_id,
    cast(null as bigint) as record_number,
    cast(null as varchar) as role,
    cast(null as decimal(38,12)) as quantity,
    cast(null as double) as share
where false
