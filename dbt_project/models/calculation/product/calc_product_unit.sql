{{ scoped() }}

-- The units of a product in a year: kilogram and tonne always, those of master data, and what follows from them by definition
-- (a thousand pieces, a kilometre).
with
years as (
    select
        site,
        period,
        period_start,
        period_end
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
),

products as (
    select distinct
        site,
        period,
        product
    from {{ ref('calc_product') }}
    where {{ in_scope() }}
),

entered as (
    select
        years.site,
        years.period,
        units.product,
        units.product_unit,
        units.kg_per_unit,
        units.functional_unit,
        row_number() over (
            partition by years.site, years.period, units.product, units.product_unit
            order by units.valid_from desc
        ) as validity_rank
    from years
    inner join {{ ref('stg_product__unit') }} as units
        on years.site = units.site
        and units.valid_from < years.period_end
        and units.valid_to > years.period_start
),

conversions as (
    select
        from_unit,
        to_unit,
        cast(unit_scale as decimal(12, 3)) as unit_scale
    from (
        values
        ('piece', 'thousand_pieces', 1000),
        ('thousand_pieces', 'piece', 0.001),
        ('m', 'km', 1000),
        ('km', 'm', 0.001)
    ) as scales (from_unit, to_unit, unit_scale)
),

listed as (
    {%- for unit, kg in [('kg', 1), ('t', 1000)] %}
    select
        products.site,
        products.period,
        products.product,
        '{{ unit }}' as product_unit,
        cast({{ kg }} as decimal(38, 12)) as kg_per_unit,
        cast(null as varchar) as functional_unit,
        0 as unit_rank
    from products
    inner join years
        on products.site = years.site
        and products.period = years.period

    union all
    {% endfor %}
    select site, period, product, product_unit, cast(kg_per_unit as decimal(38, 12)), functional_unit, 1
    from entered
    where validity_rank = 1

    union all

    select
        entered.site,
        entered.period,
        entered.product,
        conversions.to_unit,
        cast(entered.kg_per_unit * conversions.unit_scale as decimal(38, 12)),
        cast(null as varchar),
        2
    from entered
    inner join conversions
        on entered.product_unit = conversions.from_unit
    where entered.validity_rank = 1
),

ranked as (
    select
        *,
        row_number() over (
            partition by site, period, product, product_unit
            order by unit_rank
        ) as choice_rank
    from listed
)

select
    product,
    product_unit,
    kg_per_unit,
    functional_unit,
    site,
    period
from ranked
where choice_rank = 1
