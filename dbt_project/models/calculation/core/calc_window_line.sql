{{ scoped_windows() }}

with
intensities as (
    select * from {{ ref('calc_window_see') }}
    where {{ in_window_scope() }}
),

window_months as (
    select distinct
        site,
        period,
        window_period,
        months_in_window
    from {{ ref('calc_window_month') }}
),

totals as (
    select
        direct_side.*,
        indirect_side.specific as specific_indirect
    from intensities as direct_side
    inner join intensities as indirect_side
        on direct_side.site = indirect_side.site
        and direct_side.window_period = indirect_side.window_period
        and direct_side.process = indirect_side.process
        and indirect_side.chain = 'see_indirect'
    where direct_side.chain = 'see_direct'
),

lines as (
    select
        site, period, window_period, process as subject, 'window_' || chain as quantity, specific as value,
        'tCO2e/' || activity_level_unit as unit, {{ formula_text('window_ratio') }} as formula, data_quality
    from intensities

    union all

    select
        site, period, window_period, process as subject, 'window_see_total' as quantity,
        specific + specific_indirect as value, 'tCO2e/' || activity_level_unit as unit,
        {{ formula_text('see_total') }} as formula, data_quality
    from totals

    union all

    select
        site, period, window_period, process as subject, 'window_activity_level' as quantity,
        case when not is_too_short then cast(activity_sum as double) end as value, activity_level_unit as unit,
        {{ formula_text('window_sum') }} as formula, 'measured' as data_quality
    from intensities
    where chain = 'see_direct'

    union all

    select
        site, period, window_period, process as subject,
        case chain when 'see_direct' then 'window_attributed_direct' else 'window_attributed_indirect' end as quantity,
        case when missing_attributed = 0 and not is_too_short then cast(attributed_sum as double) end as value,
        'tCO2e' as unit,
        {{ formula_text('window_sum') }} as formula, 'calculated' as data_quality
    from intensities

    union all

    select
        site, period, window_period, 'installation' as subject, 'window_months' as quantity,
        cast(months_in_window as double) as value, '1' as unit, {{ formula_text('window_sum') }} as formula,
        'measured' as data_quality
    from window_months
),

steps as (
    select * from {{ ref('calculation_step') }}
)

select
    {{ line_id(
        'lines.quantity', 'lines.subject', series="'management'", site='lines.site', period='lines.window_period'
    ) }} as line_id,
    steps.method_id,
    steps.clause_definitive as clause,
    'management' as series,
    lines.subject,
    '' as object,
    lines.quantity,
    lines.value,
    lines.unit,
    lines.formula,
    lines.data_quality,
    lines.window_period,
    lines.site,
    lines.period
from lines
inner join steps
    on lines.quantity = steps.step
