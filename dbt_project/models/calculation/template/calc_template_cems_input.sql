with
cells as (
    select * from {{ ref('calc_template_cell') }}
    where section = 'cems'
),

sources as (
    select
        site,
        period,
        'cems-' || lpad(cast(item as varchar), 2, '0') as emission_source,
        {{ template_text('name', 'emission_source_name') }},
        {{ template_text('ghg') }},
        {{ template_number('concentration_g_per_nm3', 'concentration') }},
        {{ template_number('operating_hours', 'hours') }},
        {{ template_number('flow_knm3_per_h', 'flow') }},
        {{ template_number('biomass_pct', 'biomass') }},
        {{ template_number('energy_fossil_tj') }},
        {{ template_number('energy_biomass_tj') }}
    from cells
    group by
        site,
        period,
        item
)

select
    site,
    period,
    emission_source,
    emission_source_name,
    ghg,
    concentration,
    concentration_id,
    hours,
    hours_id,
    flow,
    flow_id,
    coalesce(biomass, 0) as biomass,
    coalesce(biomass_id, 'constant:blank_means_0') as biomass_id,
    energy_fossil_tj,
    energy_fossil_tj_id,
    energy_biomass_tj,
    energy_biomass_tj_id
from sources
