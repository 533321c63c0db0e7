{#-
  Formulas of the inventory of an organisation, in the closed grammar (macros/calculation/formulas.sql takes them in).
  Clauses stand with the steps in seed calculation_step.
-#}
{% macro organisation_formulas() -%}
    {{ return({
        'organisation_footprint': 'footprint / declared_mass',
        'organisation_account': 'billed',
        'organisation_share': 'billed * own_part / whole * days / year_days',
        'organisation_green': 'min(consumed, sum(wheeled) + sum(certificate))',
        'organisation_service': 'sumproduct(amount, distance)',
        'organisation_quantity': 'sum(amount)',
        'organisation_gas': 'emissions / gwp_statutory * gwp',
        'organisation_mass': 'activity / factor * gwp',
        'organisation_emission': 'activity * factor',
        'organisation_market': '(activity - green_electricity) * factor',
        'organisation_precursor': 'activity * (factor + see_indirect)',
        'organisation_declared': 'activity',
        'organisation_coverage': 'sum(specific) / sum(purchased)',
        'organisation_interval': 'sqrt(activity_interval * activity_interval + factor_interval * factor_interval)',
        'organisation_flow': 'consumed * specific',
        'organisation_mean_factor': 'sum(indirect) / sum(electricity)',
        'organisation_difference': 'sum(added) - sum(removed)'
    }) }}
{%- endmacro %}

{#- Formulas of one item of the inventory. -#}
{% macro organisation_item_formulas() -%}
    {{ return([
        'organisation_gas', 'organisation_mass', 'organisation_emission', 'organisation_market',
        'organisation_precursor', 'organisation_declared'
    ]) }}
{%- endmacro %}
