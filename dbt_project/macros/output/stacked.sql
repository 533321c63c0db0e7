{#-
  The rows of several models as one query, column by column, for outputs that several methods fill alike. `parts` is a
  list of `(relation, {column: expression})`; a column that is not given is taken as it stands. Every row also gets the
  refresh that it belongs to.
-#}
{% macro stacked(columns, parts) -%}
    {%- for relation, given in parts %}
    select
        {%- for column in columns %}
        {%- if column in given %}
        {{ given[column] }} as {{ column }},
        {%- else %}
        {{ column }},
        {%- endif %}
        {%- endfor %}
        {{ refresh_period('period') }} as refresh_period,
        site
    from {{ relation }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
