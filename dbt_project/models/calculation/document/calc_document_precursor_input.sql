{{ scoped() }}
-- depends_on: {{ ref('calc_document_obstacle') }}

with
consumption as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'precursor'
        and quantity_name = 'consumption'
),

values_used as (
    select * from {{ ref('calc_document_precursor_value') }}
    where {{ in_scope() }}
),

materials as (
    select * from {{ ref('stg_master__material') }}
),

cn_codes as (
    select * from {{ ref('cbam_cn_code') }}
)

select
    values_used.series,
    materials.material as precursor,
    materials.material_name as precursor_name,
    cn_codes.good_category,
    materials.cn_code,
    materials.country_code,
    consumption.object as process,
    consumption.value_exact as consumed_quantity,
    consumption.unit as consumed_unit,
    consumption.fact_id as consumed_id,
    values_used.see_direct_tco2e_per_t,
    values_used.see_direct_id,
    values_used.electricity_mwh_per_t,
    values_used.electricity_mwh_per_t_id,
    values_used.electricity_factor_tco2_per_mwh,
    values_used.electricity_factor_id,
    values_used.see_indirect_tco2e_per_t,
    values_used.see_indirect_id,
    values_used.value_basis,
    values_used.value_match,
    values_used.value_note,
    consumption.site,
    consumption.period
from consumption
inner join materials
    on consumption.site = materials.site
    and consumption.subject = materials.material
inner join values_used
    on consumption.site = values_used.site
    and consumption.period = values_used.period
    and consumption.subject = values_used.material
left join cn_codes
    on substring(materials.cn_code, 1, 8) = cn_codes.cn_code
