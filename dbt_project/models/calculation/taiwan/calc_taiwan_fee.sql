{{ scoped() }}
{%- set rule_subjects = [
    'liable_total', 'threshold', 'threshold_leakage', 'coefficient', 'coefficient_phase_1', 'coefficient_phase_2',
    'coefficient_phase_3', 'voluntary_ratio', 'early_ratio', 'domestic_cap', 'foreign_cap', 'rate_none', 'rate_A',
    'rate_B'
] %}
{%- set credits = [
    'offset_increment', 'supplied_electricity', 'voluntary_credits', 'early_credits', 'foreign_credits'
] %}

with
totals as (
    select * from {{ ref('calc_taiwan_total') }}
    where {{ in_scope() }}
        and total = 'liable'
        and is_statutory
),

elections as (
    select * from {{ ref('stg_master__carbon_fee') }}
),

facts as (
    select * from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
        and fact_type = 'carbon_fee'
),

amounts as (
    select
        site,
        period
        {%- for credit in credits %},
        max(case when quantity_name = '{{ credit }}' then value end) as {{ credit }},
        max(case when quantity_name = '{{ credit }}' then fact_id end) as {{ credit }}_id
        {%- endfor %}
    from facts
    group by site, period
),

rules as (
    select
        *,
        'constant:' || rule_code || '@' || version as rule_id
    from {{ ref('regime_rule') }}
    where regime = 'taiwan_carbon_fee'
),

plan_gaps as (
    select * from {{ ref('calc_taiwan_plan_gap') }}
    where {{ in_scope() }}
),

years as (
    select distinct
        site,
        period,
        cast(period || '-12-31' as date) as last_day
    from totals
),

year_rules as (
    select
        years.site,
        years.period
        {%- for subject in rule_subjects %},
        max(case when rules.subject = '{{ subject }}' then rules.value end) as rule_{{ subject }},
        max(case when rules.subject = '{{ subject }}' then rules.rule_id end) as rule_{{ subject }}_id
        {%- endfor %}
    from years
    inner join rules
        on rules.valid_from <= years.last_day
        and (rules.valid_to is null or rules.valid_to > years.last_day)
    group by years.site, years.period
),

-- §11 of the plan rule: an application by 30 June holds for the year itself, a later one from the next year. Until the
-- approval the preferential rate may be paid for the time being, so the filing takes what was applied for. A year that is
-- verified above the target of the plan pays the general rate (§14).
elected as (
    select
        totals.site,
        totals.period,
        totals.series,
        case
            when elections.plan in ('A', 'B')
                and elections.plan_applied_on < cast(totals.period || '-07-01' as date)
                and (totals.event = 'filed' or elections.plan_approval is not null)
                then elections.plan
            else 'none'
        end as plan,
        coalesce(elections.is_high_leakage, false)
        and (totals.event = 'filed' or elections.leakage_approval is not null) as is_high_leakage,
        elections.leakage_phase,
        totals.event = 'verified' and coalesce(plan_gaps.gap_tco2e > 0, false) as is_target_missed
    from totals
    left join elections
        on totals.site = elections.site
        and totals.period = cast(elections.fee_year as varchar)
    left join plan_gaps
        on totals.site = plan_gaps.site
        and totals.period = plan_gaps.period
        and totals.series = plan_gaps.series
),

options as (
    select
        site,
        period,
        series,
        'elected' as fee_option,
        plan,
        is_high_leakage,
        leakage_phase,
        false as is_phase_assumed,
        case when is_target_missed then 'none' else plan end as rate_plan
    from elected
    {%- for name, plan, is_high_leakage in taiwan_fee_options() %}
    union all
    select
        site,
        period,
        series,
        '{{ name }}' as fee_option,
        '{{ plan }}' as plan,
        {{ is_high_leakage }} as is_high_leakage,
        {{ 'coalesce(leakage_phase, 1)' if is_high_leakage == 'true' else 'leakage_phase' }} as leakage_phase,
        {{ 'leakage_phase is null' if is_high_leakage == 'true' else 'false' }} as is_phase_assumed,
        '{{ plan }}' as rate_plan
    from elected
    {%- endfor %}
),

