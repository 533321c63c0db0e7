{#-
  Formulas of money in models only (macros/calculation/formulas.sql takes them in; those that `tracetonne estimate cbam`
  uses too stand there): certificates and cost a tonne, what an importer owes, and the Taiwanese fee by product.
-#}
{% macro money_formulas() -%}
    {{ return({
        'sefa_by_content': 'functional_sefa * stated_content',
        'precursor_sefa_mean': 'sumproduct(lot_quantity, lot_value) / sum(lot_quantity)',
        'sefa_precursors_of_good': 'mean_sefa_precursors * activity_level / functional_level * content',
        'see_of_good': 'published_see * table_content',
        'sefa_process_of_good': 'published_sefa_process * table_content',
        'certificates_per_t': 'max(0, see - sefa)',
        'cost_per_t': 'certificates_per_t * price',
        'saving_per_t': 'default_certificates_per_t - certificates_per_t',
        'no_certificates': '0 * mass',
        'penalty_exposure': 'certificates * penalty',
        'import_clinker': 'net_mass * table_content',
        'holding_part': 'max(0, table_mass * (default_total - sefa))',
        'holding': 'holding_share * sum(part)',
        'holding_prior': 'holding_share * sum(surrendered)',
        'holding_required': 'min(holding, holding_prior)',
        'certificates_missing': 'max(0, required - held)',
        'certificates_held': 'sum(bought) - sum(given_up)',
        'certificates_spent': 'sumproduct(bought, price_paid)',
        'certificates_bought': 'sum(bought) - sum(given_back) - sum(cancelled)',
        'certificates_paid': 'sumproduct(bought, price_paid) - sumproduct(given_back, price_back) - sum(back_at_cost) * sumproduct(bought, price_paid) / sum(bought)',
        'cost_paid': 'paid_net * (min(certificates, bought_net) + sum(cancelled)) / (bought_net + sum(cancelled))',
        'cost_open': 'certificate_cost * max(0, certificates - bought_net) / certificates',
        'cost_with_paid': 'cost_paid + cost_open',
        'fee_product_emissions': '(direct + indirect) * quantity / sum(process_quantity)',
        'fee_of_product': 'fee * product_emissions / sum(part)',
        'fee_per_t': 'product_fee / quantity',
        'cost_twd_per_t': 'cost_per_t * exchange_rate',
        'carbon_cost_per_t': 'fee_per_t + cost_twd_per_t'
    }) }}
{%- endmacro %}

{#-
  The letters of the routes in IR (EU) 2025/2620 that a route of master data may be, as `C/F`: letters as they stand, else
  the name of the category's route; null where that leaves every route open.
-#}
{% macro benchmark_route(production_route) -%}
    case
        when regexp_extract({{ production_route }}, '^[A-L](/[A-L])*$', 0) <> '' then {{ production_route }}
        when {{ production_route }} in ('Basic oxygen steelmaking', 'Blast furnace route') then 'C/F'
        when {{ production_route }} = 'Electric arc furnace' then 'D/E/G/H/J'
        when {{ production_route }} = 'Primary (electrolytic) smelting' then 'K'
        when {{ production_route }} = 'Secondary melting (recycling)' then 'L'
    end
{%- endmacro %}
