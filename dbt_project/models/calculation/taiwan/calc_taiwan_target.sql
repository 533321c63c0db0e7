{{ scoped() }}
{%- set categories = [
    'electricity', 'stationary_fuel', 'process_fgas', 'process_n2o', 'process_other', 'fugitive_mobile'
] %}

with
years as (
    select distinct site, period
    from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
        and is_plant
),

elections as (
    select * from {{ ref('stg_master__carbon_fee') }}
),

facts as (
    select * from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
),

rules as (
    select
        *,
        'constant:' || rule_code || '@' || version as rule_id
    from {{ ref('regime_rule') }}
    where regime = 'taiwan_target'
),

-- What the plant emits today needs a base, or the target would leave it out.
present as (
    select distinct
        site,
        period,
        case
            when category = 'stationary' then 'stationary_fuel'
            when category in ('mobile', 'fugitive') then 'fugitive_mobile'
            when category = 'process' and gas = 'N2O' then 'process_n2o'
            when category = 'process' and gas not in ('CO2', 'CH4', 'CO2e') then 'process_fgas'
            when category = 'process' then 'process_other'
            else category
        end as category
    from {{ ref('calc_taiwan_source_emission') }}
    where {{ in_scope() }}
),

subjects as (
    select
        'A' as target,
        'total' as category
    {%- for category in categories %}
    union all
    select
        'B' as target,
        '{{ category }}' as category
    {%- endfor %}
),

-- Target A starts from 2021, target B from the mean of 2018 to 2022.
bases as (
    select
        years.site,
        years.period,
        subjects.target,
        subjects.category,
        sum(facts.value_exact) as base_sum,
        count(facts.fact_id) as year_count
    from years
    cross join subjects
    left join facts
        on years.site = facts.site
        and years.period = facts.period
        and facts.fact_type = 'base_emission'
        and subjects.category = facts.subject
        and (
            (subjects.target = 'A' and facts.object = '2021')
            or (subjects.target = 'B' and facts.object in ('2018', '2019', '2020', '2021', '2022'))
        )
    group by years.site, years.period, subjects.target, subjects.category
),

cuts as (
    select
        bases.site,
        bases.period,
        bases.target,
        bases.category,
        bases.year_count,
        case
            when bases.target = 'A' and bases.year_count = 1 then cast(bases.base_sum as double)
            when bases.target = 'B' and bases.year_count = 5 then cast(bases.base_sum as double) / 5
        end as base,
        case when bases.category = 'stationary_fuel' then fuel_cuts.value else rules.value end as cut,
        case
            when bases.category = 'stationary_fuel'
                then coalesce(fuel_cuts.fact_id, 'constant:benchmark_of_annex_3_not_entered')
            else rules.rule_id
        end as cut_id
    from bases
    left join elections
        on bases.site = elections.site
        and bases.period = cast(elections.fee_year as varchar)
    left join rules
        on rules.subject = case
            when bases.target = 'A' then 'cut_A_' || coalesce(elections.target_industry, 'other')
            else 'cut_B_' || bases.category
        end
    left join facts as fuel_cuts
        on bases.site = fuel_cuts.site
        and bases.period = fuel_cuts.period
        and fuel_cuts.fact_type = 'carbon_fee'
        and fuel_cuts.quantity_name = 'fuel_cut'
),

computed as (
    select
        cuts.*,
        present.category is not null as is_present,
        {{ taiwan_formula_sql('taiwan_target_part') }} as target_part
    from cuts
    left join present
        on cuts.site = present.site
        and cuts.period = present.period
        and cuts.category = present.category
)

select
    target,
    category,
    year_count,
    base,
    case
        when base is null then 'constant:base_years_not_entered'
        else {{ line_id("'taiwan_target_base'", 'target', object='category') }}
    end as base_id,
    case target when 'A' then 'taiwan_base_sum' else 'taiwan_base_mean' end as base_formula_name,
    cut,
    cut_id,
    {{ line_value('target_part') }} as target_tco2e,
    {{ line_id("'taiwan_target_part'", 'target', object='category') }} as line_id,
    site,
    period
from computed
-- A category without emissions today and in every base year needs no target; the whole plant always has one.
where year_count > 0
    or is_present
    or category = 'total'
