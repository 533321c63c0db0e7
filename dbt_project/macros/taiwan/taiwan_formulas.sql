{#-
  Formulas of the Taiwanese inventory and carbon fee, in the closed grammar (macros/calculation/formulas.sql takes them
  in). Statutory rounding is part of the formula: a total has 3 decimals, half up; a fee is cut to whole TWD, which for
  an amount that is not negative is round(amount - 0.5) half up. Amounts are rounded to 9 decimals first, where a
  product of doubles could sit just below a whole number. A round() holds no other bracket, so that
  `taiwan_formula_sql` can turn it into DECIMAL arithmetic.
-#}
{% macro taiwan_formulas() -%}
    {{ return({
        'taiwan_energy_co2': 'activity * ncv / 1000 * gas_factor * (1 - biomass) * gwp',
        'taiwan_energy': 'activity * ncv / 1000 * gas_factor * gwp',
        'taiwan_unit_co2': 'activity * gas_factor * (1 - biomass) * gwp',
        'taiwan_unit': 'activity * gas_factor * gwp',
        'taiwan_fugitive': 'activity * gas_factor * gwp',
        'taiwan_steam': 'activity * gas_factor',
        'taiwan_own': 'emissions',
        'taiwan_electricity': 'electricity * electricity_factor',
        'taiwan_electricity_green':
            '(electricity - green_electricity) * electricity_factor + green_electricity * green_factor',
        'taiwan_rounded_total': 'round(unrounded, 3)',
        'taiwan_difference': 'round(later - earlier, 9)',
        'taiwan_green_electricity': 'min(consumed, sum(wheeled) + sum(certificate))',
        'taiwan_annual': 'max(0, liable_total - offset_increment - supplied_electricity)',
        'taiwan_excess': 'max(0, annual - threshold)',
        'taiwan_gross_product': 'round(excess * coefficient, 9)',
        'taiwan_gross': 'round(gross_product, 3)',
        'taiwan_domestic_deduction': 'min(voluntary * voluntary_ratio + early * early_ratio, domestic_cap * gross)',
        'taiwan_foreign_deduction': 'min(foreign_credits, foreign_cap * gross)',
        'taiwan_net': 'round(gross - domestic_deduction - foreign_deduction, 9)',
        'taiwan_chargeable': 'round(net, 3)',
        'taiwan_not_liable': '0 * liable_total',
        'taiwan_fee_amount': 'round(chargeable * rate, 9)',
        'taiwan_fee': 'max(0, round(fee_amount - 0.5, 0))',
        'taiwan_break_even': 'threshold / (1 - coefficient)',
        'taiwan_base_mean': 'sum(year_emissions) / 5',
        'taiwan_base_sum': 'sum(year_emissions)',
        'taiwan_target_part': 'base * (1 - cut)',
        'taiwan_plan_gap': 'round(emissions - plan_target, 9)',
        'taiwan_quality_product': 'activity_score * calibration_score * factor_score',
        'taiwan_quality_mean': 'sumproduct(quality, emissions) / sum(emissions)',
        'taiwan_interval_sampled': 't_value * sqrt(max(0, (sumproduct(sample, sample) - sum(sample) * sum(sample)'
            ~ ' / samples) / (samples - 1)) / samples) / (sum(sample) / samples)',
        'taiwan_interval': 'sqrt(activity_interval * activity_interval + ncv_interval * ncv_interval'
            ~ ' + factor_interval * factor_interval)',
        'taiwan_spread': 'emissions * half_interval',
        'taiwan_uncertainty': 'sqrt(sumproduct(spread, spread)) / assessed',
        'taiwan_assessed_share': 'assessed / total'
    }) }}
{%- endmacro %}

{#- The SQL of a formula with statutory rounding in DECIMAL, on the shortest text of the double as the grammar does. -#}
{% macro taiwan_formula_sql(name) -%}
    {{ return(modules.re.sub(
        'round[(]([^()]*), ([0-9]+)[)]',
        'cast(round(cast(cast(\\1 as varchar) as decimal(38, 12)), \\2) as double)',
        formula_sql(name) | replace('max(', 'greatest(') | replace('min(', 'least(')
    )) }}
{%- endmacro %}

{#- The same where each row names its formula in a column. -#}
{% macro taiwan_formula_sql_by(column, names) -%}
    case {{ column }}
        {%- for name in names %}
        when '{{ name }}' then {{ taiwan_formula_sql(name) }}
        {%- endfor %}
    end
{%- endmacro %}

{#- Formulas of one gas of one source. -#}
{% macro taiwan_source_formulas() -%}
    {{ return([
        'taiwan_energy_co2', 'taiwan_energy', 'taiwan_unit_co2', 'taiwan_unit', 'taiwan_own', 'taiwan_electricity',
        'taiwan_electricity_green', 'taiwan_fugitive', 'taiwan_steam', 'pfc_emissions',
        'cems_n2o_mass'
    ]) }}
{%- endmacro %}

{#- Which categories of sources a total of the inventory takes in; the fee does not rest on purchased steam (§2). -#}
{% macro taiwan_in_total(total, category) -%}
    ({{ total }} = {{ category }}
    or ({{ total }} = 'direct' and {{ category }} in ('stationary', 'mobile', 'process', 'fugitive'))
    or {{ total }} = 'inventory'
    or ({{ total }} = 'liable' and {{ category }} <> 'steam'))
{%- endmacro %}

{#- The options of a fee that are shown beside the one elected: name, plan, is_high_leakage. -#}
{% macro taiwan_fee_options() -%}
    {{ return([
        ('general', 'none', 'false'), ('plan_A', 'A', 'false'), ('plan_B', 'B', 'false'),
        ('plan_A_leakage', 'A', 'true'), ('plan_B_leakage', 'B', 'true')
    ]) }}
{%- endmacro %}
