{{ scoped() }}

-- A year's emissions against the target of the plan: above it the general rate holds for that year (自主減量計畫管理辦法
-- §14). By each version of the inventory.
with
totals as (
    select * from {{ ref('calc_taiwan_total') }}
    where {{ in_scope() }}
        and total = 'liable'
        and is_statutory
),

plans as (
    select * from {{ ref('calc_taiwan_plan') }}
    where {{ in_scope() }}
        and plan_kind = 'plan_target'
),

compared as (
    select
        totals.site,
        totals.period,
        totals.series,
        totals.event,
        totals.rounded_tco2e as emissions,
        totals.rounded_line_id as emissions_id,
        cast(plans.plan_tco2e as double) as plan_target,
        plans.line_id as plan_target_id
    from totals
    inner join plans
        on totals.site = plans.site
        and totals.period = plans.period
)

select
    series,
    event,
    emissions,
    emissions_id,
    plan_target,
    plan_target_id,
    {{ taiwan_formula_sql('taiwan_plan_gap') }} as gap_tco2e,
    {{ line_id("'taiwan_plan_gap'", "'site'", series='series') }} as line_id,
    site,
    period
from compared
