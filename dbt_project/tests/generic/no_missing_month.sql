{#- Between the first and the last month of each group (a date column, first day of the month) none is missing. -#}
{% test no_missing_month(model, column_name, group_columns) %}
    with
    months as (
        select distinct
            {{ group_columns | join(', ') }},
            extract(year from {{ column_name }}) * 12 + extract(month from {{ column_name }}) as month_number
        from {{ model }}
    )

    select
        {{ group_columns | join(', ') }},
        max(month_number) - min(month_number) + 1 as months_expected,
        count(*) as months_found
    from months
    group by {{ group_columns | join(', ') }}
    having max(month_number) - min(month_number) + 1 <> count(*)
{% endtest %}
