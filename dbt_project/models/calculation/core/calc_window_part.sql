{{ scoped_windows() }}

-- What each month brings to a window, of the management series, by process and chain.
with
window_months as (
    select * from {{ ref('calc_window_month') }}
),

chains as (
    select * from {{ ref('calc_process_see') }}
    where series = 'management'
        and chain in ('see_direct', 'see_indirect')
        and {{ in_scope_site() }}
)

select
    window_months.window_kind,
    window_months.window_period,
    window_months.window_start,
    window_months.months_in_window,
    window_months.month_period,
    window_months.month_index,
    chains.process,
    chains.chain,
    chains.attributed,
    chains.attributed_id,
    chains.embedded,
    chains.embedded_id,
    chains.activity_level,
    chains.activity_level_id,
    chains.activity_level_unit,
    chains.reason,
    chains.data_quality,
    chains.is_inexact,
    window_months.site,
    window_months.period
from window_months
inner join chains
    on window_months.site = chains.site
    and window_months.month_period = chains.period
