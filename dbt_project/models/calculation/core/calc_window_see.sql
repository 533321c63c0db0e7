{{ scoped_windows() }}

-- Intensity of a window: summed emissions, with those embedded in precursors, over the summed activity level. A month
-- without production brings its emissions. Rolling twelve months and quarters have no value before all their
-- months exist.
with
parts as (
    select * from {{ ref('calc_window_part') }}
    where {{ in_window_scope() }}
),

sums as (
    select
        site,
        period,
        window_kind,
        window_period,
        window_start,
        months_in_window,
        process,
        chain,
        max(activity_level_unit) as activity_level_unit,
        sum({{ line_value('attributed') }}) as attributed_sum,
        sum({{ line_value('embedded') }}) as embedded_sum,
        sum({{ line_value('activity_level') }}) as activity_sum,
        sum(case when attributed is null or embedded is null then 1 else 0 end) as missing_months,
        sum(case when attributed is null then 1 else 0 end) as missing_attributed,
        max(case when data_quality = 'default' then 1 else 0 end) = 1 as has_default,
        max(case when data_quality = 'estimated' then 1 else 0 end) = 1 as has_estimated,
        max(case when is_inexact then 1 else 0 end) = 1 as is_inexact
    from parts
    group by
        site,
        period,
        window_kind,
        window_period,
        window_start,
        months_in_window,
        process,
        chain
),

explained as (
    select
        *,
        case
            when months_in_window < {{ months_needed('window_kind') }}
                then 'only ' || cast(months_in_window as varchar) || ' of '
                    || cast({{ months_needed('window_kind') }} as varchar) || ' months exist'
            when missing_months > 0
                then cast(missing_months as varchar) || ' month(s) without an admissible value'
            when activity_sum = 0 then 'no activity in the window'
        end as reason
    from sums
)

select
    window_kind,
    window_period,
    window_start,
    months_in_window,
    process,
    chain,
    activity_level_unit,
    attributed_sum,
    embedded_sum,
    activity_sum,
    missing_attributed,
    months_in_window < {{ months_needed('window_kind') }} as is_too_short,
    case
        when reason is null
            then (cast(attributed_sum as double) + cast(embedded_sum as double)) / cast(activity_sum as double)
    end as specific,
    reason,
    case when has_default then 'default' when has_estimated then 'estimated' else 'calculated' end as data_quality,
    is_inexact,
    site,
    period
from explained
