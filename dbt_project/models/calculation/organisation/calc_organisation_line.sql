{{ scoped() }}

with
lines as (
    {%- for step in organisation_steps() %}
    {{ step_lines(step) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
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