bases as (
    select
        options.*,
        totals.event,
        totals.known_on,
        totals.rounded_tco2e as liable_total,
        totals.rounded_line_id as liable_total_id,
        totals.rounded_tco2e >= year_rules.rule_liable_total as is_liable,
        year_rules.rule_coefficient is not null as has_fee,
        year_rules.rule_liable_total as liability_threshold,
        {%- for credit in credits %}
        {%- set excluded = credit in ('early_credits', 'foreign_credits') %}
        {%- if excluded %}
        -- Not for a high-leakage business (§9, §10).
        case when options.is_high_leakage then 0 else coalesce(amounts.{{ credit }}, 0) end as {{ credit }},
        case
            when options.is_high_leakage then 'constant:not_for_high_leakage'
            else coalesce(amounts.{{ credit }}_id, 'constant:none_stated')
        end as {{ credit }}_id,
        {%- else %}
        coalesce(amounts.{{ credit }}, 0) as {{ credit }},
        coalesce(amounts.{{ credit }}_id, 'constant:none_stated') as {{ credit }}_id,
        {%- endif %}
        {%- endfor %}
        case when options.is_high_leakage then rule_threshold_leakage else rule_threshold end as threshold,
        case when options.is_high_leakage then rule_threshold_leakage_id else rule_threshold_id end as threshold_id,
        case
            when options.is_high_leakage and options.plan <> 'none'
                then case options.leakage_phase
                    when 1 then rule_coefficient_phase_1
                    when 2 then rule_coefficient_phase_2
                    when 3 then rule_coefficient_phase_3
                end
            else rule_coefficient
        end as coefficient,
        case
            when options.is_high_leakage and options.plan <> 'none'
                then case options.leakage_phase
                    when 1 then rule_coefficient_phase_1_id
                    when 2 then rule_coefficient_phase_2_id
                    when 3 then rule_coefficient_phase_3_id
                    else 'constant:leakage_phase_not_entered'
                end
            else rule_coefficient_id
        end as coefficient_id,
        rule_voluntary_ratio as voluntary_ratio,
        rule_voluntary_ratio_id as voluntary_ratio_id,
        coalesce(rule_early_ratio, 0) as early_ratio,
        coalesce(rule_early_ratio_id, 'constant:first_three_fee_years_only') as early_ratio_id,
        rule_domestic_cap as domestic_cap,
        rule_domestic_cap_id as domestic_cap_id,
        rule_foreign_cap as foreign_cap,
        rule_foreign_cap_id as foreign_cap_id,
        case options.rate_plan when 'A' then rule_rate_A when 'B' then rule_rate_B else rule_rate_none end as rate,
        case options.rate_plan when 'A' then rule_rate_A_id when 'B' then rule_rate_B_id else rule_rate_none_id end
            as rate_id
    from options
    inner join totals
        on options.site = totals.site
        and options.period = totals.period
        and options.series = totals.series
    inner join year_rules
        on options.site = year_rules.site
        and options.period = year_rules.period
    left join amounts
        on options.site = amounts.site
        and options.period = amounts.period
),

named as (
    select
        *,
        voluntary_credits as voluntary,
        voluntary_credits_id as voluntary_id,
        early_credits as early,
        early_credits_id as early_id,
        case when is_liable then 'taiwan_chargeable' else 'taiwan_not_liable' end as chargeable_formula_name
    from bases
    where has_fee
),

{{ taiwan_fee_chain('named') }}

select
    series,
    event,
    known_on,
    fee_option,
    plan,
    rate_plan,
    is_high_leakage,
    leakage_phase,
    is_phase_assumed,
    is_liable,
    chargeable_formula_name,
    {%- for name in [
        'liable_total', 'offset_increment', 'supplied_electricity', 'threshold', 'coefficient', 'voluntary',
        'voluntary_ratio', 'early', 'early_ratio', 'domestic_cap', 'foreign_credits', 'foreign_cap', 'rate'
    ] %}
    {{ name }},
    {{ name }}_id,
    {%- endfor %}
    {%- for name in [
        'annual', 'excess', 'gross_product', 'gross', 'domestic_deduction', 'foreign_deduction', 'net', 'chargeable',
        'fee_amount', 'fee'
    ] %}
    {{ name }},
    {{ line_id("'taiwan_" ~ name ~ "'", 'fee_option', series='series') }} as {{ name }}_id,
    {%- endfor %}
    site,
    period
from fees
