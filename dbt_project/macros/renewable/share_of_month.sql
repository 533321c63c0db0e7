{#- Days of a statement that lie in the month of CTE `months`, as a share of all its days. -#}
{% macro share_of_month(statement) -%}
    cast(
        {{ dbt.datediff(
            'greatest(' ~ statement ~ '.period_start, months.period_start)',
            'least(' ~ statement ~ '.period_end, months.period_end)', 'day'
        ) }} as double
    ) / {{ dbt.datediff(statement ~ '.period_start', statement ~ '.period_end', 'day') }}
{%- endmacro %}
