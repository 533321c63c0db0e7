{#-
  The second axis of the register: a question may be put as of a day (variable `known_on`, an ISO date; `tracetonne
  inventory --known-on`). A factor of which it was not known by then loses; one that does not say since when it is known,
  such as a paper of the plant's own, was. Without a day everything that is registered is known.
-#}
{% macro is_not_yet_known(known_since='known_since') -%}
    {%- if var('known_on', none) is none -%}
        false
    {%- else -%}
        coalesce({{ known_since }} > {{ asked_day() }}, false)
    {%- endif -%}
{%- endmacro %}

{#- The earlier of a day and the one that the question is put as of. -#}
{% macro known_by(day) -%}
    {%- if var('known_on', none) is none -%}
        {{ day }}
    {%- else -%}
        least({{ day }}, {{ asked_day() }})
    {%- endif -%}
{%- endmacro %}

{% macro asked_day() -%}
    cast('{{ modules.datetime.date.fromisoformat(var('known_on')) }}' as date)
{%- endmacro %}
