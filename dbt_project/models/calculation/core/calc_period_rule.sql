with
periods as (
    select * from {{ ref('calc_period') }}
),

rules as (
    select
        *,
        'constant:' || rule_code || '@' || version as rule_id
    from {{ ref('regime_rule') }}
),

period_series as (
    select site, period, period_start, regime, input_source, 'management' as series, 'management' as rule_set
    from periods

    union all

    select site, period, period_start, regime, input_source, 'regime' as series, regime as rule_set
    from periods
)

select
    period_series.site,
    period_series.period,
    period_series.series,
    period_series.rule_set,
    period_series.regime,
    period_series.input_source,
    {%- for switch in [
        'reconciliation_factor_applied', 'attributed_emissions_floor_zero', 'indirect_counts_for_all_goods'
    ] %}
    coalesce(max(case when rules.subject = '{{ switch }}' then rules.value end), 0) = 1 as is_{{ switch }},
    {%- endfor %}
    {%- for constant in [
        'carbon_to_co2', 'natural_gas_ef', 'waste_gas_export', 'gwp_n2o', 'gwp_cf4', 'gwp_c2f6', 'chp_heat_efficiency',
        'chp_power_efficiency', 'heat_efficiency', 'heat_efficiency_import', 'enthalpy_return'
    ] %}
    max(case when rules.subject = '{{ constant }}' then rules.value end) as {{ constant }},
    max(case when rules.subject = '{{ constant }}' then rules.rule_id end) as {{ constant }}_id
        {{- ',' if not loop.last }}
    {%- endfor %}
from period_series
inner join rules
    on period_series.rule_set = rules.regime
    and rules.valid_from <= period_series.period_start
    and (rules.valid_to is null or rules.valid_to > period_series.period_start)
group by
    period_series.site,
    period_series.period,
    period_series.series,
    period_series.rule_set,
    period_series.regime,
    period_series.input_source
