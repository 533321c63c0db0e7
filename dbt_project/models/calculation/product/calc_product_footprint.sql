{{ scoped() }}

-- The footprint of a product for each unit that it is counted in: from cradle to gate, and over its life where every stage is
-- known; of what it embeds a kilogram, times the mass of the unit.
with
stages as (
    select * from {{ ref('calc_product_stage') }}
    where {{ in_scope() }}
),

product_units as (
    select * from {{ ref('calc_product_unit') }}
    where {{ in_scope() }}
),

products as (
    select * from {{ ref('calc_product') }}
    where {{ in_scope() }}
),

lives as (
    select
        site,
        period,
        process,
        product,
        max(product_name) as product_name,
        sum(case when stage_order <= 2 then kgco2e_per_kg end) as gate_kgco2e_per_kg,
        max(known_kgco2e_per_kg) as known_kgco2e_per_kg,
        max(missing_stages_count) as missing_stages_count,
        {{ joined("case when kgco2e_per_kg is null then life_stage end", ' ') }} as missing_stages
    from stages
    group by site, period, process, product
),

made as (
    select
        site,
        period,
        process,
        product,
        max(made) as made_t
    from products
    group by site, period, process, product
)

select
    lives.process,
    lives.product,
    lives.product_name,
    product_units.product_unit,
    product_units.functional_unit,
    product_units.kg_per_unit,
    cast(lives.gate_kgco2e_per_kg as double) * cast(product_units.kg_per_unit as double) as gate_kgco2e_per_unit,
    cast(lives.known_kgco2e_per_kg as double) * cast(product_units.kg_per_unit as double) as known_kgco2e_per_unit,
    case
        when lives.missing_stages_count = 0
            then cast(lives.known_kgco2e_per_kg as double) * cast(product_units.kg_per_unit as double)
    end as life_kgco2e_per_unit,
    lives.missing_stages,
    made.made_t * 1000 / cast(product_units.kg_per_unit as double) as made_units,
    cast(lives.gate_kgco2e_per_kg as double) * made.made_t as year_gate_tco2e,
    lives.site,
    lives.period
from lives
inner join product_units
    on lives.site = product_units.site
    and lives.period = product_units.period
    and lives.product = product_units.product
left join made
    on lives.site = made.site
    and lives.period = made.period
    and lives.process = made.process
    and lives.product = made.product
