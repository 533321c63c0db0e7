-- The linear system of eq. 59 to 63 in the form the solver reads: one row a process with what it emitted and made. Where
-- the law counts, a process outside CBAM hands on what its precursors embed and adds nothing: only goods of Annex I to
-- Regulation (EU) 2023/956 are precursors, and no boundary of IR (EU) 2025/2547 Annex I holds such a process.
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
    {%- for chain, amount in [
        ('see_direct', 'cast(attributed.attributed_direct_tco2e as double)'),
        ('see_indirect', 'cast(attributed.attributed_indirect_tco2e as double)'),
        ('embedded_electricity', 'attributed.electricity')
    ] %}
    case when {{ is_only_passed_on('processes', 'attributed.series') }} then 0 else {{ amount }} end as {{ chain }},
    {%- endfor %}
    cast(0 as double) as default_part,
    case
        when processes.counts_indirect_definitive then cast(attributed.attributed_indirect_tco2e as double)
        else 0
    end as chargeable_indirect,
    -- Free allocation of a calendar year's goods (IR (EU) 2025/2620, eq. 2); null in all other periods and series.
    free_allocations.sefa_process * cast(processes.activity_level as double) as sefa,
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
left join {{ ref('calc_cbam_process') }} as free_allocations
    on attributed.site = free_allocations.site
    and attributed.period = free_allocations.period
    and attributed.series = free_allocations.series
    and attributed.process = free_allocations.process
