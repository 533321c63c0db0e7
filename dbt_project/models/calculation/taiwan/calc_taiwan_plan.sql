{{ scoped() }}

-- What the approved reduction plan states of a year: the emissions that it allows, the reductions that its measures were
-- to bring, and those that they brought (自主減量計畫管理辦法 §3, §9).
with
facts as (
    select * from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
        and fact_type = 'reduction_plan'
)

select
    quantity_name as plan_kind,
    cast(sum(value_exact) as decimal(38, 12)) as plan_tco2e,
    count(*) as stated_count,
    {{ line_id("'taiwan_plan'", 'quantity_name') }} as line_id,
    site,
    period
from facts
group by site, period, quantity_name
