-- No site or period in this view: it stands between two refreshes, and its readers ask for theirs. Arithmetic within
-- a record is done in double and kept with twelve decimals.
with
aluminium as (
    select
        measurements.site,
        measurements.measured_on,
        measurements.source_stream,
        measurements.evidence_id,
        measurements.record_number,
        units.canonical_unit,
        {{ converted('measurements.aluminium_quantity', 'units.factor') }} as aluminium_quantity
    from {{ ref('stg_measurement__pfc') }} as measurements
    inner join {{ ref('calc_document_unit') }} as units
        on measurements.aluminium_unit = units.unit
),

cells as (
    select
        site,
        measured_on,
        source_stream,
        evidence_id,
        record_number,
        {%- for name in [
            'cell_days', 'anode_effects', 'mean_duration_minutes', 'anode_effect_minutes', 'overvoltage_mv',
            'current_efficiency_pct'
        ] %}
        cast({{ name }} as double) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_measurement__pfc') }}
),

-- Carbon dioxide as what all other gases leave (eq. 17), at 44.01 kg/kmol and 22.414 Nm3/kmol; flue gas from the air
-- and its oxygen (eq. 29).
stacks as (
    select
        site,
        measured_on,
        source_stream,
        evidence_id,
        record_number,
        coalesce(cast(valid_pct as double), 100) as valid_pct,
        coalesce(
            cast(concentration_g_per_nm3 as double), (100 - cast(other_gases_pct as double)) / 100 * 44010 / 22.414
        ) as concentration,
        coalesce(
            cast(flow_nm3_per_h as double),
            cast(air_nm3_per_h as double) * (1 - 0.2095) / (1 - cast(oxygen_pct as double) / 100)
        ) as flow
    from {{ ref('stg_measurement__cems') }}
),

hours as (
    select
        *,
        concentration is not null and flow is not null and valid_pct >= 80 as is_valid
    from stacks
),

measured as (
    -- Aluminium is the activity data of equations 21 and 24.
    select
        site,
        measured_on,
        source_stream,
        'activity' as fact_type,
        'consumption' as quantity_name,
        canonical_unit as unit,
        'pfc_measurement' as raw_table,
        evidence_id,
        record_number,
        aluminium_quantity as quantity
    from aluminium

    union all

    {{ measured_rows('cells', 'pfc_measurement', pfc_quantities()) }}

    union all

    {{ measured_rows('hours', 'cems_reading', cems_quantities()) }}
)

select *
from measured
where quantity is not null
