{#-
  The carbon fee step by step, as common table expressions that end in `fees` (碳費收費辦法 §5, §6, §9 and §10). `liable` names a
  relation with the inputs of every step: liable_total, offset_increment, supplied_electricity, threshold, coefficient,
  voluntary, voluntary_ratio, early, early_ratio, domestic_cap, foreign_credits, foreign_cap, rate and
  chargeable_formula_name. The model of the fee and `tracetonne estimate carbon-fee` both use it.
-#}
{% macro taiwan_fee_chain(liable) -%}
excesses as (
    select
        *,
        {{ line_value(taiwan_formula_sql('taiwan_annual')) }} as annual_tco2e
    from {{ liable }}
),

annuals as (
    select
        *,
        cast(annual_tco2e as double) as annual
    from excesses
),

products as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_excess') }} as excess
    from annuals
),

gross_products as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_gross_product') }} as gross_product
    from products
),

grosses as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_gross') }} as gross
    from gross_products
),

deductions as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_domestic_deduction') }} as domestic_deduction,
        {{ taiwan_formula_sql('taiwan_foreign_deduction') }} as foreign_deduction
    from grosses
),

nets as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_net') }} as net
    from deductions
),

chargeables as (
    select
        *,
        {{ taiwan_formula_sql_by('chargeable_formula_name', ['taiwan_chargeable', 'taiwan_not_liable']) }} as chargeable
    from nets
),

fee_amounts as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_fee_amount') }} as fee_amount
    from chargeables
),

fees as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_fee') }} as fee
    from fee_amounts
)
{%- endmacro %}
