{{ scoped() }}

with
lines as (
    {%- for step in line_steps() %}
    {{ step_lines(step) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

steps as (
    select * from {{ ref('calculation_step') }}
),

periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
)

select
    lines.line_id,
    steps.method_id,
    case periods.regime
        when 'cbam_definitive' then steps.clause_definitive
        else steps.clause_transitional
    end as clause,
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
inner join periods
    on lines.site = periods.site
    and lines.period = periods.period
