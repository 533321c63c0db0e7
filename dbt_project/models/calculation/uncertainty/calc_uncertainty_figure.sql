{{ scoped() }}

-- The uncertainty of each figure: first order by the root of the squares, beside what the draws give.
with
contributions as (
    select * from {{ ref('calc_uncertainty_contribution') }}
    where {{ in_scope() }}
),

simulations as (
    select * from {{ ref('calc_uncertainty_simulation') }}
    where {{ in_scope() }}
),

emissions as (
    select
        site,
        period,
        cast(total_direct as double) as direct_emissions
    from {{ ref('calc_direct_total') }}
    where {{ in_scope() }}
),

orientations as (
    select * from {{ ref('uncertainty_orientation') }}
),

materiality as (
    select value as materiality_share from {{ ref('regime_rule') }}
    where subject = 'verification_materiality_share'
),

summed as (
    select
        site,
        period,
        series,
        process,
        product,
        quantity,
        max(value) as value,
        max(unit) as unit,
        max(figure_line_id) as figure_line_id,
        cast(sum({{ line_value('contribution * contribution') }}) as double) as square_sum,
        count(*) as variables,
        sum(case when is_assessed then 0 else 1 end) as variables_not_assessed,
        sum(case when uncertainty_share > 0 then 1 else 0 end) as variables_uncertain,
        sum(case when is_assumed then 1 else 0 end) as variables_assumed,
        sum(case when is_above_materiality then 1 else 0 end) as variables_above_materiality
    from contributions
    group by site, period, series, process, product, quantity
),

spread as (
    select
        *,
        case when variables_uncertain > 0 then sqrt(square_sum) end as half_width
    from summed
),

joined as (
    select
        spread.*,
        case when spread.value > 0 then 100 * spread.half_width / spread.value end as first_order_pct,
        simulations.mean as simulated_mean,
        simulations.lower_p2_5,
        simulations.median as simulated_median,
        simulations.upper_p97_5,
        case
            when spread.value > 0 and spread.variables_uncertain > 0
                then 100 * (simulations.upper_p97_5 - simulations.lower_p2_5) / 2 / spread.value
        end as simulated_pct,
        emissions.direct_emissions,
        orientations.limit_share as orientation_share,
        orientations.orientation_code,
        materiality.materiality_share
    from spread
    cross join materiality
    left join simulations
        on spread.site = simulations.site
        and spread.period = simulations.period
        and spread.series = simulations.series
        and spread.process = simulations.process
        and spread.product = simulations.product
        and spread.quantity = simulations.quantity
    left join emissions
        on spread.site = emissions.site
        and spread.period = emissions.period
    left join orientations
        on emissions.direct_emissions >= orientations.emissions_from_tco2e
        and emissions.direct_emissions < coalesce(orientations.emissions_to_tco2e, 1e18)
)

select
    series,
    process,
    product,
    quantity,
    value,
    unit,
    figure_line_id as value_id,
    half_width,
    {{ line_id("'uncertainty_half_width'", 'process', object=uncertain_figure(), series='series') }} as half_width_id,
    first_order_pct,
    {{ line_id("'uncertainty_pct'", 'process', object=uncertain_figure(), series='series') }} as first_order_pct_id,
    simulated_mean,
    lower_p2_5,
    simulated_median,
    upper_p97_5,
    simulated_pct,
    -- Draws of this number scatter by about one part in a hundred; five in a hundred is no longer chance.
    abs(simulated_pct - first_order_pct) <= 0.05 * first_order_pct as is_agreed,
    direct_emissions,
    orientation_share,
    orientation_code,
    materiality_share,
    materiality_share * abs(value) as materiality,
    cast(variables as bigint) as variables,
    cast(variables_not_assessed as bigint) as variables_not_assessed,
    cast(variables_assumed as bigint) as variables_assumed,
    cast(variables_above_materiality as bigint) as variables_above_materiality,
    site,
    period
from joined
