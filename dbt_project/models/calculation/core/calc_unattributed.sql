{{ scoped() }}

-- What the installation emitted and no process bears: the control remainder of the template, by chain.
with
attributed as (
    select
        site,
        period,
        series,
        sum(attributed_direct_tco2e) as direct_sum,
        case
            when sum(case when attributed_indirect_tco2e is null then 1 else 0 end) = 0
                then sum(attributed_indirect_tco2e)
        end as indirect_sum
    from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
    group by
        site,
        period,
        series
),

direct_totals as (
    select * from {{ ref('calc_direct_total') }}
    where {{ in_scope() }}
),

indirect_totals as (
    select * from {{ ref('calc_indirect_total') }}
    where {{ in_scope() }}
)

select
    attributed.series,
    cast(direct_totals.total_direct as double) as total_direct,
    direct_totals.line_id as total_direct_id,
    cast(indirect_totals.total_indirect as double) as total_indirect,
    indirect_totals.line_id as total_indirect_id,
    cast(direct_totals.total_direct as double) - cast(attributed.direct_sum as double)
        as unattributed_direct_tco2e,
    cast(indirect_totals.total_indirect as double) - cast(attributed.indirect_sum as double)
        as unattributed_indirect_tco2e,
    {{ line_id(
        "'unattributed_direct'", "'installation'", series='attributed.series',
        site='attributed.site', period='attributed.period'
    ) }} as direct_line_id,
    {{ line_id(
        "'unattributed_indirect'", "'installation'", series='attributed.series',
        site='attributed.site', period='attributed.period'
    ) }} as indirect_line_id,
    attributed.site,
    attributed.period
from attributed
inner join direct_totals
    on attributed.site = direct_totals.site
    and attributed.period = direct_totals.period
inner join indirect_totals
    on attributed.site = indirect_totals.site
    and attributed.period = indirect_totals.period
    and attributed.series = indirect_totals.series
