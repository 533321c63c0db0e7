{#- How units, factors and refusals of factor documents are read. -#}

{#- A unit as `factor_unit.unit_key` holds it: lower case, no blanks, plain digits. -#}
{% macro factor_unit_key(column) -%}
    lower(translate(replace(replace({{ column }}, ' ', ''), '　', ''), '³₂', '32'))
{%- endmacro %}

{#- A name as `material_factor_map.alias_key` holds it: lower case, without blanks, hyphens and brackets. -#}
{% macro material_alias_key(column) -%}
    lower(translate(replace({{ column }}, '　', ''), ' _-()（）', ''))
{%- endmacro %}

{#- A factor as printed, with all its digits: a DECIMAL of 12 places would cut quotients such as 0.5902905879033833. -#}
{% macro landed_factor(column) -%}
    try_cast(
        replace(translate({{ column }}, '０１２３４５６７８９．－＋，', '0123456789.-+,'), ',', '') as double
    )
{%- endmacro %}

{#- True where a value lies outside what the parameter can be; `value` is in canonical units. -#}
{% macro impossible_factor(parameter, value) -%}
    ({{ value }} < 0
    or ({{ parameter }} in (
        'oxidation_factor', 'conversion_factor', 'biomass_fraction', 'pfc_slope_c2f6_share',
        'pfc_overvoltage_c2f6_share', 'pfc_collection_efficiency', 'calcination_degree', 'clinker_content',
        'nitrogen_content', '{{ nitrogen_forms() | join("', '") }}',
        'ash_content', 'ash_carbon_content'
    ) and {{ value }} > 1)
    or ({{ parameter }} like 'heat_efficiency%' and ({{ value }} > 1 or {{ value }} = 0))
    or ({{ parameter }} in ('ncv', 'specific_volume', 'rated_fuel_input', 'pfc_collection_efficiency') and {{ value }} = 0))
{%- endmacro %}

{#-
  Nitrogen of mixed fertilisers by form, which the report states beside the total that the goods count by (IR (EU)
  2025/2547 Annex IV 2; eq. 65 and 66 take the total alone): parameter and cell of a filled template.
-#}
{% macro nitrogen_forms() -%}
    {{ return({
        'nitrogen_ammonium_content': 'nitrogen_ammonium_share',
        'nitrogen_nitrate_content': 'nitrogen_nitrate_share',
        'nitrogen_urea_content': 'nitrogen_urea_share',
        'nitrogen_other_content': 'nitrogen_other_share'
    }) }}
{%- endmacro %}
