with
readings as (
    select * from {{ source('raw', 'meter_reading') }}
)

-- Evidence that no longer counts is dropped after aggregation, by models that group by evidence_id: a join here would
-- cost more than the sum itself.
select
    site,
    evidence_id,
    record_number,
    meter,
    interval_start_local,
    interval_minutes,
    quantity,
    unit,
    quality
from readings
where {{ in_scope_site('site') }}
