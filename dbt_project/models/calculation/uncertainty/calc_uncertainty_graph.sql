-- Every line of a year and its months with its inputs, as the graph that a change of an input runs through.
{%- set years = [] %}
{%- for period in scope_periods() or [] %}{% do years.append("'" ~ (period | string)[:4] ~ "'") %}{% endfor %}

with
lines as (
    select line_id, formula, value, site, period from {{ ref('calc_calculation_line') }}
    union all
    select line_id, formula, value, site, period from {{ ref('calc_document_line') }}
),

inputs as (
    select line_id, input_name, input_index, value, source_id, site, period
    from {{ ref('calc_calculation_line_input') }}
    union all
    select line_id, input_name, input_index, value, source_id, site, period
    from {{ ref('calc_document_line_input') }}
)

select
    lines.line_id,
    lines.formula,
    lines.value as line_value,
    inputs.input_name,
    inputs.input_index,
    inputs.value,
    inputs.source_id,
    substring({{ refresh_period('lines.period') }}, 1, 4) as calendar_year,
    lines.site,
    lines.period
from lines
inner join inputs
    on lines.site = inputs.site
    and lines.period = inputs.period
    and lines.line_id = inputs.line_id
where {{ in_scope_site('lines.site') }}
    {%- if years %}
    and substring({{ refresh_period('lines.period') }}, 1, 4) in ({{ years | unique | join(', ') }})
    {%- endif %}
