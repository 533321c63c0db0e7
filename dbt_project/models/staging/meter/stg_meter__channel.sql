with
channels as (
    select * from {{ source('raw', 'meter_channel') }}
),

typed as (
    select
        site,
        evidence_id,
        record_number,
        meter,
        service_point,
        register,
        serial_number,
        commodity,
        flow_direction,
        unit,
        base_unit,
        cast({{ landed_number('power_of_ten_multiplier') }} as integer) as power_of_ten_multiplier,
        cast({{ landed_number('multiplier') }} as decimal(18, 6)) as multiplier,
        coalesce(accumulation, 'interval') as accumulation,
        interval_label,
        -- Several lengths in one channel leave a rate without the hours that make it a quantity.
        cast({{ landed_number('interval_minutes') }} as integer) as interval_minutes,
        source_zone,
        quality_codes
    from channels
)

select
    site,
    evidence_id,
    record_number,
    meter,
    service_point,
    register,
    serial_number,
    commodity,
    flow_direction,
    unit,
    case
        when unit like '10^%' and accumulation = 'rate' then {{ unit_of_rate('base_unit') }}
        when unit like '10^%' then base_unit
        when accumulation = 'rate' then {{ unit_of_rate('unit') }}
        else unit
    end as quantity_unit,
    cast(
        case when unit like '10^%' then power(10, power_of_ten_multiplier) else 1 end
        * case when accumulation = 'rate' then cast(interval_minutes as double) / 60 else 1 end
        as decimal(18, 6)
    ) as unit_scale,
    multiplier,
    accumulation,
    interval_label,
    interval_minutes,
    source_zone,
    quality_codes
from typed
