{{ config(tags=['yearly']) }}

select
    period,
    process,
    product,
    product_name,
    stage_order,
    life_stage,
    kgco2e_per_kg,
    stage_basis,
    stage_source,
    reason,
    reason_zh,
    known_kgco2e_per_kg,
    missing_stages_count,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_product_stage') }}
