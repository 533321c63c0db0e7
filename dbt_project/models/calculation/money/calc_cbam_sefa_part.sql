{{ scoped() }}

-- Every precursor that a process consumed, with its free allocation a tonne (eq. 4 and 5).
with
flows as (
    select * from {{ ref('calc_precursor_flow') }}
    where {{ in_scope() }}
        and consumed_quantity <> 0
),

processes as (
    select * from {{ ref('calc_cbam_process') }}
    where {{ in_scope() }}
),

precursors as (
    select * from {{ ref('calc_cbam_precursor') }}
    where {{ in_scope() }}
),

solutions as (
    select * from {{ ref('calc_see_solution') }}
    where {{ in_scope() }}
        and chain = 'sefa'
),

parts as (
    select
        flows.site,
        flows.period,
        flows.process,
        flows.precursor,
        flows.is_own,
        flows.consumed_quantity,
        flows.consumed_id,
        case when flows.is_own then solutions.value else precursors.sefa end as specific,
        case
            when not flows.is_own then coalesce(precursors.sefa_id, 'constant:no_value')
            when solutions.value is null then 'constant:no_value'
            else {{ line_id("'cbam_sefa_of_process'", 'flows.precursor', site='flows.site', period='flows.period') }}
        end as specific_id,
        case
            when flows.is_own then solutions.reason
            when precursors.sefa is null then 'no CN code or benchmark for precursor ' || flows.precursor
        end as reason
    from flows
    inner join processes
        on flows.site = processes.site
        and flows.period = processes.period
        and flows.process = processes.process
    left join precursors
        on flows.site = precursors.site
        and flows.period = precursors.period
        and flows.precursor = precursors.precursor
        and not flows.is_own
    left join solutions
        on flows.site = solutions.site
        and flows.period = solutions.period
        and solutions.series = 'regime'
        and flows.precursor = solutions.process
        and flows.is_own
)

select
    process,
    precursor,
    is_own,
    cast(consumed_quantity as double) as consumed,
    consumed_id,
    specific,
    specific_id,
    {{ line_value('cast(consumed_quantity as double) * specific') }} as embedded,
    reason,
    row_number() over (
        partition by site, period, process
        order by precursor
    ) as part_index,
    site,
    period
from parts
