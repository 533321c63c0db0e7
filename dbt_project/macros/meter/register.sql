{#- What a register with this many digits before the point counts in one turn; null where the digits are not known. -#}
{% macro register_turn(digits) -%}
    cast(power(10, {{ digits }}) as decimal(18, 6))
{%- endmacro %}

{#- Seconds from one timestamp to another. -#}
{% macro seconds_between(first_timestamp, second_timestamp) -%}
    {{ dbt.datediff(first_timestamp, second_timestamp, 'second') }}
{%- endmacro %}
