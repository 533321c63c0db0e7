{{ scoped() }}

with
years as (
    select distinct
        site,
        period,
        cast(period || '-12-31' as date) as last_day
    from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
        and is_plant
),

rules as (
    select
        *,
        'constant:' || rule_code || '@' || version as rule_id
    from {{ ref('regime_rule') }}
    where regime = 'taiwan_carbon_fee'
),

phases as (
    select
        years.site,
        years.period,
        replace(coefficients.subject, 'coefficient_', '') as phase,
        thresholds.value as threshold,
        thresholds.rule_id as threshold_id,
        coefficients.value as coefficient,
        coefficients.rule_id as coefficient_id
    from years
    inner join rules as thresholds
        on thresholds.subject = 'threshold'
        and thresholds.valid_from <= years.last_day
        and (thresholds.valid_to is null or thresholds.valid_to > years.last_day)
    inner join rules as coefficients
        on coefficients.subject like 'coefficient_phase_%'
        and coefficients.valid_from <= years.last_day
        and (coefficients.valid_to is null or coefficients.valid_to > years.last_day)
)

select
    phase,
    threshold,
    threshold_id,
    coefficient,
    coefficient_id,
    {{ taiwan_formula_sql('taiwan_break_even') }} as break_even_tco2e,
    {{ line_id("'taiwan_break_even'", 'phase') }} as line_id,
    site,
    period
from phases
