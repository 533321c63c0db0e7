{#- Schemas are named exactly as configured (staging, calculation, output, reference): the layer is the name. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
