with
clocks as (
    select * from {{ source('raw', 'meter_clock') }}
)

select
    site,
    evidence_id,
    record_number,
    meter,
    from_utc,
    coalesce(
        lead(from_utc) over (partition by site, evidence_id, meter order by from_utc, record_number),
        timestamp '9999-12-31'
    ) as until_utc,
    utc_offset_minutes
from clocks
