-- The specific embedded emissions of a year whose uncertainty is asked for: of a process, or of each good where goods
-- count by their content.
{%- set quantities = ['see_direct', 'see_indirect', 'see_total', 'see_chargeable'] %}

with
intensities as (
    select * from {{ ref('calc_process_intensity') }}
    where {{ in_scope() }}
        and (length(period) = 4 or length(period) = 21)
),

goods as (
    select * from {{ ref('calc_process_figure') }}
    where {{ in_scope() }}
        and (length(period) = 4 or length(period) = 21)
        and functional is not null
)

{% for quantity in quantities %}
select
    series,
    process,
    '' as product,
    '{{ quantity }}' as quantity,
    {{ quantity }} as value,
    {{ quantity }}_id as figure_line_id,
    'tCO2e/' || activity_level_unit as unit,
    substring({{ refresh_period('period') }}, 1, 4) as calendar_year,
    site,
    period
from intensities
where {{ quantity }} is not null
    and {{ quantity }}_functional is null

union all
{% endfor %}
select
    series,
    process,
    product,
    quantity,
    value,
    line_id as figure_line_id,
    'tCO2e/' || activity_unit as unit,
    substring({{ refresh_period('period') }}, 1, 4) as calendar_year,
    site,
    period
from goods
where value is not null
