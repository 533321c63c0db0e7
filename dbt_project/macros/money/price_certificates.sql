{#-
  One row: what certificates cost at a price that somebody asks about. Called by `tracetonne certificates --price`, which
  checks the arguments. `asked` is a mapping: price, and certificates, a list of numbers; `costs` has the same order.
-#}
{% macro price_certificates(asked) -%}
with
asked as (
    {%- for certificates in asked.certificates %}
    select {{ loop.index }} as place, cast({{ certificates }} as double) as certificates, {{ asked.price }} as price
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select list({{ formula_sql('certificate_cost') }} order by place) as costs
from asked
{%- endmacro %}
