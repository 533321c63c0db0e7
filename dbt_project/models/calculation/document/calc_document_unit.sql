with
aliases as (
    select * from {{ ref('unit_alias') }}
),

conversions as (
    select * from {{ ref('unit_conversion') }}
),

-- A spelling that means different things for gas, water and power (度) is left out: master data must say the unit.
candidates as (
    select
        aliases.alias as unit,
        conversions.to_unit as canonical_unit,
        conversions.factor,
        row_number() over (
            partition by aliases.alias
            order by
                case conversions.quantity
                    when 'mass' then 1
                    when 'electricity' then 2
                    when 'gas_volume' then 3
                    when 'liquid_volume' then 4
                    when 'energy' then 5
                    when 'count' then 6
                end
        ) as quantity_rank
    from aliases
    inner join conversions
        on aliases.unit = conversions.from_unit
        and aliases.commodity = conversions.commodity
    where aliases.commodity = 'any'
        and conversions.quantity in ('mass', 'electricity', 'gas_volume', 'liquid_volume', 'energy', 'count')
)

select
    unit,
    canonical_unit,
    factor
from candidates
where quantity_rank = 1
