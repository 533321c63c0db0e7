{#- Rows that meet a condition have their partner, by one or several columns, in another model. -#}
{% test relationship_where(model, to, columns, to_columns=none, condition='1 = 1') %}
    {%- set partner_columns = to_columns or columns %}
    select detail.*
    from {{ model }} as detail
    left join (select distinct {{ partner_columns | join(', ') }} from {{ to }}) as partner
        on {% for column in columns -%}
            detail.{{ column }} = partner.{{ partner_columns[loop.index0] }}{{ ' and ' if not loop.last }}
        {%- endfor %}
    where partner.{{ partner_columns[0] }} is null
        and ({{ condition }})
{% endtest %}
