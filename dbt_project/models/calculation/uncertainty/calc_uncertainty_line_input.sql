{{ scoped() }}

with
contributions as (
    select * from {{ ref('calc_uncertainty_contribution') }}
    where {{ in_scope() }}
        and is_assessed
),

figures as (
    select * from {{ ref('calc_uncertainty_figure') }}
    where {{ in_scope() }}
        and half_width is not null
),

listed_inputs as (
    select
        contributions.line_id,
        'effect' as input_name,
        sources.source_id as sort_key,
        'derivative:' || effects.figure_line_id || ' by ' || sources.source_id as source_id,
        effects.effect as value,
        contributions.unit,
        contributions.site,
        contributions.period
    from contributions
    inner join {{ ref('calc_uncertainty_source') }} as sources
        on contributions.site = sources.site
        and contributions.period = sources.period
        and contributions.variable_id = sources.variable_id
    inner join {{ ref('calc_uncertainty_effect') }} as effects
        on contributions.site = effects.site
        and contributions.period = effects.period
        and contributions.series = effects.series
        and contributions.process = effects.process
        and contributions.product = effects.product
        and contributions.quantity = effects.quantity
        and sources.source_id = effects.source_id

    union all

    select
        figures.half_width_id as line_id,
        'contribution' as input_name,
        contributions.variable_id as sort_key,
        contributions.line_id as source_id,
        contributions.contribution as value,
        contributions.unit,
        figures.site,
        figures.period
    from figures
    inner join contributions
        on figures.site = contributions.site
        and figures.period = contributions.period
        and figures.series = contributions.series
        and figures.process = contributions.process
        and figures.product = contributions.product
        and figures.quantity = contributions.quantity
),

{{ line_inputs(uncertainty_steps()) }}
