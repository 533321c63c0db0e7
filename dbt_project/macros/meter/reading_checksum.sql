{#-
  The checksum of meter readings: 60 bits (15 hexadecimal digits) of md5 over
  `meter|YYYY-MM-DDTHH:MM|quantity with 6 decimals, or nothing|quality`, as an integer. Summed over rows it does not
  depend on their order, it adds up from months to years, and a verifier recomputes it without this product.
-#}
{% macro reading_hash(meter, interval_start, quantity, quality) -%}
    {{ adapter.dispatch('reading_hash')(meter, interval_start, quantity, quality) }}
{%- endmacro %}

{#- concat() leaves nulls out and builds the text in one step, which costs half of chaining `||`. -#}
{% macro duckdb__reading_hash(meter, interval_start, quantity, quality) -%}
    cast(
        '0x' || left(md5(concat(
            {{ meter }}, strftime({{ interval_start }}, '|%Y-%m-%dT%H:%M|'), {{ quantity }}, '|', {{ quality }}
        )), 15) as bigint
    )
{%- endmacro %}

{% macro spark__reading_hash(meter, interval_start, quantity, quality) -%}
    cast(conv(substr(md5(
        {{ meter }} || '|' || date_format({{ interval_start }}, "yyyy-MM-dd'T'HH:mm") || '|'
        || coalesce(cast({{ quantity }} as string), '') || '|' || coalesce({{ quality }}, '')
    ), 1, 15), 16, 10) as bigint)
{%- endmacro %}

{#-
  Which of several readings of one interval counts, best first: actual, final, substituted, estimated, none. A row without a
  value is last; of equally good ones the one that arrived last.
-#}
{% macro best_reading_first(readings, evidence) -%}
    case
        when {{ readings }}.quantity is null then 9
        when {{ readings }}.quality = 'A' then 1
        when {{ readings }}.quality = 'F' then 2
        when {{ readings }}.quality = 'S' then 3
        when {{ readings }}.quality = 'E' then 4
        else 5
    end,
    {{ evidence }}.arrival_order desc,
    {{ readings }}.evidence_id desc,
    {{ readings }}.record_number desc
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

{#-
  How many different intervals of a month a group of readings speaks of. On DuckDB one bit a minute of the month is set,
  which costs next to nothing; readings less than a minute apart would fall together, which only sends their meter
  through the careful look that repeated intervals get.
-#}
{% macro distinct_intervals(interval_start) -%}
    {{ adapter.dispatch('distinct_intervals')(interval_start) }}
{%- endmacro %}

{% macro default__distinct_intervals(interval_start) -%}
    count(distinct {{ interval_start }})
{%- endmacro %}

{% macro duckdb__distinct_intervals(interval_start) -%}
    cast(bit_count(bitstring_agg(
        cast(
            (extract(day from {{ interval_start }}) - 1) * 1440
            + extract(hour from {{ interval_start }}) * 60
            + extract(minute from {{ interval_start }}) as integer
        ), 0, 44639
    )) as bigint)
{%- endmacro %}
