{{ config(tags=['yearly']) }}

select
    period,
    category,
    quality_product,
    quality_grade,
    uncertainty,
    assessed_share,
    quality_product_id as line_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_organisation_quality_summary') }}
