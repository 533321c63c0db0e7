{#-
  A closed result keeps its factor: the `close` decision of a period names the factors that were chosen when it was
  closed, and no other may win in that period until the close is withdrawn (`tracetonne reopen`). The list, not a day,
  decides: so neither a document that is approved late, nor a row that enters the register with an older day, nor a new
  order of the rules moves a closed figure. What came later loses, with the day on which it became known.
-#}

{#- CTE body: one row a closed period of a site; a closed year closes its months. `subjects` has site and period. -#}
{% macro closed_periods(subjects) -%}
    select
        in_question.site,
        in_question.period,
        min(decisions.decided_date) as closed_on,
        {{ dbt.listagg('decisions.detail', "' '", 'order by decisions.decision_id') }} as kept_factors
    from (select distinct site, period from {{ subjects }}) as in_question
    inner join {{ ref('stg_register__decision') }} as decisions
        on in_question.site = decisions.site
        and decisions.decision = 'close'
        and decisions.subject in (in_question.period, substring(in_question.period, 1, 4))
    group by in_question.site, in_question.period
{%- endmacro %}

{#- True where a factor is among those that a closed period keeps; null where the period is open. -#}
{% macro is_closed_choice(factor_id, kept_factors='closed_periods.kept_factors') -%}
    {%- set escaped = "replace(replace(" ~ factor_id ~ ", chr(92), chr(92) || chr(92)), '\"', chr(92) || '\"')" -%}
    position('"' || {{ escaped }} || '"' in {{ kept_factors }}) > 0
{%- endmacro %}

{#- Behind the reason of a candidate that lost to a closed result: when that was, and since when this one is known. -#}
{% macro closed_note(language='en', known_since=none) -%}
    {%- set words = {
        'en': ("'; closed on '", "', this one known since '"), 'zh': ("'；結帳日 '", "'，本係數公布日 '")
    }[language] -%}
    {{ words[0] }} || cast(decided.closed_on as varchar)
    {%- if known_since %} || coalesce({{ words[1] }} || cast({{ known_since }} as varchar), ''){% endif %}
{%- endmacro %}
