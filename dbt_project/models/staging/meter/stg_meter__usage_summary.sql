with
summaries as (
    select * from {{ source('raw', 'meter_usage_summary') }}
),

typed as (
    select
        site,
        evidence_id,
        record_number,
        service_point,
        cast({{ landed_number('period_start_epoch_s') }} as bigint) as start_epoch_s,
        cast({{ landed_number('period_duration_s') }} as bigint) as duration_s,
        {{ landed_number('quantity') }} as quantity,
        cast(coalesce({{ landed_number('power_of_ten_multiplier') }}, 0) as integer) as power_of_ten_multiplier,
        {{ landed_text('base_unit') }} as base_unit
    from summaries
    -- What was used so far in a period that has not ended is measured against nothing.
    where quantity_name = 'overallConsumptionLastPeriod'
)

-- Without scope, so that the view stands between refreshes.
select
    site,
    evidence_id,
    record_number,
    service_point,
    timestamp '1970-01-01 00:00:00' + start_epoch_s * interval 1 second as period_start_utc,
    timestamp '1970-01-01 00:00:00' + (start_epoch_s + duration_s) * interval 1 second as period_end_utc,
    duration_s,
    cast(cast(quantity as double) * power(10, power_of_ten_multiplier) as decimal(38, 12)) as quantity,
    base_unit as unit
from typed
where start_epoch_s between 0 and 4102444800
    and duration_s between 1 and 34560000
    and quantity is not null
    and power_of_ten_multiplier between -12 and 12
