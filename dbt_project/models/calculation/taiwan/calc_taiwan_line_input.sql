{{ scoped() }}

with
source_emissions as (
    select * from {{ ref('calc_taiwan_source_emission') }}
    where {{ in_scope() }}
),

totals as (
    select * from {{ ref('calc_taiwan_total') }}
    where {{ in_scope() }}
),

qualities as (
    select * from {{ ref('calc_taiwan_quality') }}
    where {{ in_scope() }}
),

intervals as (
    select * from {{ ref('calc_taiwan_interval') }}
    where {{ in_scope() }}
        and is_assessed
),

summaries as (
    select * from {{ ref('calc_taiwan_summary') }}
    where {{ in_scope() }}
),

targets as (
    select * from {{ ref('calc_taiwan_target') }}
    where {{ in_scope() }}
),

facts as (
    select * from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
),

greens as (
    select * from {{ ref('calc_taiwan_green') }}
    where {{ in_scope() }}
),

choices as (
    select distinct
        choices.site,
        substring(choices.period, 1, 4) as period,
        choices.subject,
        choices.factor_id,
        choices.value,
        choices.unit
    from {{ ref('calc_factor_choice') }} as choices
    where {{ in_scope_site('choices.site') }}
        and choices.parameter = 'ncv'
        and choices.source_class = 'lab'
),

listed_inputs as (
    select
        totals.line_id,
        'part' as input_name,
        source_emissions.line_id as sort_key,
        source_emissions.line_id as source_id,
        cast(source_emissions.emissions_tco2e as double) as value,
        'tCO2e' as unit,
        totals.site,
        totals.period
    from totals
    inner join source_emissions
        on totals.site = source_emissions.site
        and totals.period = source_emissions.period
        and totals.series = source_emissions.series
        and {{ taiwan_in_total('totals.total', 'source_emissions.category') }}

    union all

    select
        qualities.emissions_id as line_id,
        'part' as input_name,
        source_emissions.line_id as sort_key,
        source_emissions.line_id as source_id,
        cast(source_emissions.emissions_tco2e as double) as value,
        'tCO2e' as unit,
        qualities.site,
        qualities.period
    from qualities
    inner join source_emissions
        on qualities.site = source_emissions.site
        and qualities.period = source_emissions.period
        and qualities.series = source_emissions.series
        and qualities.source = source_emissions.source
    {% for quantity, column, id_column in [
        ('product', 'quality_product', 'line_id'), ('grade', 'grade', 'grade_id')
    ] %}
    union all

    select
        summaries.quality_{{ quantity }}_id as line_id,
        'quality' as input_name,
        qualities.source as sort_key,
        qualities.{{ id_column }} as source_id,
        qualities.{{ column }} as value,
        '1' as unit,
        summaries.site,
        summaries.period
    from summaries
    inner join qualities
        on summaries.site = qualities.site
        and summaries.period = qualities.period
        and summaries.series = qualities.series

    union all

    select
        summaries.quality_{{ quantity }}_id as line_id,
        'emissions' as input_name,
        qualities.source as sort_key,
        qualities.emissions_id as source_id,
        cast(qualities.emissions_tco2e as double) as value,
        'tCO2e' as unit,
        summaries.site,
        summaries.period
    from summaries
    inner join qualities
        on summaries.site = qualities.site
        and summaries.period = qualities.period
        and summaries.series = qualities.series
    {% endfor %}
    {%- for side in ['lower', 'upper'] %}
    union all

    select
        summaries.uncertainty_{{ side }}_id as line_id,
        'spread' as input_name,
        intervals.spread_id as sort_key,
        intervals.spread_id as source_id,
        cast(intervals.spread_tco2e as double) as value,
        'tCO2e' as unit,
        summaries.site,
        summaries.period
    from summaries
    inner join intervals
        on summaries.site = intervals.site
        and summaries.period = intervals.period
        and summaries.series = intervals.series
        and intervals.side = '{{ side }}'
    {% endfor %}
    union all

    select
        summaries.assessed_id as line_id,
        'part' as input_name,
        intervals.emissions_id as sort_key,
        intervals.emissions_id as source_id,
        intervals.emissions as value,
        'tCO2e' as unit,
        summaries.site,
        summaries.period
    from summaries
    inner join intervals
        on summaries.site = intervals.site
        and summaries.period = intervals.period
        and summaries.series = intervals.series
        and intervals.side = 'lower'

    union all

    select
        sampled.sampled_id as line_id,
        'sample' as input_name,
        choices.factor_id as sort_key,
        choices.factor_id as source_id,
        choices.value,
        choices.unit,
        sampled.site,
        sampled.period
    from {{ ref('calc_taiwan_interval') }} as sampled
    inner join choices
        on sampled.site = choices.site
        and sampled.period = choices.period
        and sampled.source = choices.subject
    where {{ in_scope('sampled.site', 'sampled.period') }}
        and sampled.sampled_interval is not null
        and sampled.side = 'lower'
        and sampled.gas = 'CO2'

    union all

    select
        greens.line_id,
        case facts.fact_type when 'wheeling' then 'wheeled' else 'certificate' end as input_name,
        facts.fact_id as sort_key,
        facts.fact_id as source_id,
        facts.value,
        facts.unit,
        greens.site,
        greens.period
    from greens
    inner join facts
        on greens.site = facts.site
        and greens.period = facts.period
        and (facts.fact_type = 'wheeling' or (facts.fact_type = 'certificate' and facts.subject = 'unbundled'))

    union all

    select
        targets.base_id as line_id,
        'year_emissions' as input_name,
        facts.fact_id as sort_key,
        facts.fact_id as source_id,
        facts.value,
        facts.unit,
        targets.site,
        targets.period
    from targets
    inner join facts
        on targets.site = facts.site
        and targets.period = facts.period
        and facts.fact_type = 'base_emission'
        and targets.category = facts.subject
        and (
            (targets.target = 'A' and facts.object = '2021')
            or (targets.target = 'B' and facts.object in ('2018', '2019', '2020', '2021', '2022'))
        )
    where targets.base is not null

    union all

    select
        plans.line_id,
        'part' as input_name,
        facts.fact_id as sort_key,
        facts.fact_id as source_id,
        facts.value,
        facts.unit,
        plans.site,
        plans.period
    from {{ ref('calc_taiwan_plan') }} as plans
    inner join facts
        on plans.site = facts.site
        and plans.period = facts.period
        and facts.fact_type = 'reduction_plan'
        and plans.plan_kind = facts.quantity_name
    where {{ in_scope('plans.site', 'plans.period') }}

    union all

    select
        target_totals.line_id,
        'part' as input_name,
        targets.line_id as sort_key,
        targets.line_id as source_id,
        cast(targets.target_tco2e as double) as value,
        'tCO2e' as unit,
        targets.site,
        targets.period
    from {{ ref('calc_taiwan_target_total') }} as target_totals
    inner join targets
        on target_totals.site = targets.site
        and target_totals.period = targets.period
        and target_totals.target = targets.target
    where {{ in_scope('target_totals.site', 'target_totals.period') }}
),

{{ line_inputs(taiwan_steps()) }}
