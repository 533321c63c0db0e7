{#-
  What every choice among candidates ends with, whatever a candidate is: a closed result keeps its factor, those that hold
  are put in order, the first wins, and each of the others says why it lost. Used by the *_candidate models.
-#}

{#-
  True where a closed period keeps another candidate of the same subject, one that still fits: this one may then not hold.
  `is_kept` comes from is_closed_choice; `fits` is a predicate on the row.
-#}
{% macro is_closed_out(subject_key, fits) -%}
    not is_kept
    and max(case when is_kept and {{ fits }} then 1 else 0 end) over (partition by {{ subject_key | join(', ') }}) = 1
{%- endmacro %}

{#-
  CTEs `ranked` and `decided`: candidate_rank (1 is the best), is_winner and loss, which is null for the winner alone.
  Those that lost already stand behind the others; `best_first` puts those that hold in order.
-#}
{% macro decided_ctes(relation, subject_key, best_first) -%}
ranked as (
    select
        *,
        row_number() over (
            partition by {{ subject_key | join(', ') }}
            order by
                case when lost_code is null then 0 else 1 end,
                {{ best_first | join(',\n                ') }}
        ) as candidate_rank
    from {{ relation }}
),

decided as (
    select
        *,
        lost_code is null and candidate_rank = 1 as is_winner,
        case when lost_code is null and candidate_rank > 1 then 'ranked_lower' else lost_code end as loss
    from ranked
)
{%- endmacro %}
