-- What needs a factor: every source stream, month, series and parameter of its method.
with
months as (
    select * from {{ ref('calc_factor_month') }}
),

sites as (
    select * from {{ ref('stg_master__site') }}
),

source_streams as (
    select * from {{ ref('stg_master__source_stream') }}
),

materials as (
    select * from {{ ref('stg_master__material') }}
),

processes as (
    select * from {{ ref('stg_master__process') }}
),

goods as (
    select * from {{ ref('cbam_good') }}
),

material_names as (
    select * from {{ ref('material_factor_map') }}
),

unit_aliases as (
    select * from {{ ref('unit_alias') }}
),

unit_conversions as (
    select * from {{ ref('unit_conversion') }}
),

-- Electricity is charged only where a good outside Annex II of Regulation (EU) 2023/956 is made.
indirect_sites as (
    select distinct processes.site
    from processes
    inner join goods
        on processes.good_category = goods.good_category
    where goods.counts_indirect_definitive
),

-- A material is known by its code, else by its Chinese or English name.
names_of_materials as (
    select site, material, 1 as name_order, {{ material_alias_key('material') }} as alias_key from materials
    union all
    select site, material, 2 as name_order, {{ material_alias_key('material_name_zh') }} as alias_key from materials
    union all
    select site, material, 3 as name_order, {{ material_alias_key('material_name') }} as alias_key from materials
),

classes_ranked as (
    select
        names_of_materials.site,
        names_of_materials.material,
        material_names.material_class,
        material_names.heating_value_class,
        row_number() over (
            partition by names_of_materials.site, names_of_materials.material
            order by names_of_materials.name_order
        ) as name_rank
    from names_of_materials
    inner join material_names
        on names_of_materials.alias_key = material_names.alias_key
),

streams_classed as (
    select
        source_streams.*,
        classes_ranked.material_class,
        classes_ranked.heating_value_class,
        case
            when source_streams.method = 'electricity' then 'electricity'
            when classes_ranked.material_class in (
                'natural_gas', 'coke_oven_gas', 'blast_furnace_gas', 'oxygen_steel_furnace_gas'
            ) then 'natural_gas'
            else 'any'
        end as commodity,
        case
            when source_streams.method = 'electricity' then 'electricity'
            when classes_ranked.material_class in ('diesel', 'gasoline', 'lpg', 'fuel_oil', 'kerosene', 'waste_oils')
                then 'liquid_volume'
            else 'gas_volume'
        end as volume_quantity
    from source_streams
    left join classes_ranked
        on source_streams.site = classes_ranked.site
        and source_streams.material = classes_ranked.material
        and classes_ranked.name_rank = 1
),

-- A cubic metre is gas or liquid by its material; mass and energy are what they are.
units_ranked as (
    select
        streams_classed.site,
        streams_classed.source_stream,
        streams_classed.valid_from,
        unit_conversions.to_unit as activity_unit,
        row_number() over (
            partition by streams_classed.site, streams_classed.source_stream, streams_classed.valid_from
            order by
                case when unit_aliases.commodity = 'any' then 1 else 0 end,
                case unit_conversions.quantity
                    when streams_classed.volume_quantity then 0
                    when 'mass' then 1
                    when 'energy' then 2
                    else 3
                end
        ) as unit_rank
    from streams_classed
    inner join unit_aliases
        on streams_classed.unit = unit_aliases.alias
        and unit_aliases.commodity in ('any', streams_classed.commodity)
    inner join unit_conversions
        on unit_aliases.unit = unit_conversions.from_unit
),

method_parameters as (
    select 'combustion' as method, 'source_stream' as subject_type, 'ncv' as parameter
    union all select 'combustion', 'source_stream', 'emission_factor'
    union all select 'combustion', 'source_stream', 'oxidation_factor'
    union all select 'combustion', 'source_stream', 'biomass_fraction'
    union all select 'process', 'source_stream', 'emission_factor'
    union all select 'process', 'source_stream', 'conversion_factor'
    union all select 'process', 'source_stream', 'biomass_fraction'
    union all select 'mass_balance', 'source_stream', 'carbon_content'
    union all select 'mass_balance', 'source_stream', 'biomass_fraction'
    union all select 'electricity', 'electricity', 'electricity_factor'
)

select
    months.period_start,
    months.period_end,
    months.series,
    months.regime,
    method_parameters.subject_type,
    streams_classed.source_stream as subject,
    method_parameters.parameter,
    streams_classed.method,
    streams_classed.material,
    streams_classed.material_class,
    streams_classed.heating_value_class,
    units_ranked.activity_unit,
    sites.country_code,
    indirect_sites.site is not null as has_indirect_goods,
    months.site,
    months.period
from months
inner join streams_classed
    on months.site = streams_classed.site
    and streams_classed.valid_from < months.period_end
    and streams_classed.valid_to > months.period_start
inner join method_parameters
    on streams_classed.method = method_parameters.method
left join units_ranked
    on streams_classed.site = units_ranked.site
    and streams_classed.source_stream = units_ranked.source_stream
    and streams_classed.valid_from = units_ranked.valid_from
    and units_ranked.unit_rank = 1
left join sites
    on months.site = sites.site
left join indirect_sites
    on months.site = indirect_sites.site
