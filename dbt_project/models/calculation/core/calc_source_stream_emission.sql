{{ scoped() }}

with
streams as (
    select
        *,
        case
            when method in ('mass_balance', 'kiln_dust') then method
            when method in ('co2_transfer', 'inherent_co2') then 'process_mass'
            when emission_factor_unit = 'tCO2/TJ' then method || '_energy'
            else method || '_mass'
        end as formula_kind
    from {{ ref('calc_source_stream_input') }}
    where {{ in_scope() }}
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
        and series = 'regime'
),

named as (
    select
        streams.*,
        rules.carbon_to_co2,
        rules.carbon_to_co2_id,
        streams.formula_kind || '_fossil' || streams.formula_suffix as fossil_formula_name,
        streams.formula_kind || '_biogenic' || streams.formula_suffix as biogenic_formula_name
    from streams
    inner join rules
        on streams.site = rules.site
        and streams.period = rules.period
),

computed as (
    select
        *,
        {{ formula_sql_by('fossil_formula_name', stream_formulas('fossil')) }} as fossil_tco2e,
        {{ formula_sql_by('biogenic_formula_name', stream_formulas('biogenic')) }} as biogenic_tco2e,
        case when ncv is not null then {{ formula_sql('activity_energy') }} end as energy_tj
    from named
)

select
    source_stream,
    source_stream_name,
    method,
    activity,
    activity_id,
    activity_unit,
    ncv,
    ncv_id,
    'GJ/' || activity_unit as ncv_unit,
    emission_factor,
    emission_factor_id,
    emission_factor_unit,
    carbon_content,
    carbon_content_id,
    'tC/' || activity_unit as carbon_content_unit,
    carbon_to_co2,
    carbon_to_co2_id,
    oxidation,
    oxidation_id,
    conversion,
    conversion_id,
    biomass,
    biomass_id,
    calcination,
    calcination_id,
    case when formula_suffix = '_pct' then '%' else '1' end as share_unit,
    fossil_formula_name,
    biogenic_formula_name,
    {{ line_value('fossil_tco2e') }} as emissions_fossil_tco2e,
    {{ line_value('biogenic_tco2e') }} as emissions_biogenic_tco2e,
    {{ line_value('energy_tj') }} as energy_tj,
    {{ line_id("'source_stream_emission'", 'source_stream') }} as fossil_line_id,
    {{ line_id("'source_stream_biogenic'", 'source_stream') }} as biogenic_line_id,
    {{ line_id("'source_stream_energy'", 'source_stream') }} as energy_line_id,
    corroborates,
    factor_match,
    data_quality,
    site,
    period
from computed
