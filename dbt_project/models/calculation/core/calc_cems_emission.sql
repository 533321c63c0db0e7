{{ scoped() }}

with
sources as (
    select * from {{ ref('calc_template_cems_input') }}
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where series = 'regime'
        and input_source = 'template'
),

weighted as (
    select
        sources.*,
        case when upper(sources.ghg) = 'N2O' then rules.gwp_n2o else 1 end as gwp,
        case when upper(sources.ghg) = 'N2O' then rules.gwp_n2o_id else 'constant:carbon_dioxide' end as gwp_id
    from sources
    inner join rules
        on sources.site = rules.site
        and sources.period = rules.period
)

select
    emission_source,
    emission_source_name,
    ghg,
    concentration,
    concentration_id,
    hours,
    hours_id,
    flow,
    flow_id,
    biomass,
    biomass_id,
    gwp,
    gwp_id,
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
from weighted
