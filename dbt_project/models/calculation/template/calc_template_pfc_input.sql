with
cells as (
    select * from {{ ref('calc_template_cell') }}
    where section = 'pfc'
),

sources as (
    select
        site,
        period,
        'pfc-' || lpad(cast(item as varchar), 2, '0') as emission_source,
        {{ template_text('method') }},
        {{ template_text('technology') }},
        {{ template_number('production_t', 'production') }},
        {{ template_number('anode_effect_frequency', 'frequency') }},
        {{ template_number('anode_effect_duration', 'duration') }},
        {{ template_number('slope_emission_factor', 'slope_factor') }},
        {{ template_number('anode_effect_overvoltage', 'overvoltage') }},
        {{ template_number('current_efficiency') }},
        {{ template_number('overvoltage_coefficient', 'overvoltage_factor') }},
        {{ template_number('c2f6_weight_fraction', 'c2f6_fraction') }},
        {{ template_number('collection_efficiency') }}
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
    technology,
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
    -- Blank cells as the template takes them: no C2F6, everything collected.
    coalesce(c2f6_fraction, 0) as c2f6_fraction,
    coalesce(c2f6_fraction_id, 'constant:blank_means_0') as c2f6_fraction_id,
    coalesce(collection_efficiency, 1) as collection_efficiency,
    coalesce(collection_efficiency_id, 'constant:blank_means_1') as collection_efficiency_id,
    case lower(method)
        when 'slope method' then 'pfc_cf4_slope'
        when 'overvoltage method' then 'pfc_cf4_overvoltage'
    end as formula_name
from sources
