{#-
  Config of a model that keeps one set of rows a site and period. First line of the model: `{{ scoped() }}`; its query
  must yield rows of the scope only (`where {{ in_scope() }}`).

  The rows of the scope are deleted before the new ones are appended. dbt's own delete+insert deletes only what the new
  rows match, so a period that became empty, because its document was withdrawn, would keep its old rows.

  `period_column=none` keeps one set of rows a site, for small tables that always hold all periods.
-#}
{% macro scoped(site_column='site', period_column='period') -%}
    {%- set period_argument = "'" ~ period_column ~ "'" if period_column else 'none' -%}
    {%- set delete_old = "{{ delete_scope(this, '" ~ site_column ~ "', " ~ period_argument ~ ") }}" -%}
    {%- if target.type == 'spark' -%}
        {{ config(
            materialized='incremental',
            partition_by=[site_column, period_column] if period_column else [site_column],
            file_format='parquet',
            pre_hook=delete_old
        ) }}
    {%- else -%}
        {{ config(
            materialized='incremental',
            pre_hook=delete_old,
            meta={'scope': {'site_column': site_column, 'period_column': period_column}}
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- Remove the rows of the scope from a relation, where it exists. -#}
{% macro delete_scope(relation, site_column='site', period_column='period') -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {%- set existing = load_relation(relation) -%}
        {%- if existing is not none and existing.is_table -%}
            {{ adapter.dispatch('delete_scope_rows')(existing, site_column, period_column) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__delete_scope_rows(relation, site_column, period_column) -%}
    delete from {{ relation }} where {{ in_scope(site_column, period_column) }}
{%- endmacro %}

{#- Parquet tables on Spark know no delete: drop the partitions. Without a scope the overwrite replaces everything. -#}
{% macro spark__delete_scope_rows(relation, site_column, period_column) -%}
    {%- if scope_site() and not period_column -%}
        alter table {{ relation }} drop if exists partition ({{ site_column }} = '{{ scope_site() }}')
    {%- elif scope_site() and scope_periods() -%}
        alter table {{ relation }} drop if exists
        {%- for period in scope_periods() %}
        partition ({{ site_column }} = '{{ scope_site() }}', {{ period_column }} = '{{ period }}')
        {{- ',' if not loop.last }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
