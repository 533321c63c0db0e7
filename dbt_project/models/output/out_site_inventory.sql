with
sources as (
    select
        site,
        period,
        'direct' as scope,
        method as category,
        source_stream as source,
        coalesce(source_stream_name, source_stream) as source_name,
        'CO2' as gas,
        emissions_fossil_tco2e as emissions_tco2e,
        emissions_biogenic_tco2e as biogenic_tco2,
        energy_tj,
        fossil_line_id as line_id,
        data_quality
    from {{ ref('calc_source_stream_emission') }}
    where corroborates is null

    union all

    select
        site,
        period,
        'direct' as scope,
        'perfluorocarbons' as category,
        emission_source as source,
        technology as source_name,
        'PFC' as gas,
        emissions_tco2e,
        cast(0 as decimal(38, 12)) as biogenic_tco2,
        cast(null as decimal(38, 12)) as energy_tj,
        line_id,
        data_quality
    from {{ ref('calc_pfc_emission') }}

    union all

    select
        site,
        period,
        'direct' as scope,
        'measurement' as category,
        emission_source as source,
        coalesce(emission_source_name, emission_source) as source_name,
        upper(ghg) as gas,
        emissions_fossil_tco2e as emissions_tco2e,
        emissions_biogenic_tco2e as biogenic_tco2,
        cast(energy_fossil_tj + energy_biomass_tj as decimal(38, 12)) as energy_tj,
        fossil_line_id as line_id,
        data_quality
    from {{ ref('calc_cems_emission') }}

    union all

    select
        site,
        period,
        'indirect' as scope,
        'electricity' as category,
        process as source,
        process as source_name,
        'CO2' as gas,
        attributed_indirect_tco2e as emissions_tco2e,
        cast(0 as decimal(38, 12)) as biogenic_tco2,
        cast(null as decimal(38, 12)) as energy_tj,
        indirect_line_id as line_id,
        'calculated' as data_quality
    from {{ ref('calc_attributed_emission') }}
    where series = 'regime'
)

select
    period,
    scope,
    category,
    source,
    source_name,
    gas,
    emissions_tco2e,
    biogenic_tco2,
    energy_tj,
    line_id,
    data_quality,
    {{ refresh_period('period') }} as refresh_period,
    site
from sources
