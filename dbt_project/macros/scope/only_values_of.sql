{#-
  A predicate that names the values of a query one by one, so that the engine opens only their row groups, and nothing
  where there are none: of a filter that is a query it knows too late how few values pass. A build of changed methods,
  and one that says nothing (a unit test, whose inputs are no tables), filters nothing here.
-#}
{% macro only_values_of(column, query) -%}
    {%- if not execute or var('anew', true) -%}
        1 = 1
    {%- else -%}
        {%- set values = run_query(query).columns[0].values() | unique | sort -%}
        {%- set texts = [] -%}
        {%- for value in values -%}
            {%- do texts.append("'" ~ value | replace("'", "''") ~ "'") -%}
        {%- endfor -%}
        {{ column ~ ' in (' ~ texts | join(', ') ~ ')' if texts else '1 = 0' }}
    {%- endif -%}
{%- endmacro %}
