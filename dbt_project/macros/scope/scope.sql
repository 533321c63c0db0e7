{#-
  What a build recomputes. `site` is one site code and `periods` a list of period keys: a month `2025-03`, a calendar
  year `2025`, or, for filled templates of other windows, `2023-07-01_2024-06-30`. A variable that is absent means
  everything: `dbt build` alone rebuilds all sites and periods.
-#}

{#- The site as a string, or none. -#}
{% macro scope_site() -%}
    {{ return(var('site', none)) }}
{%- endmacro %}

{#- The period keys as a list, or none. -#}
{% macro scope_periods() -%}
    {%- set periods = var('periods', none) -%}
    {%- if periods is string -%}{%- set periods = [periods] -%}{%- endif -%}
    {{ return(periods) }}
{%- endmacro %}

{#- `[first day, day after the last]` of one period key, as ISO texts. -#}
{% macro period_bounds(period) -%}
    {%- set key = period | string -%}
    {%- if '_' in key -%}
        {%- set first, last = key.split('_') -%}
        {%- set day = modules.datetime.date.fromisoformat(last) + modules.datetime.timedelta(days=1) -%}
        {{ return([first, day.isoformat()]) }}
    {%- elif '-' in key -%}
        {%- set year, month = key.split('-') | map('int') -%}
        {%- set next_year = year + 1 if month == 12 else year -%}
        {%- set next_month = 1 if month == 12 else month + 1 -%}
        {{ return([key ~ '-01', '%04d-%02d-01' | format(next_year, next_month)]) }}
    {%- else -%}
        {{ return([key ~ '-01-01', '%04d-01-01' | format(key | int + 1)]) }}
    {%- endif -%}
{%- endmacro %}

{#- First day of the earliest and day after the last of all periods in scope, or none where everything is. -#}
{% macro scope_bounds() -%}
    {%- set periods = scope_periods() -%}
    {%- if not periods -%}{{ return(none) }}{%- endif -%}
    {%- set firsts, lasts = [], [] -%}
    {%- for period in periods -%}
        {%- set bounds = period_bounds(period) -%}
        {%- do firsts.append(bounds[0]) -%}
        {%- do lasts.append(bounds[1]) -%}
    {%- endfor -%}
    {{ return([firsts | min, lasts | max]) }}
{%- endmacro %}

{#- A predicate on a site column; always true where no site was asked for. -#}
{% macro in_scope_site(site_column='site') -%}
    {%- if scope_site() -%}
        {{ site_column }} = '{{ scope_site() | replace("'", "''") }}'
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{#-
  A predicate on a site and a period column; always true where nothing was asked for. Without a period column the whole
  site is the scope. The scope of a year takes in the windows of filled templates that end in it, whose key is their
  first and last day.
-#}
{% macro in_scope(site_column='site', period_column='period') -%}
    {{ in_scope_site(site_column) }}
    {%- if scope_periods() and period_column %}
        {%- set years = [] -%}
        {%- for period in scope_periods() if (period | string | length) == 4 -%}
            {%- do years.append("'" ~ period ~ "'") -%}
        {%- endfor %}
        and (
            {{ period_column }} in (
                {%- for period in scope_periods() -%}
                    '{{ period | string | replace("'", "''") }}'{{ ', ' if not loop.last }}
                {%- endfor -%}
            )
            {%- if years %}
            or (length({{ period_column }}) = 21 and substring({{ period_column }}, 12, 4) in ({{ years | join(', ') }}))
            {%- endif %}
        )
    {%- endif -%}
{%- endmacro %}

{#-
  A predicate of constants on a local timestamp or date column, so that the engine skips the files and row groups of
  other months; always true where nothing was asked for. `margin_hours` widens it at both ends.
-#}
{% macro in_scope_days(column, margin_hours=0) -%}
    {%- set bounds = scope_bounds() -%}
    {%- if bounds -%}
        {%- set margin = modules.datetime.timedelta(hours=margin_hours) -%}
        {%- set first = modules.datetime.datetime.fromisoformat(bounds[0]) - margin -%}
        {%- set last = modules.datetime.datetime.fromisoformat(bounds[1]) + margin -%}
        {{ column }} >= timestamp '{{ first }}' and {{ column }} < timestamp '{{ last }}'
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{#-
  Calendar months as a list of `(key, first day, first day of the next)`: those in scope, or, where everything is, all
  that evidence may speak of. A constant list serves every engine alike.
-#}
{% macro scope_months() -%}
    {%- set months = [] -%}
    {%- if scope_periods() -%}
        {%- for period in scope_periods() if '-' in (period | string) and '_' not in (period | string) -%}
            {%- set bounds = period_bounds(period) -%}
            {%- do months.append((period | string, bounds[0], bounds[1])) -%}
        {%- endfor -%}
        {{ return(months) }}
    {%- endif -%}
    {{ return(all_months()) }}
{%- endmacro %}

{#- The months that the product knows, 2018 to 2039, in the shape of scope_months. -#}
{% macro all_months() -%}
    {%- set months = [] -%}
    {%- for year in range(2018, 2040) -%}
        {%- for month in range(1, 13) -%}
            {%- set key = '%04d-%02d' | format(year, month) -%}
            {%- set bounds = period_bounds(key) -%}
            {%- do months.append((key, bounds[0], bounds[1])) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(months) }}
{%- endmacro %}

{#- Years in scope, in the shape of scope_months. -#}
{% macro scope_years() -%}
    {%- set years = [] -%}
    {%- set keys = scope_periods() or range(2018, 2040) -%}
    {%- for period in keys if '-' not in (period | string) -%}
        {%- set bounds = period_bounds(period) -%}
        {%- do years.append((period | string, bounds[0], bounds[1])) -%}
    {%- endfor -%}
    {{ return(years) }}
{%- endmacro %}

{#- A query over such a list: period, period_start, period_end. -#}
{% macro period_rows(periods) -%}
    select period, period_start, period_end
    from (
        values
        {%- for period in periods or [('', '2018-01-01', '2018-01-01')] %}
        ('{{ period[0] }}', date '{{ period[1] }}', date '{{ period[2] }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as periods (period, period_start, period_end)
    {%- if not periods %}
    where 1 = 0
    {%- endif %}
{%- endmacro %}
