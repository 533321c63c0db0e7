-- What needs a factor: every source stream, month, series and parameter of its method; every good whose functional unit
-- is one of its contents.
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

attributions as (
    select * from {{ ref('stg_master__attribution') }}
),

-- Power of the site's own making has the factor of its fuels (IR (EU) 2025/2547 Annex II D, equation 38; Annex III A,
-- equation 52).
own_power as (
    select distinct
        exports.site,
        exports.source_stream
    from attributions as exports
    inner join attributions as fuels
        on exports.site = fuels.site
        and exports.process = fuels.process
        and fuels.attribution_method in ('power', 'chp_power')
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
        material_names.efficiency_class,
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
        classes_ranked.efficiency_class,
        materials.role,
        units.canonical_unit as activity_unit
    from source_streams
    left join classes_ranked
        on source_streams.site = classes_ranked.site
        and source_streams.material = classes_ranked.material
        and classes_ranked.name_rank = 1
    left join units
        on source_streams.unit = units.unit
    left join materials
        on source_streams.site = materials.site
        and source_streams.material = materials.material
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
        streams_classed.efficiency_class,
        streams_classed.built_year,
        streams_classed.activity_unit,
        case
            when streams_classed.method not in ('heat_import', 'heat_export') then null
            when streams_classed.role in ('fuel', 'waste_gas') then 'fuel'
            when streams_classed.activity_unit not in ('GJ', 'MWh') then 'steam'
        end as heat_basis,
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

products_in_month as (
    select
        months.period_start,
        months.period_end,
        months.series,
        months.regime,
        products.product,
        goods.functional_content as parameter,
        goods.good_category,
        months.site,
        months.period,
        row_number() over (
            partition by months.site, months.period, months.series, products.product
            order by products.valid_from desc
        ) as validity_rank
    from months
    inner join {{ ref('stg_master__product') }} as products
        on months.site = products.site
        and products.valid_from < months.period_end
        and products.valid_to > months.period_start
    inner join processes
        on products.site = processes.site
        and products.process = processes.process
    inner join goods
        on processes.good_category = goods.good_category
        and goods.functional_content is not null
),

product_parameters as (
    select * from products_in_month
    where validity_rank = 1

    union all

    -- Mixed fertilisers state their nitrogen by form too, where it is known (Annex IV 2).
    select
        products_in_month.period_start,
        products_in_month.period_end,
        products_in_month.series,
        products_in_month.regime,
        products_in_month.product,
        forms.parameter,
        products_in_month.good_category,
        products_in_month.site,
        products_in_month.period,
        products_in_month.validity_rank
    from products_in_month
    cross join (
        {%- for form in nitrogen_forms() %}
        select '{{ form }}' as parameter
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    ) as forms
    where products_in_month.validity_rank = 1
        and products_in_month.good_category = 'Mixed fertilisers'
),

method_parameters as (
    select 'combustion' as method, 'source_stream' as subject_type, 'ncv' as parameter
    union all select 'combustion', 'source_stream', 'emission_factor'
    union all select 'combustion', 'source_stream', 'oxidation_factor'
    union all select 'combustion', 'source_stream', 'biomass_fraction'
    union all select 'process', 'source_stream', 'emission_factor'
    union all select 'process', 'source_stream', 'conversion_factor'
    union all select 'process', 'source_stream', 'biomass_fraction'
    union all select 'co2_transfer', 'source_stream', 'emission_factor'
    union all select 'inherent_co2', 'source_stream', 'emission_factor'
    union all select 'kiln_dust', 'source_stream', 'emission_factor'
    union all select 'kiln_dust', 'source_stream', 'calcination_degree'
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
),

-- Heat that is counted as fuel needs the fuel's heating value, heat that is counted as steam or water its enthalpy (IR (EU)
-- 2025/2547 Annex II C, equations 30 to 34). The efficiency and the enthalpy of the return have defaults.
heat_parameters as (
    select 'fuel' as heat_basis, 'heat_efficiency' as parameter, '' as activity_unit
    union all select 'fuel', 'ncv', ''
    union all select 'fuel', 'rated_fuel_input', ''
    union all select 'steam', 'enthalpy_flow', ''
    union all select 'steam', 'enthalpy_return', ''
    union all select 'steam', 'specific_volume', '1000Nm3'
    union all select 'steam', 'specific_volume', 'kL'
),

-- What papers say of boilers, by their fuel or by the source stream of one boiler, which then holds whole.
boiler_papers as (
    select distinct
        site,
        material,
        parameter,
        case when parameter like 'heat_efficiency_%' then 'curve' else parameter end as paper
    from {{ ref('stg_factor__factor_document') }}
    where is_usable
        and (parameter like 'heat_efficiency%' or parameter = 'rated_fuel_input')
),

own_papers as (
    select distinct boiler_papers.site, boiler_papers.material as source_stream, boiler_papers.paper
    from boiler_papers
    inner join source_streams
        on boiler_papers.site = source_streams.site
        and boiler_papers.material = source_streams.source_stream
),

