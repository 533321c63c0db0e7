{#-
  One row: what certificates cost at prices that somebody asks about, and what that leaves of a margin a tonne. Called by
  `tracetonne certificates --price` and `--prices`, which check the arguments. `asked` is a mapping: pairs, a list of
  numbers of certificates and prices, and margin, a number or `null`; `costs` and `margins` have the same order.
-#}
{% macro price_certificates(asked) -%}
with
asked as (
    {%- for certificates, price in asked.pairs %}
    select {{ loop.index }} as place, cast({{ certificates }} as double) as certificates, {{ price }} as price
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

priced as (
    select place, {{ formula_sql('certificate_cost') }} as cost from asked
)

select
    list(cost order by place) as costs,
    list({{ asked.margin }} - cost order by place) as margins
from priced
{%- endmacro %}
