{{ scoped(period_column=none) }}

with
counts as (
    select * from {{ ref('stg_stock__count') }}
    where {{ in_scope_site() }}
),

units as (
    select * from {{ ref('calc_document_unit') }}
)

select
    counts.evidence_id,
    counts.record_number,
    counts.material,
    counts.location,
    counts.count_date,
    cast(counts.count_date + interval 1 day as date) as stock_date,
    counts.unit,
    units.canonical_unit,
    {{ converted('counts.quantity', 'units.factor') }} as canonical_quantity,
    counts.site
from counts
left join units
    on counts.unit = units.unit
