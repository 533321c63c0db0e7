{#- A condition that holds on every row; unknown counts as broken. -#}
{% test expression_is_true(model, expression, condition='1 = 1') %}
    select *
    from {{ model }}
    where ({{ condition }})
        and not coalesce(({{ expression }}), false)
{% endtest %}
