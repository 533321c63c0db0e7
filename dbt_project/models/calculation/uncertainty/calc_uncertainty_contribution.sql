{{ scoped() }}

-- What each variable adds to the uncertainty of a figure: its effects all move together, by its uncertainty.
with
effects as (
    select * from {{ ref('calc_uncertainty_effect') }}
    where {{ in_scope() }}
),

sources as (
    select * from {{ ref('calc_uncertainty_source') }}
    where {{ in_scope() }}
),

targets as (
    select * from {{ ref('calc_uncertainty_target') }}
),

materiality as (
    select
        value as materiality_share,
        'constant:' || rule_code || '@' || version as materiality_id
    from {{ ref('regime_rule') }}
    where subject = 'verification_materiality_share'
),

summed as (
    select
        effects.site,
        effects.period,
        effects.series,
        effects.process,
        effects.product,
        effects.quantity,
        sources.variable_id,
        min(sources.input_kind) as input_kind,
        min(sources.subject) as subject,
        min(sources.parameter) as parameter,
        max(sources.uncertainty_share) as uncertainty_share,
        min(sources.uncertainty_share_id) as uncertainty_share_id,
        min(sources.basis) as basis,
        max(case when sources.is_assumed then 1 else 0 end) = 1 as is_assumed,
        min(sources.evidence_id) as evidence_id,
        cast(sum({{ line_value('effects.effect') }}) as double) as effect
    from effects
    inner join sources
        on effects.site = sources.site
        and effects.period = sources.period
        and effects.source_id = sources.source_id
    group by
        effects.site,
        effects.period,
        effects.series,
        effects.process,
        effects.product,
        effects.quantity,
        sources.variable_id
),

measured as (
    select
        summed.*,
        targets.value,
        targets.unit,
        targets.figure_line_id,
        uncertainty_share * effect as contribution,
        uncertainty_share is not null as is_assessed,
        materiality.materiality_share * abs(targets.value) as materiality
    from summed
    inner join targets
        on summed.site = targets.site
        and summed.period = targets.period
        and summed.series = targets.series
        and summed.process = targets.process
        and summed.product = targets.product
        and summed.quantity = targets.quantity
    cross join materiality
)

select
    series,
    process,
    product,
    quantity,
    variable_id,
    input_kind,
    subject,
    parameter,
    effect,
    case when value <> 0 then effect / value end as elasticity,
    uncertainty_share,
    uncertainty_share_id,
    basis,
    is_assumed,
    is_assessed,
    evidence_id,
    contribution,
    {{ line_id(
        "'uncertainty_contribution'", 'process', object=uncertain_figure() ~ " || ':' || variable_id", series='series'
    ) }} as line_id,
    value,
    unit,
    figure_line_id,
    coalesce(abs(contribution) > materiality, false) as is_above_materiality,
    row_number() over (
        partition by site, period, series, process, product, quantity
        order by abs(contribution) desc nulls last, variable_id
    ) as contribution_rank,
    site,
    period
from measured
