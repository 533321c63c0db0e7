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

units as (
    select * from {{ ref('calc_document_unit') }}
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
        units.canonical_unit as activity_unit
    from source_streams
    left join classes_ranked
        on source_streams.site = classes_ranked.site
        and source_streams.material = classes_ranked.material
        and classes_ranked.name_rank = 1
    left join units
        on source_streams.unit = units.unit
),

-- Where master data change within a month, the later row holds for it.
streams_in_month as (
    select
        months.period_start,
        months.period_end,
        months.series,
        months.regime,
        streams_classed.source_stream,
        streams_classed.method,
        streams_classed.activity_source,
        streams_classed.material,
        streams_classed.material_class,
        streams_classed.heating_value_class,
        streams_classed.activity_unit,
        months.site,
        months.period,
        row_number() over (
            partition by months.site, months.period, months.series, streams_classed.source_stream
            order by streams_classed.valid_from desc
        ) as validity_rank
    from months
    inner join streams_classed
        on months.site = streams_classed.site
        and streams_classed.valid_from < months.period_end
        and streams_classed.valid_to > months.period_start
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
    union all select 'pfc_slope', 'source_stream', 'pfc_slope_coefficient'
    union all select 'pfc_slope', 'source_stream', 'pfc_slope_c2f6_share'
    union all select 'pfc_slope', 'source_stream', 'pfc_collection_efficiency'
    union all select 'pfc_overvoltage', 'source_stream', 'pfc_overvoltage_coefficient'
    union all select 'pfc_overvoltage', 'source_stream', 'pfc_overvoltage_c2f6_share'
    union all select 'pfc_overvoltage', 'source_stream', 'pfc_collection_efficiency'
    union all select 'cems_co2', 'source_stream', 'biomass_fraction'
    union all select 'heat_import', 'source_stream', 'emission_factor'
    union all select 'heat_export', 'source_stream', 'emission_factor'
    union all select 'electricity_export', 'source_stream', 'emission_factor'
    union all select 'electricity', 'electricity', 'electricity_factor'
)

select
    streams_in_month.period_start,
    streams_in_month.period_end,
    streams_in_month.series,
    streams_in_month.regime,
    method_parameters.subject_type,
    streams_in_month.source_stream as subject,
    method_parameters.parameter,
    streams_in_month.method,
    streams_in_month.activity_source,
    streams_in_month.material,
    streams_in_month.material_class,
    streams_in_month.heating_value_class,
    streams_in_month.activity_unit,
    sites.country_code,
    indirect_sites.site is not null as has_indirect_goods,
    streams_in_month.site,
    streams_in_month.period
from streams_in_month
inner join method_parameters
    on streams_in_month.method = method_parameters.method
left join sites
    on streams_in_month.site = sites.site
left join indirect_sites
    on streams_in_month.site = indirect_sites.site
where streams_in_month.validity_rank = 1
