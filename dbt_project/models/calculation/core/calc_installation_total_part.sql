-- Every line that enters a total of the installation, in a fixed order. A calculation that only corroborates a measured
-- source enters none.
with
streams as (
    select * from {{ ref('calc_source_stream_emission') }}
    where corroborates is null
),

cems as (
    select * from {{ ref('calc_cems_emission') }}
),

pfc as (
    select * from {{ ref('calc_pfc_emission') }}
),

parts as (
    select site, period, 'fuel_energy' as quantity, energy_tj as part, energy_line_id as part_id, data_quality
    from streams
    where energy_tj is not null

    union all

    select site, period, 'fuel_energy' as quantity, energy_fossil_tj, energy_fossil_tj_id, data_quality
    from cems
    where energy_fossil_tj_id is not null
        and upper(ghg) <> 'N2O'

    union all

    select site, period, 'fuel_energy' as quantity, energy_biomass_tj, energy_biomass_tj_id, data_quality
    from cems
    where energy_biomass_tj_id is not null
        and upper(ghg) <> 'N2O'

    union all

    -- A stream whose row is incomplete has no emissions, as in the template; a gate names it.
    select site, period, 'co2' as quantity, emissions_fossil_tco2e, fossil_line_id, data_quality
    from streams
    where emissions_fossil_tco2e is not null

    union all

    select site, period, 'biogenic' as quantity, emissions_biogenic_tco2e, biogenic_line_id, data_quality
    from streams
    where emissions_biogenic_tco2e <> 0

    union all

    select
        site,
        period,
        case when upper(ghg) = 'N2O' then 'n2o' else 'co2' end as quantity,
        emissions_fossil_tco2e,
        fossil_line_id,
        data_quality
    from cems

    union all

    -- The template adds biogenic carbon dioxide only.
    select site, period, 'biogenic' as quantity, emissions_biogenic_tco2e, biogenic_line_id, data_quality
    from cems
    where emissions_biogenic_tco2e <> 0
        and upper(ghg) <> 'N2O'

    union all

    select site, period, 'pfc' as quantity, emissions_tco2e, line_id, data_quality
    from pfc
)

select
    site,
    period,
    quantity,
    part,
    part_id,
    data_quality,
    row_number() over (
        partition by site, period, quantity
        order by part_id
    ) as part_index
from parts
