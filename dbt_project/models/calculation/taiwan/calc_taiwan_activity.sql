{{ scoped() }}

with
versions as (
    select distinct site, period, period_start, period_end, is_plant
    from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
),

inputs as (
    select * from {{ ref('calc_source_stream_input') }}
    where {{ in_scope() }}
        and input_source = 'document'
        and corroborates is null
),

emissions as (
    select * from {{ ref('calc_source_stream_emission') }}
    where {{ in_scope() }}
),

subjects as (
    select
        site,
        subject,
        period_start,
        max(material_class) as material_class,
        max(heating_value_class) as heating_value_class
    from {{ ref('calc_factor_subject') }}
    group by site, subject, period_start
),

classes as (
    select
        versions.site,
        versions.period,
        subjects.subject,
        max(subjects.material_class) as material_class,
        max(subjects.heating_value_class) as heating_value_class
    from versions
    inner join subjects
        on versions.site = subjects.site
        and subjects.period_start >= versions.period_start
        and subjects.period_start < versions.period_end
    group by versions.site, versions.period, subjects.subject
),

streams as (
    select
        versions.period,
        source_streams.*,
        row_number() over (
            partition by versions.site, versions.period, source_streams.source_stream
            order by source_streams.valid_from desc
        ) as validity_rank
    from versions
    inner join {{ ref('stg_master__source_stream') }} as source_streams
        on versions.site = source_streams.site
        and source_streams.valid_from < versions.period_end
        and source_streams.valid_to > versions.period_start
),

-- Whether a value is the plant's own: from a certificate, its own declaration or the supplier.
own_parameters as (
    select
        versions.site,
        versions.period,
        choices.subject,
        max(case
            when choices.parameter = 'ncv' and choices.source_class in ('lab', 'site_declared', 'supplier') then 1
            else 0
        end) as has_own_ncv,
        max(case
            when choices.parameter <> 'ncv' and choices.source_class in ('lab', 'site_declared') then 1
            else 0
        end) as has_own_factor
    from versions
    inner join {{ ref('calc_factor_choice') }} as choices
        on versions.site = choices.site
        and substring(choices.period, 1, 4) = versions.period
    where choices.parameter in ('ncv', 'emission_factor', 'carbon_content')
    group by versions.site, versions.period, choices.subject
),

-- Perfluorocarbons and stacks that are measured: their emissions are the plant's own result.
measured as (
    select
        site, period, emission_source, 'PFC' as gas, production as activity, production_id as activity_id,
        emissions_tco2e as emissions, line_id as emissions_id, data_quality
    from {{ ref('calc_pfc_emission') }}
    where {{ in_scope() }}

    union all

    select
        site, period, emission_source, ghg as gas, gas_mass as activity, gas_mass_id as activity_id,
        emissions_fossil_tco2e as emissions, fossil_line_id as emissions_id, data_quality
    from {{ ref('calc_cems_emission') }}
    where {{ in_scope() }}
),

-- Refrigerants, extinguishers, breakers, septic tanks and purchased steam, as a document states them (§3).
stated as (
    select
        facts.*,
        inventory_sources.source_name,
        inventory_sources.method,
        inventory_sources.gas,
        inventory_sources.equipment
    from {{ ref('calc_taiwan_fact') }} as facts
    inner join {{ ref('stg_inventory__source') }} as inventory_sources
        on facts.site = inventory_sources.site
        and facts.period = inventory_sources.period
        and facts.subject = inventory_sources.source
        and inventory_sources.source_state = 'counted'
    where {{ in_scope('facts.site', 'facts.period') }}
        and facts.fact_type = 'inventory_source'
),

electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
),

electricity_streams as (
    select
        site,
        period,
        max(activity_uncertainty) as activity_uncertainty,
        max(calibration_class) as calibration_class
    from streams
    where method = 'electricity'
        and validity_rank = 1
    group by site, period
)

select
    inputs.source_stream as source,
    coalesce(inputs.source_stream_name, inputs.source_stream) as source_name,
    case
        when inputs.method <> 'combustion' then 'process'
        when streams.combustion_use = 'stationary' then 'stationary'
        else 'mobile'
    end as category,
    inputs.method,
    'CO2' as gas,
    streams.material,
    -- The announcement gives natural gas in vehicles factors of its own.
    case
        when streams.combustion_use <> 'stationary' and classes.material_class = 'natural_gas' then 'cng'
        else classes.material_class
    end as material_class,
    classes.heating_value_class,
    case when streams.combustion_use = 'stationary' then 'stationary' else 'mobile' end as factor_use,
    case
        when streams.combustion_use = 'mobile' and classes.material_class = 'gasoline' then 'oxidation_catalyst'
        when streams.combustion_use = 'mobile_uncontrolled' then 'uncontrolled'
        when streams.combustion_use = 'mobile_low_mileage' then 'low_mileage_light_1995'
    end as technology,
    inputs.activity,
    inputs.activity_id,
    inputs.activity_unit,
    inputs.ncv,
    inputs.ncv_id,
    inputs.biomass,
    inputs.biomass_id,
    cast(emissions.emissions_fossil_tco2e as double) as emissions,
    emissions.fossil_line_id as emissions_id,
    coalesce(own_parameters.has_own_ncv, 0) = 1 as has_own_ncv,
    coalesce(own_parameters.has_own_factor, 0) = 1 as has_own_factor,
    inputs.data_quality,
    streams.activity_source,
    streams.activity_uncertainty,
    streams.calibration_class,
    inputs.site,
    inputs.period
