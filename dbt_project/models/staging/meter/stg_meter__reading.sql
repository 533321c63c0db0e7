with
readings as (
    select * from {{ source('raw', 'meter_reading') }}
)

-- Evidence that no longer counts is dropped after aggregation, by models that group by evidence_id: a join here would
-- cost more than the sum itself. What a channel says of its readings (stg_meter__channel) is joined there too.
select
    site,
    evidence_id,
    record_number,
    meter,
    interval_start_local,
    {{ utc_of_landing('interval_start_local') }} as interval_start_utc,
    {{ utc_of_landing('interval_start_local') }} + interval_minutes * interval 1 minute as interval_end_utc,
    interval_minutes,
    quantity,
    unit,
    quality
from readings
