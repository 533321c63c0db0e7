{#-
  How numbers are kept and rounded. A product of doubles is cast once to DECIMAL(38,12) and from then on summed
  exactly; ratios stay double. Statutory rounding happens in DECIMAL, half up, at the output boundary only.
-#}

{#-
  A line's product: computed in double, cast once. The cast goes through the shortest text that reads back to the same
  double, as the formulas are defined: a direct cast scales in binary and can be off in the last decimal.
-#}
{% macro line_value(expression) -%}
    cast(cast({{ expression }} as varchar) as decimal(38, 12))
{%- endmacro %}

{#- Emissions under CBAM: full tonnes (IR (EU) 2025/2547 Annex II A.1(6); IR (EU) 2023/1773 Annex III A). -#}
{% macro round_emissions(expression) -%}
    cast(round(cast({{ expression }} as decimal(38, 12)), 0) as double)
{%- endmacro %}

{#- Specific embedded emissions under CBAM: at most 5 decimals. IR (EU) 2025/2547 Annex II A.1(8). -#}
{% macro round_specific(expression) -%}
    cast(round(cast({{ expression }} as decimal(38, 12)), 5) as double)
{%- endmacro %}

{#- Percent-encode one part of a key, so that colons and slashes in names cannot split it. -#}
{% macro encode_part(expression) -%}
    {{ return(adapter.dispatch('encode_part')(expression)) }}
{%- endmacro %}

{% macro duckdb__encode_part(expression) -%}
    {{ return('url_encode(cast(' ~ expression ~ ' as varchar))') }}
{%- endmacro %}

{% macro spark__encode_part(expression) -%}
    {{ return("replace(url_encode(cast(" ~ expression ~ " as string)), '+', '%20')") }}
{%- endmacro %}

{#-
  `line:<site>:<period>:<series or ->:<step>:<subject>[:<object>]`. `step` is a SQL expression, so that one model can
  make the lines of several steps; `series` as well.
-#}
{% macro line_id(step, subject, object=none, series=none, site='site', period='period') -%}
    'line:' || {{ encode_part(site) }} || ':' || {{ encode_part(period) }} || ':' || {{ series or "'-'" }} || ':'
    || {{ step }} || ':' || {{ encode_part(subject) }}
    {%- if object %} || ':' || {{ encode_part(object) }}{% endif %}
{%- endmacro %}

{#- The value as it is reported: rounded by the rule of its kind. -#}
{% macro round_figure(expression, rounding) -%}
    case {{ rounding }}
        when 'emissions' then {{ round_emissions(expression) }}
        when 'count' then {{ round_emissions(expression) }}
        when 'specific' then {{ round_specific(expression) }}
        when 'share' then {{ round_specific(expression) }}
        when 'money' then cast(round(cast({{ expression }} as decimal(38, 12)), 2) as double)
        else cast(round(cast({{ expression }} as decimal(38, 12)), 3) as double)
    end
{%- endmacro %}

{#- `site:period:process:product:quantity:series`, parts percent-encoded, an empty part empty. -#}
{% macro figure_key(site, period, process, product, quantity, series) -%}
    {{ encode_part(site) }} || ':' || {{ encode_part(period) }} || ':'
    || coalesce({{ encode_part(process) }}, '') || ':' || coalesce({{ encode_part(product) }}, '') || ':'
    || {{ quantity }} || ':' || {{ series }}
{%- endmacro %}

{#- The period whose refresh makes a row: of a template that is no calendar year, the year in which it ends. -#}
{% macro refresh_period(period) -%}
    case when length({{ period }}) = 21 then substring({{ period }}, 12, 4) else {{ period }} end
{%- endmacro %}

{#- A unit per tonne of goods, or per MWh where the goods are electricity. -#}
{% macro unit_of_goods(unit, activity_unit) -%}
    case
        when {{ activity_unit }} = 'MWh' and {{ unit }} = 't' then 'MWh'
        when {{ activity_unit }} = 'MWh' and {{ unit }} in ('tCO2e/t', 'MWh/t') then replace({{ unit }}, '/t', '/MWh')
        else {{ unit }}
    end
{%- endmacro %}
