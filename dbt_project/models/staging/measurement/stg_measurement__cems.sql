with
readings as (
    select * from {{ source('raw', 'cems_reading') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    readings.site,
    readings.evidence_id,
    readings.record_number,
    {{ landed_date('readings.measured_on') }} as measured_on,
    cast({{ landed_number('readings.hour') }} as integer) as hour_of_day,
    {{ landed_text('readings.source_stream') }} as source_stream,
    {{ landed_number('readings.concentration_g_per_nm3') }} as concentration_g_per_nm3,
    {{ landed_number('readings.other_gases_pct') }} as other_gases_pct,
    {{ landed_number('readings.flow_nm3_per_h') }} as flow_nm3_per_h,
    {{ landed_number('readings.air_nm3_per_h') }} as air_nm3_per_h,
    {{ landed_number('readings.oxygen_pct') }} as oxygen_pct,
    {{ landed_number('readings.valid_pct') }} as valid_pct
from readings
inner join active_evidence
    on readings.site = active_evidence.site
    and readings.evidence_id = active_evidence.evidence_id
