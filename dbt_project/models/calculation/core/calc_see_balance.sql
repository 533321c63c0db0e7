-- The linear system of eq. 59 to 63 in the form the solver reads: one row a process with what it emitted and made.
with
processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
)

select
    attributed.site,
    attributed.period,
    attributed.series,
    attributed.process,
    cast(processes.activity_level as double) as activity_level,
    cast(attributed.attributed_direct_tco2e as double) as see_direct,
    cast(attributed.attributed_indirect_tco2e as double) as see_indirect,
    attributed.electricity as embedded_electricity,
    cast(0 as double) as default_part,
    case
        when processes.counts_indirect_definitive then cast(attributed.attributed_indirect_tco2e as double)
        else 0
    end as chargeable_indirect,
    processes.input_source = 'template' and rules.rule_set <> 'cbam_definitive' as is_idle_precursor_zero
from attributed
inner join processes
    on attributed.site = processes.site
    and attributed.period = processes.period
    and attributed.process = processes.process
inner join {{ ref('calc_period_rule') }} as rules
    on attributed.site = rules.site
    and attributed.period = rules.period
    and attributed.series = rules.series
