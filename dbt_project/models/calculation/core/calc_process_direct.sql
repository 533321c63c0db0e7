{{ scoped() }}

-- Direct emissions of a process before corrections (D_PP, DirEm*): declared in a template, the sum of the shares of
-- its source streams in documents.
with
processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
),

template_processes as (
    select * from {{ ref('calc_template_process_input') }}
),

attributed as (
    select
        site,
        period,
        process,
        sum(attributed_tco2e) as attributed_sum,
        coalesce(max(case when factor_match <> 'exact' then factor_match end), 'exact') as factor_match
    from {{ ref('calc_stream_attribution') }}
    where {{ in_scope() }}
    group by
        site,
        period,
        process
)

select
    processes.process,
    case when processes.input_source = 'template' then 'process_direct_declared' else 'process_direct_sum' end
        as formula_name,
    coalesce(template_processes.declared, 0) as declared,
    coalesce(template_processes.declared_id, 'constant:blank_means_0') as declared_id,
    case
        when processes.input_source = 'template' then {{ line_value('coalesce(template_processes.declared, 0)') }}
        else {{ line_value('coalesce(attributed.attributed_sum, 0)') }}
    end as direct,
    coalesce(attributed.factor_match, 'exact') as factor_match,
    {{ line_id(
        "'process_direct'", 'processes.process', site='processes.site', period='processes.period'
    ) }} as line_id,
    processes.site,
    processes.period
from processes
left join template_processes
    on processes.site = template_processes.site
    and processes.period = template_processes.period
    and processes.process = template_processes.process
    and processes.input_source = 'template'
left join attributed
    on processes.site = attributed.site
    and processes.period = attributed.period
    and processes.process = attributed.process
    and processes.input_source = 'document'
