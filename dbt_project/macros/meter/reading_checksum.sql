{#-
  The checksum of meter readings: 60 bits (15 hexadecimal digits) of md5 over
  `meter|YYYY-MM-DDTHH:MM|quantity with 6 decimals, or nothing|quality`, as an integer. Summed over rows it does not
  depend on their order, it adds up from months to years, and a verifier recomputes it without this product.
-#}
{% macro reading_hash(meter, interval_start, quantity, quality) -%}
    {{ adapter.dispatch('reading_hash')(meter, interval_start, quantity, quality) }}
{%- endmacro %}

{% macro duckdb__reading_hash(meter, interval_start, quantity, quality) -%}
    cast(
        '0x' || substr(md5(
            {{ meter }} || '|' || strftime({{ interval_start }}, '%Y-%m-%dT%H:%M') || '|'
            || coalesce(cast({{ quantity }} as varchar), '') || '|' || coalesce({{ quality }}, '')
        ), 1, 15) as bigint
    )
{%- endmacro %}

{% macro spark__reading_hash(meter, interval_start, quantity, quality) -%}
    cast(conv(substr(md5(
        {{ meter }} || '|' || date_format({{ interval_start }}, "yyyy-MM-dd'T'HH:mm") || '|'
        || coalesce(cast({{ quantity }} as string), '') || '|' || coalesce({{ quality }}, '')
    ), 1, 15), 16, 10) as bigint)
{%- endmacro %}

{#- How good a reading is, best first: actual, final, substituted, estimated, none. A row without a value is last. -#}
{% macro reading_quality_rank(quantity, quality) -%}
    case
        when {{ quantity }} is null then 9
        when {{ quality }} = 'A' then 1
        when {{ quality }} = 'F' then 2
        when {{ quality }} = 'S' then 3
        when {{ quality }} = 'E' then 4
        else 5
    end
{%- endmacro %}

{#- The month key of a local timestamp; a constant where the scope is one month, which saves a function call a row. -#}
{% macro month_key(column) -%}
    {%- set months = scope_months() if scope_periods() else [] -%}
    {%- if months | length == 1 and scope_periods() | length == 1 -%}
        '{{ months[0][0] }}'
    {%- else -%}
        {{ adapter.dispatch('month_key_of')(column) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__month_key_of(column) -%}
    (cast(extract(year from {{ column }}) as varchar) || '-'
    || lpad(cast(extract(month from {{ column }}) as varchar), 2, '0'))
{%- endmacro %}

{#- Minutes from one timestamp to another. -#}
{% macro minutes_between(first_timestamp, second_timestamp) -%}
    {{ dbt.datediff(first_timestamp, second_timestamp, 'minute') }}
{%- endmacro %}
