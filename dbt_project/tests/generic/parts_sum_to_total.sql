{#-
  Parts add up to their total: for each combination of `columns`, the exact sum of `part` over this model equals
  `total` in the other one. With tolerance 0 this is an identity of DECIMAL sums. A total without parts fails too.
-#}
{% test parts_sum_to_total(model, part, to, total, columns, tolerance=0, condition='1 = 1') %}
    with
    parts as (
        select {{ columns | join(', ') }}, sum({{ part }}) as parts_total
        from {{ model }}
        where {{ condition }}
        group by {{ columns | join(', ') }}
    ),

    totals as (
        select {{ columns | join(', ') }}, {{ total }} as stated_total
        from {{ to }}
    )

    select totals.*, parts.parts_total
    from totals
    left join parts
        on {% for column in columns -%}
            totals.{{ column }} = parts.{{ column }}{{ ' and ' if not loop.last }}
        {%- endfor %}
    where abs(coalesce(parts.parts_total, 0) - totals.stated_total) > {{ tolerance }}
{% endtest %}
