{#- Between the first and the last month of each group (a date column, first day of the month) none is missing. -#}
{% test no_missing_month(model, column_name, group_columns=[]) %}
    with
    months as (
        select distinct
            {%- for column in group_columns %}
            {{ column }},
            {%- endfor %}
            extract(year from {{ column_name }}) * 12 + extract(month from {{ column_name }}) as month_number
        from {{ model }}
    )

    select
        {%- for column in group_columns %}
        {{ column }},
        {%- endfor %}
        max(month_number) - min(month_number) + 1 as months_expected,
        count(*) as months_found
    from months
    {%- if group_columns %}
    group by {{ group_columns | join(', ') }}
    {%- endif %}
    having max(month_number) - min(month_number) + 1 <> count(*)
{% endtest %}
