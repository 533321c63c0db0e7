{{ scoped() }}

with
sources as (
    select * from {{ ref('calc_template_pfc_input') }}
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where series = 'regime'
        and input_source = 'template'
),

tetrafluoromethane as (
    select
        sources.*,
        rules.gwp_cf4,
        rules.gwp_cf4_id,
        rules.gwp_c2f6,
        rules.gwp_c2f6_id,
        {{ formula_sql_by('formula_name', ['pfc_cf4_slope', 'pfc_cf4_overvoltage']) }} as cf4
    from sources
    inner join rules
        on sources.site = rules.site
        and sources.period = rules.period
),

hexafluoroethane as (
    select
        *,
        {{ formula_sql('pfc_c2f6') }} as c2f6
    from tetrafluoromethane
)

select
    emission_source,
    technology,
    formula_name as cf4_formula_name,
    production,
    production_id,
    frequency,
    frequency_id,
    duration,
    duration_id,
    slope_factor,
    slope_factor_id,
    overvoltage,
    overvoltage_id,
    current_efficiency,
    current_efficiency_id,
    overvoltage_factor,
    overvoltage_factor_id,
    c2f6_fraction,
    c2f6_fraction_id,
    collection_efficiency,
    collection_efficiency_id,
    gwp_cf4,
    gwp_cf4_id,
    gwp_c2f6,
    gwp_c2f6_id,
    cf4,
    c2f6,
    {{ line_value(formula_sql('pfc_emissions')) }} as emissions_tco2e,
    {{ line_id("'pfc_cf4'", 'emission_source') }} as cf4_id,
    {{ line_id("'pfc_c2f6'", 'emission_source') }} as c2f6_id,
    {{ line_id("'pfc_emission'", 'emission_source') }} as line_id,
    'measured' as data_quality,
    site,
    period
from hexafluoroethane
