{#- Exact numbers. Sums over DOUBLE differ from run to run with several threads, sums over DECIMAL do not. -#}

{#- A quantity inside the calculation: docs/decisions, quantities are DECIMAL(38,12). -#}
{% macro quantity(expression) -%}
    cast({{ expression }} as decimal(38, 12))
{%- endmacro %}

{#-
  A quantity times a unit factor. Factors of up to six decimals (all of the decimal system's) multiply exactly; others
  (pound, Btu, standard cubic metre) in DOUBLE, cast once.
-#}
{% macro converted(quantity_expression, factor) -%}
    case
        when {{ factor }} = round({{ factor }}, 6) and {{ factor }} < 1000000
            then cast(
                cast({{ quantity_expression }} as decimal(26, 6)) * cast({{ factor }} as decimal(12, 6))
                as decimal(38, 12)
            )
        else cast(cast({{ quantity_expression }} as double) * {{ factor }} as decimal(38, 12))
    end
{%- endmacro %}

{#-
  The part of a quantity that the first `days` of `total_days` bear, with both ends exact: nothing for day 0 and all of
  it for the last day. Parts are differences of two such values, so they add up to the quantity to the last digit.
-#}
{% macro cumulative_share(quantity_expression, days, total_days) -%}
    case
        when {{ days }} <= 0 then cast(0 as decimal(38, 12))
        when {{ days }} >= {{ total_days }} then {{ quantity_expression }}
        else cast(
            cast({{ quantity_expression }} as double) * {{ days }} / {{ total_days }} as decimal(38, 12)
        )
    end
{%- endmacro %}

{#- Distinct texts of a column in their own order, joined by a separator. -#}
{% macro joined(expression, separator=' ') -%}
    {{ adapter.dispatch('joined')(expression, separator) }}
{%- endmacro %}

{% macro default__joined(expression, separator) -%}
    string_agg(distinct {{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}

{% macro spark__joined(expression, separator) -%}
    array_join(array_sort(collect_set({{ expression }})), '{{ separator }}')
{%- endmacro %}

{#- A number for a message: at most six decimals, none that are zero. -#}
{% macro shown(expression) -%}
    regexp_replace(regexp_replace(cast(cast({{ expression }} as decimal(30, 6)) as varchar), '0+$', ''), '[.]$', '')
{%- endmacro %}
