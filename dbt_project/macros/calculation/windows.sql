{#-
  Windows over months: year to date (`YTD`) and rolling twelve months (`R12`). A change in month m moves the windows
  that end in m and in the eleven months after it, as far as those months exist, so the scope of a window model is
  wider than the scope of the build: all end months from the first month of the build to eleven after its last.
-#}

{#- Config of a model that keeps rows a site and end month; its query filters by `in_window_scope`. -#}
{% macro scoped_windows() -%}
    {{ config(materialized='incremental', pre_hook="{{ delete_window_scope(this) }}") }}
{%- endmacro %}

{#- `[first, last]` end month that a build moves; none where everything is rebuilt, an empty list where nothing is. -#}
{% macro window_bounds() -%}
    {%- set periods = scope_periods() -%}
    {%- if not periods -%}{{ return(none) }}{%- endif -%}
    {%- set months = [] -%}
    {%- for period in periods if (period | string | length) == 7 -%}{%- do months.append(period | string) -%}{%- endfor -%}
    {%- if not months -%}{{ return([]) }}{%- endif -%}
    {%- set year, month = (months | max).split('-') | map('int') -%}
    {%- set last = year * 12 + month - 1 + 11 -%}
    {{ return([months | min, '%04d-%02d' | format(last // 12, last % 12 + 1)]) }}
{%- endmacro %}

{#- A predicate on the site and the end month of a window. -#}
{% macro in_window_scope(site_column='site', period_column='period') -%}
    {%- set bounds = window_bounds() -%}
    {{ in_scope_site(site_column) }}
    {%- if bounds is none %}
    {%- elif not bounds %}
        and 1 = 0
    {%- else %}
        and {{ period_column }} between '{{ bounds[0] }}' and '{{ bounds[1] }}'
    {%- endif -%}
{%- endmacro %}

{#- Remove the windows that a build moves, where the table exists. -#}
{% macro delete_window_scope(relation) -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {%- set existing = load_relation(relation) -%}
        {%- if existing is not none and existing.is_table -%}
            delete from {{ existing }} where {{ in_window_scope() }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
