{{ scoped() }}

with
processes as (
    select * from {{ ref('calc_cbam_process') }}
    where {{ in_scope() }}
),

activity as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
),

parts as (
    select
        site,
        period,
        process,
        sum(embedded) as embedded_sum,
        sum(case when embedded is null then 1 else 0 end) as missing_parts,
        max(reason) as reason
    from {{ ref('calc_cbam_sefa_part') }}
    where {{ in_scope() }}
    group by site, period, process
),

embedded as (
    select
        processes.*,
        case
            when coalesce(parts.missing_parts, 0) > 0 then null
            else coalesce(parts.embedded_sum, {{ line_value('0') }})
        end as embedded_exact,
        cast(activity.activity_level as double) as activity_level,
        activity.activity_line_id as activity_level_id,
        activity.activity_unit as activity_level_unit,
        case when activity.activity_level = 0 then 'no activity in the period' else parts.reason end as reason
    from processes
    inner join activity
        on processes.site = activity.site
        and processes.period = activity.period
        and processes.process = activity.process
    left join parts
        on processes.site = parts.site
        and processes.period = parts.period
        and processes.process = parts.process
),

specifics as (
    select
        *,
        cast(embedded_exact as double) as embedded,
        case when activity_level <> 0 then cast(embedded_exact as double) / activity_level end as sefa_precursors
    from embedded
)

select
    process,
    good_key,
    has_several_benchmarks,
    is_cscf_assumed,
    sefa_process,
    sefa_process_id,
    embedded_exact,
    embedded,
    {{ line_id("'cbam_embedded_sefa'", 'process') }} as embedded_id,
    activity_level,
    activity_level_id,
    activity_level_unit,
    sefa_precursors,
    {{ line_id("'cbam_sefa_precursors'", 'process') }} as sefa_precursors_id,
    {{ formula_sql('sefa') }} as sefa,
    {{ line_id("'cbam_sefa_of_process'", 'process') }} as sefa_id,
    reason,
    site,
    period
from specifics
