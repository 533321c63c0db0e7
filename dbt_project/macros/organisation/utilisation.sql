{#- Share of what a process could make that it made: of its best month, or of a capacity that somebody gives. -#}
{% macro utilisation(activity_level, capacity) -%}
    cast({{ activity_level }} as double) / cast({{ capacity }} as double)
{%- endmacro %}

{#-
  One row: utilisation by capacities that somebody asks about. Called by `tracetonne trend --capacity`, which checks the
  arguments. `asked` is a mapping: pairs, a list of what was made in a month and of what can be made in one, in the same
  unit; `shares` has the same order.
-#}
{% macro utilisation_of_capacities(asked) -%}
with
asked as (
    {%- for activity_level, capacity in asked.pairs %}
    select {{ loop.index }} as place, {{ activity_level }} as activity_level, {{ capacity }} as capacity
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select list({{ utilisation('activity_level', 'capacity') }} order by place) as shares
from asked
{%- endmacro %}