needed as (
    select
        streams_in_month.*,
        method_parameters.subject_type,
        method_parameters.parameter,
        cast(null as varchar) as construction
    from streams_in_month
    inner join method_parameters
        on streams_in_month.method = method_parameters.method
    left join own_power
        on streams_in_month.site = own_power.site
        and streams_in_month.source_stream = own_power.source_stream
    where streams_in_month.validity_rank = 1
        and (streams_in_month.method <> 'electricity_export' or own_power.source_stream is null)
        -- A fuel that is counted in energy needs no heating value.
        and (method_parameters.parameter <> 'ncv' or coalesce(streams_in_month.activity_unit, '') <> 'GJ')

    union all

    select
        streams_in_month.*,
        'source_stream' as subject_type,
        heat_parameters.parameter,
        cast(null as varchar) as construction
    from streams_in_month
    inner join heat_parameters
        on streams_in_month.heat_basis = heat_parameters.heat_basis
        and heat_parameters.activity_unit in ('', streams_in_month.activity_unit)
        and (
            heat_parameters.heat_basis <> 'fuel'
            or heat_parameters.parameter = 'heat_efficiency'
            or streams_in_month.activity_unit not in ('GJ', 'MWh')
        )
    where streams_in_month.validity_rank = 1

    union all

    select
        streams_in_month.*,
        'source_stream' as subject_type,
        boiler_papers.parameter,
        cast(null as varchar) as construction
    from streams_in_month
    left join own_papers
        on streams_in_month.site = own_papers.site
        and streams_in_month.source_stream = own_papers.source_stream
        and own_papers.paper = 'curve'
    inner join boiler_papers
        on streams_in_month.site = boiler_papers.site
        and boiler_papers.material = coalesce(own_papers.source_stream, streams_in_month.material)
        and boiler_papers.paper = 'curve'
    where streams_in_month.validity_rank = 1
        and streams_in_month.heat_basis = 'fuel'
        and streams_in_month.activity_unit not in ('GJ', 'MWh')

    union all

    -- What a combined heat and power unit makes is weighed by what separate production would need: by fuel, output and
    -- the year in which the unit was built (IR (EU) 2025/2547 Annex III C).
    select distinct
        streams_in_month.*,
        'source_stream' as subject_type,
        'reference_efficiency_' || substring(attributions.attribution_method, 5) as parameter,
        case
            when streams_in_month.built_year >= 2016 then 'built from 2016'
            when attributions.attribution_method <> 'chp_power' and streams_in_month.built_year < 2016
                then 'built before 2016'
            when streams_in_month.built_year >= 2012 then 'built 2012-2015'
            when streams_in_month.built_year < 2012 then 'built before 2012'
            else 'year not known'
        end as construction
    from streams_in_month
    inner join attributions
        on streams_in_month.site = attributions.site
        and streams_in_month.source_stream = attributions.source_stream
        and attributions.valid_from < streams_in_month.period_end
        and attributions.valid_to > streams_in_month.period_start
        and attributions.attribution_method like 'chp_%'
    where streams_in_month.validity_rank = 1
),

-- Kiln dust lost what the clinker of its site loses: papers on the clinker are papers on it (eq. 28).
clinker_streams as (
    select
        site,
        period,
        series,
        min(material) as material
    from needed
    where activity_source = 'clinker_balance'
        and parameter = 'emission_factor'
    group by site, period, series
)

select
    needed.period_start,
    needed.period_end,
    needed.series,
    needed.regime,
    needed.subject_type,
    needed.source_stream as subject,
    needed.parameter,
    needed.method,
    needed.activity_source,
    coalesce(own_papers.source_stream, clinker_streams.material, needed.material) as material,
    -- The factor of kiln dust follows from that of the clinker (eq. 28).
    case when needed.method = 'kiln_dust' then 'cement_clinker' else needed.material_class end as material_class,
    needed.heating_value_class,
    needed.efficiency_class,
    needed.construction,
    needed.activity_unit,
    sites.country_code,
    indirect_sites.site is not null as has_indirect_goods,
    needed.site,
    needed.period
from needed
left join sites
    on needed.site = sites.site
left join indirect_sites
    on needed.site = indirect_sites.site
left join own_papers
    on needed.site = own_papers.site
    and needed.source_stream = own_papers.source_stream
    and own_papers.paper = case when needed.parameter like 'heat_efficiency_%' then 'curve' else needed.parameter end
left join clinker_streams
    on needed.method = 'kiln_dust'
    and needed.parameter = 'emission_factor'
    and needed.site = clinker_streams.site
    and needed.period = clinker_streams.period
    and needed.series = clinker_streams.series

union all

select
    product_parameters.period_start,
    product_parameters.period_end,
    product_parameters.series,
    product_parameters.regime,
    'product' as subject_type,
    product_parameters.product as subject,
    product_parameters.parameter,
    cast(null as varchar) as method,
    cast(null as varchar) as activity_source,
    product_parameters.product as material,
    cast(null as varchar) as material_class,
    cast(null as varchar) as heating_value_class,
    cast(null as varchar) as efficiency_class,
    cast(null as varchar) as construction,
    't' as activity_unit,
    sites.country_code,
    indirect_sites.site is not null as has_indirect_goods,
    product_parameters.site,
    product_parameters.period
from product_parameters
left join sites
    on product_parameters.site = sites.site
left join indirect_sites
    on product_parameters.site = indirect_sites.site
