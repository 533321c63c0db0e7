{#-
  What imported goods owe under Article 31 of the Climate Change Response Act, step by step, as common table expressions
  that end in `import_levies`. `goods` names a relation with the inputs of every step, all doubles: mass (t), see and
  benchmark (tCO2e/t), price (NT$/tCO2e), credits (t CO2e handed in), credit_cap (largest share of the difference that
  credits may cover), paid_abroad (NT$), and is_liable. Of goods that are not liable nothing is due; where it is not known
  whether they are, or what they embed, nothing is said: `least` and `greatest` pass over a null, so each step asks first.
  The model of landed imports and `tracetonne estimate import-carbon` both use it.
-#}
{% macro import_carbon_chain(goods) -%}
import_emissions as (
    select
        *,
        mass * see as product_emissions
    from {{ goods }}
),

import_differences as (
    select
        *,
        case
            when not is_liable then 0
            when is_liable and product_emissions is not null then greatest(0, product_emissions - mass * benchmark)
        end as difference
    from import_emissions
),

-- A price paid abroad takes off the tonnes that it would have paid for here.
import_reliefs as (
    select
        *,
        case
            when not is_liable then 0
            when difference is not null then least(difference, paid_abroad / price)
        end as relief
    from import_differences
),

import_credits as (
    select
        *,
        case
            when not is_liable then 0
            when difference is not null then least(credit_cap * difference, difference - relief)
        end as creditable
    from import_reliefs
),

import_tonnes as (
    select
        *,
        case when creditable is not null then least(credits, creditable) end as credits_used
    from import_credits
),

import_remainders as (
    select
        *,
        case when credits_used is not null then greatest(0, difference - relief - credits_used) end as levied
    from import_tonnes
),

import_levies as (
    select
        *,
        case when not is_liable then 0 else levied * price end as levy
    from import_remainders
)
{%- endmacro %}
