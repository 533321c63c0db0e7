{#-
  One row: what an import into Taiwan would owe under Article 31 of the Climate Change Response Act, each step beside its
  inputs. No list of goods, benchmark or price is published: with `is_rule_assumed` false nothing is due; otherwise the
  caller's own figures stand for the rule. Called by `tracetonne estimate import-carbon`, which checks the arguments:
  mass_t, see and benchmark in tCO2e/t, price in NT$/tCO2e, credits in tonnes, credit_cap (share of the difference),
  paid_abroad in NT$, is_exempt.
-#}
{% macro estimate_import_carbon(asked) -%}
with
asked as (
    select
        cast({{ asked.mass_t }} as double) as mass,
        cast({{ asked.see }} as double) as see,
        cast({{ asked.benchmark }} as double) as benchmark,
        cast({{ asked.price }} as double) as price,
        cast({{ asked.credits }} as double) as credits,
        cast({{ asked.credit_cap }} as double) as credit_cap,
        cast({{ asked.paid_abroad }} as double) as paid_abroad,
        {{ asked.is_rule_assumed }} and not {{ asked.is_exempt }} as is_liable
),

{{ import_carbon_chain('asked') }}

select * from import_levies
{%- endmacro %}
