-- The months that each window spans, as far as they exist: in which something was made, used or metered. A month that
-- was asked for without such a document is none.
with
documented as (
    select distinct
        site,
        period
    from {{ ref('calc_document_fact') }}
    where record_count > 0
        and fact_type in ('production', 'activity', 'meter_reading')
        and {{ in_scope_site() }}
),

months as (
    select
        periods.site,
        periods.period,
        periods.period_start,
        cast(extract(year from periods.period_start) as integer) as year_number,
        cast(extract(year from periods.period_start) * 12 + extract(month from periods.period_start) as integer)
            as month_number
    from {{ ref('calc_period') }} as periods
    inner join documented
        on periods.site = documented.site
        and periods.period = documented.period
    where periods.period_type = 'month'
        and {{ in_scope_site('periods.site') }}
),

window_ends as (
    select * from months
    where {{ in_window_scope() }}
),

spans as (
    select
        window_ends.site,
        window_ends.period,
        'R12' as window_kind,
        months.period as month_period,
        months.period_start as month_start
    from window_ends
    inner join months
        on window_ends.site = months.site
        and months.month_number between window_ends.month_number - 11 and window_ends.month_number

    union all

    select
        window_ends.site,
        window_ends.period,
        'YTD' as window_kind,
        months.period as month_period,
        months.period_start as month_start
    from window_ends
    inner join months
        on window_ends.site = months.site
        and window_ends.year_number = months.year_number
        and months.month_number <= window_ends.month_number

    union all

    select
        window_ends.site,
        window_ends.period,
        'Q' || cast(cast(extract(quarter from window_ends.period_start) as integer) as varchar) as window_kind,
        months.period as month_period,
        months.period_start as month_start
    from window_ends
    inner join months
        on window_ends.site = months.site
        and months.month_number between window_ends.month_number - 2 and window_ends.month_number
    where window_ends.month_number % 3 = 0
)

select
    site,
    period,
    window_kind,
    month_period,
    period || '/' || window_kind as window_period,
    min(month_start) over (partition by site, period, window_kind) as window_start,
    count(*) over (partition by site, period, window_kind) as months_in_window,
    row_number() over (
        partition by site, period, window_kind
        order by month_period
    ) as month_index
from spans
