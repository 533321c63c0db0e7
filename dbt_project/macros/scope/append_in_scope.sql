{#-
  Append what a scoped model yields, and only that part of it that lies in the scope whose old rows were deleted. A
  model that forgets to filter a table which holds every site would otherwise append the other sites' rows again.
-#}
{% macro duckdb__get_incremental_append_sql(arg_dict) -%}
    {%- set scope = model.config.meta.get('scope') -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
    {%- if scope %}
    where {{ in_scope(scope['site_column'], scope['period_column']) }}
    {%- endif -%}
{%- endmacro %}
