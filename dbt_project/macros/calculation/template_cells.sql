{#- Reading the long form of a filled communication template: pivots, units and owners of its cells. -#}

{#- Value and id of one numeric field, as two columns of a query grouped by item. -#}
{% macro template_number(field, name=none) -%}
    max(case when field = '{{ field }}' then value_number end) as {{ name or field }},
        max(case when field = '{{ field }}' and value_number is not null then cell_id end) as {{ name or field }}_id
{%- endmacro %}

{#- One text field as a column of a query grouped by item. -#}
{% macro template_text(field, name=none) -%}
    max(case when field = '{{ field }}' then value_text end) as {{ name or field }}
{%- endmacro %}

{#- The section that names the item of a cell. -#}
{% macro template_owner(section) -%}
    case
        when {{ section }} in ('production_level', 'process_flow', 'process_value') then 'process'
        when {{ section }} in ('precursor_level', 'precursor_flow', 'precursor_value') then 'precursor'
        else {{ section }}
    end
{%- endmacro %}

{#- The unit of a numeric cell, as the template prints it beside the cell. -#}
{% macro template_unit(section, field, activity_unit) -%}
    case
        when {{ field }} = 'activity_data' then {{ activity_unit }}
        when {{ field }} = 'net_calorific_value' then 'GJ/' || {{ activity_unit }}
        when {{ field }} = 'carbon_content' then 'tC/' || {{ activity_unit }}
        when right({{ field }}, 4) = '_pct' then '%'
        when {{ field }} = 'anode_effect_frequency' then '1/(cell*day)'
        when {{ field }} = 'anode_effect_duration' then 'min'
        when {{ field }} = 'slope_emission_factor' then '(kg CF4/t)/(min/(cell*day))'
        when {{ field }} = 'anode_effect_overvoltage' then 'mV'
        when {{ field }} = 'overvoltage_coefficient' then '(kg CF4/t)/mV'
        when {{ field }} = 'current_efficiency' then '%'
        when {{ field }} = 'concentration_g_per_nm3' then 'g/Nm3'
        when {{ field }} = 'operating_hours' then 'h'
        when {{ field }} = 'flow_knm3_per_h' then '1000Nm3/h'
        when {{ field }} = 'electricity_mwh_per_t' then 'MWh/t'
        when right({{ field }}, 3) = '_tj' then 'TJ'
        when right({{ field }}, 4) = '_mwh' then 'MWh'
        when {{ field }} in ('heat_imported_factor', 'heat_exported_factor') then 'tCO2/TJ'
        when {{ field }} in ('waste_gas_imported_factor', 'waste_gas_exported_factor') then 'tCO2/TJ'
        when {{ field }} in ('electricity_factor', 'exported_electricity_factor') then 'tCO2/MWh'
        when {{ field }} = 'see_direct' then 'tCO2e/t'
        when {{ field }} = 'direct_emissions' then 'tCO2e'
        when {{ section }} = 'balance' then 'tCO2e'
        when {{ field }} in ('amount', 'production_t', 'to_market', 'non_cbam', 'other_use') then 't'
        else '1'
    end
{%- endmacro %}
