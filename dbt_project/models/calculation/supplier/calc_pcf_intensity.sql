-- What a supplier's product footprint says about a kilogram, or why it cannot say it.
with
footprints as (
    select * from {{ ref('stg_supplier__pcf') }}
),

units as (
    select * from {{ ref('footprint_unit') }}
),

reasons as (
    select * from {{ ref('footprint_null_reason') }}
),

weighed as (
    select
        footprints.*,
        case
            when footprints.product_mass_kg > 0 then footprints.product_mass_kg
            when units.quantity = 'mass' then footprints.declared_amount * units.factor
        end as declared_mass_kg,
        case
            when footprints.pcf_excluding_biogenic_kgco2e is null then 'no_value'
            when footprints.declared_amount is null or footprints.declared_amount <= 0 then 'no_declared_unit'
            when not footprints.is_for_declared_amount and footprints.declared_amount <> 1 then 'declared_unit_ambiguous'
            when coalesce(footprints.product_mass_kg, 0) <= 0 and coalesce(units.quantity, '') <> 'mass' then 'no_mass'
        end as null_reason
    from footprints
    left join units
        on footprints.declared_unit_key = units.unit_key
)

select
    weighed.evidence_id,
    weighed.record_number,
    weighed.arrival_order,
    weighed.standard,
    weighed.pcf_id,
    weighed.pcf_version,
    weighed.is_superseded,
    weighed.created_date,
    weighed.company_name,
    weighed.product_name,
    weighed.product_ids,
    weighed.country_code,
    weighed.valid_from,
    weighed.valid_to,
    weighed.declared_amount,
    weighed.declared_unit,
    weighed.declared_mass_kg,
    weighed.pcf_excluding_biogenic_kgco2e,
    weighed.pcf_including_biogenic_kgco2e,
    case
        when weighed.null_reason is null then weighed.pcf_excluding_biogenic_kgco2e / weighed.declared_mass_kg
    end as pcf_excluding_biogenic_kgco2e_per_kg,
    case
        when weighed.null_reason is null then weighed.pcf_including_biogenic_kgco2e / weighed.declared_mass_kg
    end as pcf_including_biogenic_kgco2e_per_kg,
    weighed.primary_data_share_pct,
    weighed.verifier,
    weighed.verification_coverage,
    weighed.verified_on,
    weighed.null_reason,
    reasons.message as null_reason_text,
    reasons.message_zh as null_reason_text_zh,
    weighed.site
from weighed
left join reasons
    on weighed.null_reason = reasons.reason_code
