{{ scoped() }}

with
targets as (
    select * from {{ ref('calc_taiwan_target') }}
    where {{ in_scope() }}
),

summed as (
    select
        site,
        period,
        target,
        max(year_count) as year_count,
        count(*) as category_count,
        count(target_tco2e) as known_count,
        sum(target_tco2e) as target_tco2e
    from targets
    group by site, period, target
)

select
    target,
    case when known_count = category_count then cast(target_tco2e as decimal(38, 12)) end as target_tco2e,
    year_count > 0 as has_base,
    {{ line_id("'taiwan_target'", 'target') }} as line_id,
    site,
    period
from summed
