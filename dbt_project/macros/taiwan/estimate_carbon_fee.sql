{#-
  One row: the carbon fee of a plant's year, each step beside its inputs, by the rules in force on the year's last day.
  Called by `tracetonne estimate carbon-fee`, which checks the arguments: emissions_tco2e, fee_year, plan (none, A, B),
  is_high_leakage, leakage_phase (1, 2, 3), voluntary, early and foreign_credits in tonnes.
-#}
{% macro estimate_carbon_fee(asked) -%}
{%- set coefficient = 'coefficient_phase_' ~ asked.leakage_phase
    if asked.is_high_leakage and asked.plan != 'none' else 'coefficient' -%}
{%- set subjects = {
    'liability_threshold': 'liable_total', 'threshold': 'threshold_leakage' if asked.is_high_leakage else 'threshold',
    'coefficient': coefficient, 'voluntary_ratio': 'voluntary_ratio', 'early_ratio': 'early_ratio',
    'domestic_cap': 'domestic_cap', 'foreign_cap': 'foreign_cap', 'rate': 'rate_' ~ asked.plan
} -%}
with
rules as (
    select * from {{ ref('regime_rule') }}
    where regime = 'taiwan_carbon_fee'
        and valid_from <= make_date({{ asked.fee_year }}, 12, 31)
        and coalesce(valid_to, date '9999-12-31') > make_date({{ asked.fee_year }}, 12, 31)
),

year_rules as (
    select
        {%- for name, subject in subjects.items() %}
        cast(max(case when subject = '{{ subject }}' then value end) as double) as {{ name }},
        {%- endfor %}
        count(*) as rule_count
    from rules
),

asked as (
    select
        {{ asked.emissions_tco2e }} as unrounded,
        cast(0 as double) as offset_increment,
        cast(0 as double) as supplied_electricity,
        cast({{ asked.voluntary }} as double) as voluntary,
        cast({{ '0' if asked.is_high_leakage else asked.early }} as double) as early,
        cast({{ '0' if asked.is_high_leakage else asked.foreign_credits }} as double) as foreign_credits
),

totals as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_rounded_total') }} as liable_total
    from asked
),

liable as (
    select
        totals.*,
        year_rules.liability_threshold,
        year_rules.threshold,
        year_rules.coefficient,
        year_rules.voluntary_ratio,
        coalesce(year_rules.early_ratio, 0) as early_ratio,
        year_rules.domestic_cap,
        year_rules.foreign_cap,
        year_rules.rate,
        totals.liable_total >= year_rules.liability_threshold as is_liable,
        case when totals.liable_total >= year_rules.liability_threshold then 'taiwan_chargeable' else 'taiwan_not_liable'
        end as chargeable_formula_name
    from totals
    cross join year_rules
),

{{ taiwan_fee_chain('liable') }}

select * from fees
{%- endmacro %}
