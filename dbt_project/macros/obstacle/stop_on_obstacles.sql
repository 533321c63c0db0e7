{#-
  Stop the build and say why, in both languages, where a model of obstacles has rows for the scope: no factor that the
  rules allow, a source stream that nobody attributed. Going on would mean guessing.
-#}
{% macro stop_on_obstacles(relation) -%}
    {%- if execute -%}
        {%- set query -%}
            select distinct message, message_zh
            from {{ relation }}
            where {{ in_scope() }}
            order by message
        {%- endset -%}
        {%- set rows = run_query(query).rows -%}
        {%- if rows | length > 0 -%}
            {%- set messages = [] -%}
            {%- for row in rows -%}
                {%- do messages.append(row[0] ~ '\n  ' ~ row[1]) -%}
            {%- endfor -%}
            {{ exceptions.raise_compiler_error(
                'The figures cannot be computed:\n' ~ messages | join('\n')
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