from inputs
inner join versions
    on inputs.site = versions.site
    and inputs.period = versions.period
inner join emissions
    on inputs.site = emissions.site
    and inputs.period = emissions.period
    and inputs.source_stream = emissions.source_stream
inner join streams
    on inputs.site = streams.site
    and inputs.period = streams.period
    and inputs.source_stream = streams.source_stream
    and streams.validity_rank = 1
left join classes
    on inputs.site = classes.site
    and inputs.period = classes.period
    and inputs.source_stream = classes.subject
left join own_parameters
    on inputs.site = own_parameters.site
    and inputs.period = own_parameters.period
    and inputs.source_stream = own_parameters.subject

union all

select
    measured.emission_source as source,
    coalesce(streams.source_stream_name, measured.emission_source) as source_name,
    'process' as category,
    streams.method,
    measured.gas,
    streams.material,
    cast(null as varchar) as material_class,
    cast(null as varchar) as heating_value_class,
    'stationary' as factor_use,
    cast(null as varchar) as technology,
    measured.activity,
    measured.activity_id,
    't' as activity_unit,
    cast(null as double) as ncv,
    cast(null as varchar) as ncv_id,
    cast(0 as double) as biomass,
    cast(null as varchar) as biomass_id,
    cast(measured.emissions as double) as emissions,
    measured.emissions_id,
    false as has_own_ncv,
    true as has_own_factor,
    measured.data_quality,
    streams.activity_source,
    streams.activity_uncertainty,
    streams.calibration_class,
    measured.site,
    measured.period
from measured
inner join streams
    on measured.site = streams.site
    and measured.period = streams.period
    and measured.emission_source = streams.source_stream
    and streams.validity_rank = 1

union all

select
    'purchased_electricity' as source,
    'Purchased electricity' as source_name,
    'electricity' as category,
    'electricity' as method,
    'CO2e' as gas,
    cast(null as varchar) as material,
    'electricity' as material_class,
    cast(null as varchar) as heating_value_class,
    'industrial' as factor_use,
    cast(null as varchar) as technology,
    cast(electricity.electricity_mwh as double) as activity,
    electricity.line_id as activity_id,
    'MWh' as activity_unit,
    cast(null as double) as ncv,
    cast(null as varchar) as ncv_id,
    cast(0 as double) as biomass,
    cast(null as varchar) as biomass_id,
    cast(null as double) as emissions,
    cast(null as varchar) as emissions_id,
    false as has_own_ncv,
    false as has_own_factor,
    electricity.data_quality,
    electricity.electricity_source as activity_source,
    electricity_streams.activity_uncertainty,
    electricity_streams.calibration_class,
    electricity.site,
    electricity.period
from electricity
inner join versions
    on electricity.site = versions.site
    and electricity.period = versions.period
    and versions.is_plant
left join electricity_streams
    on electricity.site = electricity_streams.site
    and electricity.period = electricity_streams.period

union all

select
    stated.subject as source,
    stated.source_name,
    case stated.method when 'purchased_steam' then 'steam' else 'fugitive' end as category,
    stated.method,
    case stated.method when 'purchased_steam' then 'CO2e' when 'septic_tank' then 'CH4' else stated.gas end as gas,
    stated.subject as material,
    stated.equipment as material_class,
    cast(null as varchar) as heating_value_class,
    'any' as factor_use,
    cast(null as varchar) as technology,
    stated.value as activity,
    stated.fact_id as activity_id,
    stated.unit as activity_unit,
    cast(null as double) as ncv,
    cast(null as varchar) as ncv_id,
    cast(0 as double) as biomass,
    cast(null as varchar) as biomass_id,
    cast(null as double) as emissions,
    cast(null as varchar) as emissions_id,
    false as has_own_ncv,
    false as has_own_factor,
    stated.data_quality,
    'stated' as activity_source,
    cast(null as double) as activity_uncertainty,
    cast(null as varchar) as calibration_class,
    stated.site,
    stated.period
from stated
inner join versions
    on stated.site = versions.site
    and stated.period = versions.period
