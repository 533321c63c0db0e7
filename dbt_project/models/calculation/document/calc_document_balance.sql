select
    cast(null as varchar) as site,
    cast(null as varchar) as period,
    cast(null as varchar) as balance,
    cast(null as varchar) as subject,
    cast(null as decimal(38,12)) as expected_quantity,
    cast(null as decimal(38,12)) as found_quantity,
    cast(null as decimal(38,12)) as difference_quantity,
    cast(null as varchar) as unit,
    cast(null as double) as tolerance_share,
    cast(null as double) as deviation_share,
    cast(null as varchar) as severity,
    cast(null as varchar) as message,
    cast(null as varchar) as message_zh,
    cast(null as varchar) as evidence_note
where false
