{{ scoped() }}

-- A template states the mean of its hours, documents every hour: their gas is summed before it is weighed (eq. 16).
with
rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
        and series = 'regime'
),

template_sources as (
    select
        sources.*,
        case when upper(sources.ghg) = 'N2O' then rules.gwp_n2o else 1 end as gwp,
        case when upper(sources.ghg) = 'N2O' then rules.gwp_n2o_id else 'constant:carbon_dioxide' end as gwp_id
    from {{ ref('calc_template_cems_input') }} as sources
    inner join rules
        on sources.site = rules.site
        and sources.period = rules.period
        and rules.input_source = 'template'
),

document_sources as (
    select
        sources.*,
        case when sources.ghg = 'N2O' then rules.gwp_n2o else 1 end as gwp,
        case when sources.ghg = 'N2O' then rules.gwp_n2o_id else 'constant:carbon_dioxide' end as gwp_id,
        case when sources.has_substitute then {{ formula_sql('cems_substitute') }} end as substitute
    from {{ ref('calc_document_cems_input') }} as sources
    inner join rules
        on sources.site = rules.site
        and sources.period = rules.period
        and rules.input_source = 'document'
    where {{ in_scope('sources.site', 'sources.period') }}
),

document_masses as (
    select
        *,
        case when has_substitute then 'cems_mass_substituted' else 'cems_mass' end as mass_formula_name,
        case
            when has_substitute then {{ formula_sql('cems_mass_substituted') }}
            else {{ formula_sql('cems_mass') }}
        end as gas_mass
    from document_sources
)

select
    emission_source,
    emission_source_name,
    ghg,
    'cems_fossil' as formula_name,
    'cems_biogenic' as biogenic_formula_name,
    concentration,
    concentration_id,
    hours,
    hours_id,
    flow,
    flow_id,
    biomass,
    biomass_id,
    '%' as biomass_unit,
    gwp,
    gwp_id,
    cast(null as double) as measured_mass,
    cast(null as varchar) as measured_mass_id,
    cast(null as double) as valid_hours,
    cast(null as varchar) as valid_hours_id,
    cast(null as double) as concentration_sum,
    cast(null as varchar) as concentration_sum_id,
    cast(null as double) as concentration_squared,
    cast(null as varchar) as concentration_squared_id,
    cast(null as double) as unmeasured_flow,
    cast(null as varchar) as unmeasured_flow_id,
    cast(null as double) as substitute,
    cast(null as varchar) as substitute_id,
    cast(null as varchar) as mass_formula_name,
    cast(null as double) as gas_mass,
    cast(null as varchar) as gas_mass_id,
    {{ line_value(formula_sql('cems_fossil')) }} as emissions_fossil_tco2e,
    {{ line_value(formula_sql('cems_biogenic')) }} as emissions_biogenic_tco2e,
    {{ line_value('coalesce(energy_fossil_tj, 0)') }} as energy_fossil_tj,
    energy_fossil_tj_id,
    {{ line_value('coalesce(energy_biomass_tj, 0)') }} as energy_biomass_tj,
    energy_biomass_tj_id,
    {{ line_id("'cems_emission'", 'emission_source') }} as fossil_line_id,
    {{ line_id("'cems_biogenic'", 'emission_source') }} as biogenic_line_id,
    'measured' as data_quality,
    site,
    period
from template_sources

union all

-- Nitrous oxide is weighed to three decimals of a tonne before it is made CO2e (eq. 18; B.6.2.4).
select
    emission_source,
    emission_source_name,
    ghg,
    case when ghg = 'N2O' then 'cems_n2o_mass' else 'cems_fossil_mass' end as formula_name,
    'cems_biogenic_mass' as biogenic_formula_name,
    cast(null as double) as concentration,
    cast(null as varchar) as concentration_id,
    cast(null as double) as hours,
    cast(null as varchar) as hours_id,
    cast(null as double) as flow,
    cast(null as varchar) as flow_id,
    biomass,
    biomass_id,
    '1' as biomass_unit,
    gwp,
    gwp_id,
    measured_mass,
    measured_mass_id,
    valid_hours,
    valid_hours_id,
    concentration_sum,
    concentration_sum_id,
    concentration_squared,
    concentration_squared_id,
    unmeasured_flow,
    unmeasured_flow_id,
    substitute,
    {{ line_id("'cems_substitute'", 'emission_source') }} as substitute_id,
    mass_formula_name,
    gas_mass,
    {{ line_id("'cems_mass'", 'emission_source') }} as gas_mass_id,
    case
        when ghg = 'N2O' then {{ line_value(taiwan_formula_sql('cems_n2o_mass')) }}
        else {{ line_value(formula_sql('cems_fossil_mass')) }}
    end as emissions_fossil_tco2e,
    case when ghg = 'N2O' then 0 else {{ line_value(formula_sql('cems_biogenic_mass')) }} end as emissions_biogenic_tco2e,
    cast(0 as decimal(38, 12)) as energy_fossil_tj,
    cast(null as varchar) as energy_fossil_tj_id,
    cast(0 as decimal(38, 12)) as energy_biomass_tj,
    cast(null as varchar) as energy_biomass_tj_id,
    {{ line_id("'cems_emission'", 'emission_source') }} as fossil_line_id,
    {{ line_id("'cems_biogenic'", 'emission_source') }} as biogenic_line_id,
    case when has_substitute then 'estimated' else 'measured' end as data_quality,
    site,
    period
from document_masses
