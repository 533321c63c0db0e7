with
measurements as (
    select * from {{ source('raw', 'pfc_measurement') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    measurements.site,
    measurements.evidence_id,
    measurements.record_number,
    {{ landed_date('measurements.measured_on') }} as measured_on,
    {{ landed_text('measurements.source_stream') }} as source_stream,
    {{ landed_text('measurements.cell_type') }} as cell_type,
    {{ landed_number('measurements.aluminium_quantity') }} as aluminium_quantity,
    {{ landed_text('measurements.aluminium_unit') }} as aluminium_unit,
    {{ landed_number('measurements.cell_days') }} as cell_days,
    {{ landed_number('measurements.anode_effects') }} as anode_effects,
    {{ landed_number('measurements.mean_duration_minutes') }} as mean_duration_minutes,
    {{ landed_number('measurements.anode_effect_minutes') }} as anode_effect_minutes,
    {{ landed_number('measurements.overvoltage_mv') }} as overvoltage_mv,
    {{ landed_number('measurements.current_efficiency_pct') }} as current_efficiency_pct
from measurements
inner join active_evidence
    on measurements.site = active_evidence.site
    and measurements.evidence_id = active_evidence.evidence_id
