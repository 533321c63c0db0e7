{#- How what a balance found is held against what it expects, as the share that its tolerance bounds. -#}

{#- How far a quantity lies from the expected one, of that: 1 where nothing is expected and something was found. -#}
{% macro deviation_share(found, expected) -%}
    case
        when {{ found }} = {{ expected }} then 0
        {{ distance_branches(found, expected) }}
    end
{%- endmacro %}

{#- By how much a quantity exceeds what it may be at most, of that; less is as good, and so is `let_pass` more. -#}
{% macro excess_share(found, most, let_pass=0) -%}
    case
        when {{ found }} <= {{ most }} + {{ let_pass }} then 0
        {{ distance_branches(found, most) }}
    end
{%- endmacro %}

{% macro distance_branches(found, expected) -%}
    when {{ expected }} = 0 then 1
    else round(abs(cast({{ found }} - {{ expected }} as double)) / abs(cast({{ expected }} as double)), 12)
{%- endmacro %}
