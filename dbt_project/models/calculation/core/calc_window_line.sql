{{ scoped_windows() }}

with
intensities as (
    select * from {{ ref('calc_window_see') }}
    where {{ in_window_scope() }}
),

window_months as (
    select distinct
        site,
        period,
        window_period,
        months_in_window
    from {{ ref('calc_window_month') }}
),

totals as (
    select
        direct_side.*,
        indirect_side.specific as specific_indirect
    from intensities as direct_side
    inner join intensities as indirect_side
        on direct_side.site = indirect_side.site
        and direct_side.window_period = indirect_side.window_period
        and direct_side.process = indirect_side.process
        and indirect_side.chain = 'see_indirect'
    where direct_side.chain = 'see_direct'
),

{{ window_content_ctes() }},

-- What a tonne of clinker or nitrogen embeds, and what a good does by its content.
functional_parts as (
    select
        specifics.*,
        window_functional.period,
        window_functional.functional_level
    from (
        select
            site, window_period, process, chain, specific as see, cast(activity_sum as double) as activity_level,
            activity_level_unit, data_quality
        from intensities
        union all
        select
            site, window_period, process, 'see_total' as chain, specific + specific_indirect as see,
            cast(activity_sum as double) as activity_level, activity_level_unit, data_quality
        from totals
    ) as specifics
    inner join window_functional
        on specifics.site = window_functional.site
        and specifics.window_period = window_functional.window_period
        and specifics.process = window_functional.process
),

functional as (
    select
        functional_parts.*,
        {{ formula_sql('functional_see') }} as functional
    from functional_parts
),

qualified as (
    select
        functional.*,
        window_contents.product,
        window_contents.content
    from functional
    inner join window_contents
        on functional.site = window_contents.site
        and functional.window_period = window_contents.window_period
        and functional.process = window_contents.process
    where window_contents.content is not null
),

lines as (
    select
        site, period, window_period, process as subject, 'window_' || chain as quantity, specific as value,
        'tCO2e/' || activity_level_unit as unit, {{ formula_text('window_ratio') }} as formula, data_quality
    from intensities

    union all

    select
        site, period, window_period, process as subject, 'window_see_total' as quantity,
        specific + specific_indirect as value, 'tCO2e/' || activity_level_unit as unit,
        {{ formula_text('see_total') }} as formula, data_quality
    from totals

    union all

    select
        site, period, window_period, process as subject, 'window_activity_level' as quantity,
        case when not is_too_short then cast(activity_sum as double) end as value, activity_level_unit as unit,
        {{ formula_text('window_sum') }} as formula, 'measured' as data_quality
    from intensities
    where chain = 'see_direct'

    union all

    select
        site, period, window_period, process as subject,
        case chain when 'see_direct' then 'window_attributed_direct' else 'window_attributed_indirect' end as quantity,
        case when missing_attributed = 0 and not is_too_short then cast(attributed_sum as double) end as value,
        'tCO2e' as unit,
        {{ formula_text('window_sum') }} as formula, 'calculated' as data_quality
    from intensities

    union all

    select
        site, period, window_period, 'installation' as subject, 'window_months' as quantity,
        cast(months_in_window as double) as value, '1' as unit, {{ formula_text('window_sum') }} as formula,
        'measured' as data_quality
    from window_months
),

good_lines as (
    select
        site, period, window_period, process as subject, '' as object, 'window_functional_level' as quantity,
        functional_level as value, 't' as unit, {{ formula_text('functional_level') }} as formula,
        'measured' as data_quality
    from window_functional

    union all

    select
        site, period, window_period, process as subject, '' as object,
        'window_' || chain || '_functional' as quantity, functional as value, 'tCO2e/' || activity_level_unit as unit,
        {{ formula_text('functional_see') }} as formula, data_quality
    from functional

    union all

    select
        site, period, window_period, process as subject, product as object, 'window_content' as quantity,
        content as value, '1' as unit,
        {{ formula_text_by('formula_name', ['window_content', 'content']) }} as formula, 'measured' as data_quality
    from window_contents
    where content is not null

    union all

    select
        site, period, window_period, process as subject, product as object, 'window_qualified_' || chain as quantity,
        {{ formula_sql('qualified_see') }} as value, 'tCO2e/' || activity_level_unit as unit,
        {{ formula_text('qualified_see') }} as formula, data_quality
    from qualified
),

all_lines as (
    select
        site, period, window_period, subject, '' as object, quantity, value, unit, formula, data_quality
    from lines

    union all

    select site, period, window_period, subject, object, quantity, value, unit, formula, data_quality
    from good_lines
),

steps as (
    select * from {{ ref('calculation_step') }}
)

select
    {{ line_id(
        'lines.quantity', 'lines.subject', series="'management'", site='lines.site', period='lines.window_period'
    ) }}
    || case when lines.object = '' then '' else ':' || {{ encode_part('lines.object') }} end as line_id,
    steps.method_id,
    steps.clause_definitive as clause,
    'management' as series,
    lines.subject,
    lines.object,
    lines.quantity,
    lines.value,
    lines.unit,
    lines.formula,
    lines.data_quality,
    lines.window_period,
    lines.site,
    lines.period
from all_lines as lines
inner join steps
    on lines.quantity = steps.step
