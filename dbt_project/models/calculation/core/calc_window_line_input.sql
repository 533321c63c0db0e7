{{ scoped_windows() }}

with
parts as (
    select * from {{ ref('calc_window_part') }}
    where {{ in_window_scope() }}
),

lines as (
    select * from {{ ref('calc_window_line') }}
    where {{ in_window_scope() }}
),

window_months as (
    select * from {{ ref('calc_window_month') }}
),

window_spans as (
    select distinct site, window_kind, window_period, months_in_window
    from window_months
),

{{ window_good_ctes() }},

-- Every input of the sums over months, listed under the quantity of its line.
listed as (
    {%- for name, unit in [('attributed', "'tCO2e'"), ('embedded', "'tCO2e'"),
        ('activity_level', 'activity_level_unit')] %}
    select
        site, period, window_period, process as subject, 'window_' || chain as quantity, '{{ name }}' as input_name,
        month_index as input_index, {{ name }} as value, {{ unit }} as unit, {{ name }}_id as source_id
    from parts

    union all
    {% endfor %}
    select
        site, period, window_period, process as subject, 'window_activity_level' as quantity, 'month' as input_name,
        month_index as input_index, activity_level as value, activity_level_unit as unit,
        activity_level_id as source_id
    from parts
    where chain = 'see_direct'

    union all

    select
        site, period, window_period, process as subject,
        case chain when 'see_direct' then 'window_attributed_direct' else 'window_attributed_indirect' end as quantity,
        'month' as input_name, month_index as input_index, attributed as value, 'tCO2e' as unit,
        attributed_id as source_id
    from parts

    union all

    select
        site, period, window_period, 'installation' as subject, 'window_months' as quantity, 'month' as input_name,
        month_index as input_index, 1 as value, '1' as unit, 'constant:month ' || month_period as source_id
    from window_months
),

-- A window that is too short has no value: the months that do not exist yet stand in its formula as unknown.
unknown as (
    select
        lines.line_id,
        case when lines.quantity in ('window_see_direct', 'window_see_indirect') then 'attributed' else 'month' end
            as input_name,
        0 as input_index,
        cast(null as double) as value,
        lines.unit,
        'constant:' || cast({{ months_needed('window_spans.window_kind') }} - window_spans.months_in_window as varchar)
        || ' of ' || cast({{ months_needed('window_spans.window_kind') }} as varchar) || ' months do not exist' as source_id,
        lines.site,
        lines.period
    from lines
    inner join window_spans
        on lines.site = window_spans.site
        and lines.window_period = window_spans.window_period
    where window_spans.months_in_window < {{ months_needed('window_spans.window_kind') }}
        and lines.quantity not in ('window_see_total', 'window_months')
),

-- Goods of the window and their content: what its functional units are, and the content of each good.
good_parts as (
    select
        lines.line_id,
        lines.formula,
        goods.made,
        goods.made_id,
        goods.content,
        goods.content_line_id,
        goods.good_index,
        goods.is_last_month,
        lines.site,
        lines.period
    from lines
    inner join window_goods as goods
        on lines.site = goods.site
        and lines.window_period = goods.window_period
        and lines.subject = goods.process
        and (lines.quantity = 'window_functional_level' or lines.object = goods.product)
    where lines.quantity in ('window_functional_level', 'window_content')
),

good_inputs as (
    {%- for name, unit, source in [('made', 't', 'made_id'), ('content', '1', 'content_line_id')] %}
    select
        line_id, '{{ name }}' as input_name, good_index as input_index, {{ name }} as value, '{{ unit }}' as unit,
        {{ source }} as source_id, site, period
    from good_parts
    where formula <> {{ formula_text('content') }}
        and made <> 0

    union all
    {%- endfor %}

    select
        line_id, 'content' as input_name, 1 as input_index, content as value, '1' as unit,
        content_line_id as source_id, site, period
    from good_parts
    where formula = {{ formula_text('content') }}
        and is_last_month
),

-- A functional unit and a good by its content read the lines above them.
chained as (
    select
        lines.line_id,
        case
            when sources.quantity = 'window_activity_level' then 'activity_level'
            when sources.quantity = 'window_functional_level' then 'functional_level'
            when sources.quantity = 'window_content' then 'content'
            when sources.quantity like '%_functional' then 'functional'
            else 'see'
        end as input_name,
        1 as input_index,
        sources.value,
        sources.unit,
        sources.line_id as source_id,
        lines.site,
        lines.period
    from lines
    inner join lines as sources
        on lines.site = sources.site
        and lines.window_period = sources.window_period
        and lines.subject = sources.subject
        and (
            (
                lines.quantity like 'window_see_%_functional'
                and sources.quantity in (
                    'window_activity_level', 'window_functional_level', replace(lines.quantity, '_functional', '')
                )
            )
            or (
                lines.quantity like 'window_qualified_%'
                and (
                    (sources.quantity = 'window_content' and lines.object = sources.object)
                    or sources.quantity = replace(lines.quantity, 'qualified_', '') || '_functional'
                )
            )
        )
),

-- The total of a window adds the two lines above it.
added as (
    select
        totals.line_id,
        case parts_of_total.quantity when 'window_see_direct' then 'see_direct' else 'see_indirect' end as input_name,
        1 as input_index,
        parts_of_total.value,
        parts_of_total.unit,
        parts_of_total.line_id as source_id,
        totals.site,
        totals.period
    from lines as totals
    inner join lines as parts_of_total
        on totals.site = parts_of_total.site
        and totals.window_period = parts_of_total.window_period
        and totals.subject = parts_of_total.subject
        and parts_of_total.quantity in ('window_see_direct', 'window_see_indirect')
    where totals.quantity = 'window_see_total'
),

inputs as (
    select
        lines.line_id, listed.input_name, listed.input_index, listed.value, listed.unit, listed.source_id,
        listed.site, listed.period
    from listed
    inner join lines
        on listed.site = lines.site
        and listed.window_period = lines.window_period
        and listed.quantity = lines.quantity
        and listed.subject = lines.subject

    union all

    select line_id, input_name, input_index, value, unit, source_id, site, period
    from added

    union all

    select line_id, input_name, input_index, value, unit, source_id, site, period
    from good_inputs

    union all

    select line_id, input_name, input_index, value, unit, source_id, site, period
    from chained

    union all

    select line_id, input_name, input_index, value, unit, source_id, site, period
    from unknown
)

select
    line_id,
    input_name,
    cast(input_index as integer) as input_index,
    cast(value as double) as value,
    unit,
    {{ source_kind('source_id') }} as source_kind,
    source_id,
    site,
    period
from inputs
