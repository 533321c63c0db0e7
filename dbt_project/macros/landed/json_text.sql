{#- An entry of a JSON object in a text column, as text without blanks around it; null where it is not there. -#}
{% macro json_text(column, key) -%}
    {{ adapter.dispatch('json_text')(column, key) }}
{%- endmacro %}

{% macro duckdb__json_text(column, key) -%}
    nullif(trim(json_extract_string({{ column }}, '$.{{ key }}')), '')
{%- endmacro %}

{% macro spark__json_text(column, key) -%}
    nullif(trim(get_json_object({{ column }}, '$.{{ key }}')), '')
{%- endmacro %}
