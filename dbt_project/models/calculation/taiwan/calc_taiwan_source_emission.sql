{{ scoped() }}

with
versions as (
    select * from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
),

activities as (
    select * from {{ ref('calc_taiwan_activity') }}
    where {{ in_scope() }}
),

factors as (
    select * from {{ ref('calc_taiwan_factor') }}
    where {{ in_scope() }}
),

green as (
    select * from {{ ref('calc_taiwan_green') }}
    where {{ in_scope() }}
),

green_rule as (
    select
        value,
        'constant:' || rule_code || '@' || version as rule_id
    from {{ ref('regime_rule') }}
    where regime = 'taiwan_inventory'
        and subject = 'green_electricity_factor'
),

-- Perfluorocarbons of electrolysis and nitrous oxide of stacks by mass, so that each set of warming potentials weighs them
-- anew.
perfluorocarbons as (
    select * from {{ ref('calc_pfc_emission') }}
    where {{ in_scope() }}
),

nitrous_oxide as (
    select * from {{ ref('calc_cems_emission') }}
    where {{ in_scope() }}
        and ghg = 'N2O'
        and gas_mass is not null
),

gas_factors as (
    select * from factors
    where parameter <> 'ncv'
        and parameter not like 'gwp_%'
),

joined as (
    select
        versions.series,
        versions.event,
        versions.is_statutory,
        versions.known_on,
        activities.source,
        activities.source_name,
        activities.category,
        activities.method,
        activities.material_class,
        case
            when gas_factors.parameter in ('electricity_factor', 'steam_factor') then 'CO2e'
            else gas_factors.parameter
        end as gas,
        activities.activity,
        activities.activity_id,
        activities.activity_unit,
        activities.biomass,
        activities.biomass_id,
        heats.value as ncv,
        heats.factor_id as ncv_id,
        heats.unit as ncv_unit,
        heats.factor_match as ncv_match,
        gas_factors.value as gas_factor,
        gas_factors.factor_id as gas_factor_id,
        gas_factors.unit as gas_factor_unit,
        gas_factors.factor_match,
        gas_factors.valid_from as factor_valid_from,
        coalesce(potentials.value, 1) as gwp,
        potentials.factor_id as gwp_id,
        activities.emissions,
        activities.emissions_id,
        activities.activity as electricity,
        activities.activity_id as electricity_id,
        gas_factors.value as electricity_factor,
        gas_factors.factor_id as electricity_factor_id,
        cast(green.green_electricity_mwh as double) as green_electricity,
        green.line_id as green_electricity_id,
        green_rule.value as green_factor,
        green_rule.rule_id as green_factor_id,
        perfluorocarbons.cf4,
        perfluorocarbons.cf4_id,
        tetrafluoromethane.value as gwp_cf4,
        tetrafluoromethane.factor_id as gwp_cf4_id,
        perfluorocarbons.c2f6,
        perfluorocarbons.c2f6_id,
        hexafluoroethane.value as gwp_c2f6,
        hexafluoroethane.factor_id as gwp_c2f6_id,
        perfluorocarbons.collection_efficiency,
        perfluorocarbons.collection_efficiency_id,
        nitrous_oxide.gas_mass,
        nitrous_oxide.gas_mass_id,
        case
            when perfluorocarbons.cf4 is not null then 'pfc_emissions'
            when activities.method = 'electricity' and versions.is_green_assumed then 'taiwan_electricity_green'
            when activities.method = 'electricity' then 'taiwan_electricity'
            when activities.category = 'steam' then 'taiwan_steam'
            when activities.category = 'fugitive' then 'taiwan_fugitive'
            when nitrous_oxide.gas_mass is not null then 'cems_n2o_mass'
            when gas_factors.unit = 'tCO2e' then 'taiwan_own'
            when gas_factors.unit like '%/TJ' then 'taiwan_energy'
            else 'taiwan_unit'
        end as formula_kind,
        activities.data_quality,
        activities.activity_source,
        activities.activity_uncertainty,
        activities.calibration_class,
        versions.site,
        versions.period
    from versions
    inner join activities
        on versions.site = activities.site
        and versions.period = activities.period
    inner join gas_factors
        on versions.site = gas_factors.site
        and versions.period = gas_factors.period
        and versions.series = gas_factors.series
        and activities.source = gas_factors.source
    left join factors as heats
        on versions.site = heats.site
        and versions.period = heats.period
        and versions.series = heats.series
        and activities.source = heats.source
        and heats.parameter = 'ncv'
        and gas_factors.unit like '%/TJ'
    left join factors as potentials
        on versions.site = potentials.site
        and versions.period = potentials.period
        and versions.series = potentials.series
        and potentials.source = 'any'
        and potentials.parameter = 'gwp_' || gas_factors.parameter
    left join perfluorocarbons
        on activities.site = perfluorocarbons.site
        and activities.period = perfluorocarbons.period
        and activities.source = perfluorocarbons.emission_source
        and gas_factors.parameter = 'PFC'
    left join nitrous_oxide
        on activities.site = nitrous_oxide.site
        and activities.period = nitrous_oxide.period
        and activities.source = nitrous_oxide.emission_source
        and gas_factors.parameter = 'N2O'
    {%- for name, gas in [('tetrafluoromethane', 'PFC-14 (CF4)'), ('hexafluoroethane', 'PFC-116 (C2F6)')] %}
    left join factors as {{ name }}
        on versions.site = {{ name }}.site
        and versions.period = {{ name }}.period
        and versions.series = {{ name }}.series
        and {{ name }}.source = 'any'
        and {{ name }}.parameter = 'gwp_{{ gas }}'
        and perfluorocarbons.cf4 is not null
    {%- endfor %}
    left join green
        on versions.site = green.site
        and versions.period = green.period
    cross join green_rule
    -- A gas without a warming potential of the set that sources agree on is left out, and named.
    where activities.category <> 'fugitive'
        or potentials.value is not null
),

named as (
    select
        *,
        case
            when formula_kind in ('taiwan_energy', 'taiwan_unit') and gas = 'CO2' then formula_kind || '_co2'
            else formula_kind
        end as formula_name
    from joined
),

computed as (
    select
        *,
        {{ taiwan_formula_sql_by('formula_name', taiwan_source_formulas()) }} as emissions_product
    from named
)

select
    series,
    event,
    is_statutory,
    known_on,
    source,
    source_name,
    category,
    method,
    material_class,
    gas,
    activity,
    activity_id,
    activity_unit,
    biomass,
    biomass_id,
    ncv,
    ncv_id,
    ncv_unit,
    ncv_match,
    gas_factor,
    gas_factor_id,
    gas_factor_unit,
    factor_match,
    factor_valid_from,
    gwp,
    gwp_id,
    emissions,
    emissions_id,
    electricity,
    electricity_id,
    electricity_factor,
    electricity_factor_id,
    green_electricity,
    green_electricity_id,
    green_factor,
    green_factor_id,
    cf4,
    cf4_id,
    gwp_cf4,
    gwp_cf4_id,
    c2f6,
    c2f6_id,
    gwp_c2f6,
    gwp_c2f6_id,
    collection_efficiency,
    collection_efficiency_id,
    gas_mass,
    gas_mass_id,
    formula_name,
    {{ line_value('emissions_product') }} as emissions_tco2e,
    {{ line_id("'taiwan_source'", 'source', object='gas', series='series') }} as line_id,
    data_quality,
    activity_source,
    activity_uncertainty,
    calibration_class,
    site,
    period
from computed
