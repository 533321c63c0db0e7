{{ config(tags=['yearly']) }}

select
    period,
    process,
    product,
    product_name,
    product_unit,
    functional_unit,
    kg_per_unit,
    gate_kgco2e_per_unit,
    known_kgco2e_per_unit,
    life_kgco2e_per_unit,
    missing_stages,
    made_units,
    year_gate_tco2e,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_product_footprint') }}
