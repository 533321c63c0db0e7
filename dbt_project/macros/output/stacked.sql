{#-
  The rows of several models as one query, column by column, for outputs that several methods fill alike. `parts` is a
  list of `(relation, {column: expression})`; a column that is not given is taken as it stands. Every row also gets the
  refresh that it belongs to, unless the parts are reference data (`is_of_period=false`).
-#}
{% macro stacked(columns, parts, is_of_period=true) -%}
    {%- for relation, given in parts %}
    select
        {%- for column in columns %}
        {%- if column in given %}
        {{ given[column] }} as {{ column }}
        {%- else %}
        {{ column }}
        {%- endif %}
        {{- ',' if is_of_period or not loop.last }}
        {%- endfor %}
        {%- if is_of_period %}
        {{ refresh_period('period') }} as refresh_period,
        site
        {%- endif %}
    from {{ relation }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
