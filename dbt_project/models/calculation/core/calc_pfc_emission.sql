{{ scoped() }}
{#- A template states means, documents the anode effects and cell-days that they are means of. -#}
{%- set inputs = [
    'production', 'frequency', 'duration', 'anode_effect_minutes', 'cell_days', 'slope_factor', 'overvoltage',
    'current_efficiency', 'overvoltage_factor', 'c2f6_fraction', 'collection_efficiency'
] %}
{%- set only_of = {
    'frequency': 'template', 'duration': 'template', 'anode_effect_minutes': 'document', 'cell_days': 'document'
} %}

with
sources as (
    {%- for source in ['template', 'document'] %}
    select
        site,
        period,
        '{{ source }}' as input_source,
        emission_source,
        technology,
        formula_name,
        {%- for name in inputs %}
        {%- if name in only_of and only_of[name] != source %}
        cast(null as double) as {{ name }},
        cast(null as varchar) as {{ name }}_id{{ ',' if not loop.last }}
        {%- else %}
        {{ name }},
        {{ name }}_id{{ ',' if not loop.last }}
        {%- endif %}
        {%- endfor %}
    from {{ ref('calc_template_pfc_input') if source == 'template' else ref('calc_document_pfc_input') }}
    where {{ in_scope() }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
        and series = 'regime'
),

tetrafluoromethane as (
    select
        sources.*,
        rules.gwp_cf4,
        rules.gwp_cf4_id,
        rules.gwp_c2f6,
        rules.gwp_c2f6_id,
        {{ formula_sql_by('formula_name', ['pfc_cf4_slope', 'pfc_cf4_slope_minutes', 'pfc_cf4_overvoltage']) }} as cf4
    from sources
    inner join rules
        on sources.site = rules.site
        and sources.period = rules.period
        and sources.input_source = rules.input_source
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
    case when input_source = 'template' then 'mV' else 'mV*cell*day' end as overvoltage_unit,
    case when input_source = 'template' then '%' else '%*cell*day' end as current_efficiency_unit,
    {%- for name in inputs %}
    {{ name }},
    {{ name }}_id,
    {%- endfor %}
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
