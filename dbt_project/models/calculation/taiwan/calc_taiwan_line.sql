{{ scoped() }}

with
lines as (
    {%- for step in taiwan_steps() %}
    {{ step_lines(step) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}

    union all

    select
        {{ line_id("'taiwan_target'", 'target') }} as line_id,
        'taiwan_target' as step,
        '-' as series,
        target as subject,
        '' as object,
        'taiwan_target' as quantity,
        case
            when count(target_tco2e) = count(*) then cast(sum(target_tco2e) as double)
        end as value,
        'tCO2e' as unit,
        {{ formula_text('total_sum') }} as formula,
        'calculated' as data_quality,
        site,
        period
    from {{ ref('calc_taiwan_target') }}
    where {{ in_scope() }}
    group by site, period, target
),

steps as (
    select * from {{ ref('calculation_step') }}
)

select
    lines.line_id,
    steps.method_id,
    steps.clause_definitive as clause,
    lines.series,
    lines.subject,
    lines.object,
    lines.quantity,
    lines.value,
    lines.unit,
    lines.formula,
    lines.data_quality,
    lines.site,
    lines.period
from lines
inner join steps
    on lines.quantity = steps.step
