with
certificates as (
    select * from {{ source('raw', 'lab_certificate') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

factor_units as (
    select * from {{ ref('factor_unit') }}
),

streams as (
    select distinct site, source_stream, material
    from {{ ref('stg_master__source_stream') }}
),

typed as (
    select
        certificates.site,
        certificates.evidence_id,
        certificates.record_number,
        active_evidence.arrival_order,
        {{ landed_text('certificates.certificate_number') }} as certificate_number,
        {{ landed_text('certificates.material') }} as material,
        lower({{ landed_text('certificates.parameter') }}) as parameter,
        {{ landed_text('certificates.value') }} as published_value,
        {{ landed_factor('certificates.value') }} as printed_number,
        {{ landed_text('certificates.unit') }} as published_unit,
        {{ landed_text('certificates.basis') }} as basis,
        {{ landed_date('certificates.sample_date') }} as sample_date,
        {{ landed_date('certificates.valid_from') }} as valid_from,
        -- A certificate without an end holds for two years from sampling (IR (EU) 2025/2547, Annex II, B.5.2).
        case
            when {{ landed_text('certificates.valid_to') }} is null
                then cast({{ landed_date('certificates.sample_date') }} + interval 2 year as date)
            else {{ landed_date('certificates.valid_to') }}
        end as valid_to,
        {{ landed_text('certificates.laboratory') }} as laboratory,
        {{ landed_text('certificates.accreditation_number') }} as accreditation_number,
        {{ landed_date('certificates.accreditation_valid_to') }} as accreditation_valid_to,
        {{ landed_text('certificates.method') }} as method,
        {{ landed_text('certificates.accreditation_body') }} as accreditation_body,
        {{ landed_text('certificates.accreditation_scope') }} as accreditation_scope,
        {{ landed_number('certificates.uncertainty') }} as uncertainty,
        {{ landed_text('certificates.uncertainty_unit') }} as uncertainty_unit,
        {{ landed_number('certificates.coverage_factor') }} as coverage_factor,
        {{ landed_text('certificates.instrument') }} as instrument,
        {{ landed_date('certificates.calibrated_on') }} as calibration_date,
        {{ landed_text('certificates.calibration_standard') }} as calibration_standard,
        {{ landed_text('certificates.calibration_curve') }} as calibration_curve,
        {{ landed_number('certificates.calibration_r_squared') }} as calibration_r_squared,
        {{ landed_factor('certificates.calibration_from') }} as calibration_from,
        {{ landed_factor('certificates.calibration_to') }} as calibration_to,
        {{ landed_text('certificates.source_stream') }} as source_stream
    from certificates
    inner join active_evidence
        on certificates.site = active_evidence.site
        and certificates.evidence_id = active_evidence.evidence_id
),

converted as (
    select
        typed.*,
        factor_units.canonical_unit as unit,
        typed.printed_number * factor_units.factor as value,
        typed.source_stream is not null and streams.source_stream is null as is_of_no_stream
    from typed
    left join streams
        on typed.site = streams.site
        and typed.material = streams.material
        and typed.source_stream = streams.source_stream
    left join factor_units
        on typed.parameter = factor_units.parameter
        and {{ factor_unit_key('typed.published_unit') }} = factor_units.unit_key
),

judged as (
    select
        *,
        case
            when parameter is null
                or parameter not in (select parameter from factor_units where parameter <> 'electricity_factor')
                then 'unknown_parameter'
            when printed_number is null then 'unreadable_value'
            when unit is null then 'unknown_unit'
            when {{ impossible_factor('parameter', 'value') }} then 'impossible_value'
            when valid_from is null or valid_to is null or valid_to <= valid_from then 'unreadable_date'
            when parameter = 'ncv' and regexp_extract(lower(coalesce(basis, '')), 'gross|gcv|hhv|higher|高位|總熱值', 0) <> ''
                then 'gross_basis'
            when is_of_no_stream then 'unknown_source_stream'
            when accreditation_number is null then 'no_accreditation'
            when sample_date is null or accreditation_valid_to is null or accreditation_valid_to <= sample_date
                then 'accreditation_expired'
        end as refusal_code
    from converted
)

select
    site,
    evidence_id,
    record_number,
    arrival_order,
    certificate_number || '/' || material || '/' || parameter || coalesce('/' || source_stream, '') as factor_code,
    certificate_number,
    material,
    source_stream,
    parameter,
    value,
    unit,
    published_value,
    printed_number,
    published_unit,
    basis,
    sample_date,
    valid_from,
    valid_to,
    laboratory,
    accreditation_number,
    accreditation_valid_to,
    method,
    accreditation_body,
    accreditation_scope,
    uncertainty,
    uncertainty_unit,
    coverage_factor,
    instrument,
    calibration_date,
    calibration_standard,
    calibration_curve,
    calibration_r_squared,
    calibration_from,
    calibration_to,
    coalesce(printed_number < calibration_from or printed_number > calibration_to, false) as is_outside_calibration,
    refusal_code is null as is_usable,
    refusal_code
from judged
