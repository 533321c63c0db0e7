{{ scoped() }}

-- RecF (eq. 41): what the installation emitted over what its processes claim. Only where the rule of the series
-- applies it; processes that claim nothing leave nothing to scale.
with
rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
        and is_reconciliation_factor_applied
),

totals as (
    select * from {{ ref('calc_direct_total') }}
    where {{ in_scope() }}
),

claimed as (
    select
        site,
        period,
        sum(direct) as direct_sum
    from {{ ref('calc_process_direct') }}
    where {{ in_scope() }}
    group by
        site,
        period
)

select
    cast(totals.total_direct as double) as total_direct,
    totals.line_id as total_direct_id,
    cast(totals.total_direct as double) / cast(claimed.direct_sum as double) as reconciliation_factor,
    {{ line_id(
        "'reconciliation'", "'installation'", series='rules.series', site='rules.site', period='rules.period'
    ) }} as line_id,
    rules.series,
    rules.site,
    rules.period
from rules
inner join totals
    on rules.site = totals.site
    and rules.period = totals.period
inner join claimed
    on rules.site = claimed.site
    and rules.period = claimed.period
where claimed.direct_sum <> 0
