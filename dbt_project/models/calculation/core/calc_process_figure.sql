{{ scoped() }}

-- Figures of the installation and its processes in a month, a calendar year or the period of a template, before windows
-- over months, and of goods that count by their content. What goods share with their process stands once; calc_figure
-- gives it to each of them.
with
periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
),

intensities as (
    select * from {{ ref('calc_process_intensity') }}
    where {{ in_scope() }}
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
),

products as (
    select * from {{ ref('calc_product') }}
    where {{ in_scope() }}
),

series as (
    select 'management' as series union all select 'regime' as series
),

installation_figures as (
    select
        totals.site,
        totals.period,
        series.series,
        cast(null as varchar) as process,
        case totals.quantity
            when 'fuel_energy' then 'total_fuel_energy'
            else totals.quantity || '_emissions'
        end as quantity,
        cast(totals.total as double) as value,
        totals.line_id,
        'calculated' as data_quality,
        false as is_provisional,
        cast(null as varchar) as note
    from {{ ref('calc_installation_total') }} as totals
    cross join series
    where {{ in_scope('totals.site', 'totals.period') }}

    union all

    select
        totals.site, totals.period, series.series, null as process, 'total_direct_emissions' as quantity,
        cast(totals.total_direct as double) as value, totals.line_id, 'calculated' as data_quality,
        false as is_provisional, null as note
    from {{ ref('calc_direct_total') }} as totals
    cross join series
    where {{ in_scope('totals.site', 'totals.period') }}

    union all

    select
        site, period, series, null as process, 'total_indirect_emissions' as quantity,
        cast(total_indirect as double) as value, line_id, 'calculated' as data_quality, false as is_provisional,
        case when total_indirect is null then 'no admissible emission factor for electricity' end as note
    from {{ ref('calc_indirect_total') }}
    where {{ in_scope() }}

    union all

    select
        site, period, series, null as process, 'unattributed_emissions_direct' as quantity,
        cast(unattributed_direct_tco2e as double) as value, direct_line_id as line_id, 'calculated' as data_quality,
        false as is_provisional, null as note
    from {{ ref('calc_unattributed') }}
    where {{ in_scope() }}

    union all

    select
        site, period, series, null as process, 'unattributed_emissions_indirect' as quantity,
        cast(unattributed_indirect_tco2e as double) as value, indirect_line_id as line_id,
        'calculated' as data_quality, false as is_provisional, null as note
    from {{ ref('calc_unattributed') }}
    where {{ in_scope() }}

    union all

    select
        site, period, series, null as process, 'reconciliation_factor' as quantity, reconciliation_factor as value, line_id,
        'calculated' as data_quality, false as is_provisional, null as note
    from {{ ref('calc_reconciliation') }}
    where {{ in_scope() }}
),

attributed_figures as (
    select
        site,
        period,
        series,
        process,
        'attributed_emissions_direct' as quantity,
        cast(attributed_direct_tco2e as double) as value,
        direct_line_id as line_id,
        'calculated' as data_quality,
        direct_factor_match <> 'exact' as is_provisional,
        case
            when is_floored and unfloored_direct_tco2e < 0
                then 'computed ' || cast(cast(unfloored_direct_tco2e as double) as varchar)
                || ' tCO2e; a negative result counts as zero (eq. 55)'
        end as note
    from attributed

    union all

    select
        site, period, series, process, 'attributed_emissions_indirect' as quantity,
        cast(attributed_indirect_tco2e as double) as value, indirect_line_id as line_id,
        'calculated' as data_quality, indirect_factor_match <> 'exact' as is_provisional,
        case when attributed_indirect_tco2e is null then 'no admissible emission factor for electricity' end as note
    from attributed

    union all

    select
        processes.site, processes.period, series.series, processes.process, 'activity_level' as quantity,
        cast(processes.activity_level as double) as value, processes.activity_line_id as line_id,
        'measured' as data_quality, false as is_provisional, null as note
    from processes
    cross join series
),

intensity_figures as (
    {%- for quantity in [
        'see_direct', 'see_indirect', 'see_total', 'see_chargeable', 'default_share', 'embedded_electricity'
    ] %}
    select
        site,
        period,
        series,
        process,
        '{{ quantity }}' as quantity,
        {{ quantity }} as value,
        {{ quantity }}_id as line_id,
        {{ 'indirect_data_quality' if quantity == 'see_indirect' else 'direct_data_quality' }} as data_quality,
        {%- set inexact = {'see_direct': 'direct_inexact_note', 'default_share': 'direct_inexact_note',
            'see_indirect': 'indirect_inexact_note'}.get(quantity, 'inexact_note') %}
        {{ inexact }} is not null as is_provisional,
        case when {{ quantity }} is null then reason else {{ inexact }} end as note
    from intensities
    {%- if quantity == 'see_chargeable' %}
    where is_outside_cbam is not true
    {%- endif %}
    {{- ' union all' if not loop.last }}
    {% endfor %}
),

-- What a functional unit embeds, by quantity (eq. 64 to 66), and how many there are.
functional_values as (
    {%- for quantity in functional_quantities() %}
    select
        site,
        period,
        series,
        process,
        '{{ quantity }}' as quantity,
        {{ quantity }}_functional as functional,
        {{ quantity }}_functional_id as functional_id,
        {{ 'indirect_data_quality' if quantity == 'see_indirect' else 'direct_data_quality' }} as data_quality
    from intensities
    where {{ quantity }}_functional is not null
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

functional_figures as (
    select
        site, period, series, process, quantity || '_functional' as quantity, functional as value,
        functional_id as line_id, data_quality, false as is_provisional, cast(null as varchar) as note
    from functional_values

    union all

    select
        site, period, series, process, 'functional_level' as quantity, functional_level as value,
        functional_level_id as line_id, 'calculated' as data_quality, false as is_provisional, null as note
    from intensities
    where functional_level is not null
),

-- What a good embeds that counts by its content: what its functional unit embeds, or the mean of the process.
content_figures as (
    select
        intensity_figures.*,
        products.product,
        products.product_name,
        products.cn_code,
        functional_values.functional,
        functional_values.functional_id,
        products.content,
        products.content_line_id as content_id
    from intensity_figures
    inner join products
        on intensity_figures.site = products.site
        and intensity_figures.period = products.period
        and intensity_figures.process = products.process
        and products.content is not null
    left join functional_values
        on intensity_figures.site = functional_values.site
        and intensity_figures.period = functional_values.period
        and intensity_figures.series = functional_values.series
        and intensity_figures.process = functional_values.process
        and intensity_figures.quantity = functional_values.quantity
),

figures as (
    {%- for process_figures in ['installation_figures', 'attributed_figures', 'intensity_figures', 'functional_figures'] %}
    select
        *, cast(null as varchar) as product, cast(null as varchar) as product_name, cast(null as varchar) as cn_code,
        cast(null as double) as functional, cast(null as varchar) as functional_id, cast(null as double) as content,
        cast(null as varchar) as content_id, {{ 'true' if process_figures == 'intensity_figures' else 'false' }} as is_of_goods
    from {{ process_figures }}

    union all
    {%- endfor %}

    select
        products.site, products.period, series.series, products.process, products.content_name as quantity,
        products.content as value, products.content_line_id as line_id, 'measured' as data_quality,
        false as is_provisional, null as note, products.product, products.product_name, products.cn_code,
        null as functional, null as functional_id, null as content, null as content_id, false as is_of_goods
    from products
    cross join series
    where products.content is not null

    union all
    {% for form in nitrogen_forms() %}
    select
        products.site, products.period, series.series, products.process, '{{ form }}' as quantity,
        products.{{ form }} as value, products.{{ form }}_line_id as line_id, 'measured' as data_quality,
        false as is_provisional, null as note, products.product, products.product_name, products.cn_code,
        null as functional, null as functional_id, null as content, null as content_id, false as is_of_goods
    from products
    cross join series
    where products.{{ form }} is not null

    union all
    {% endfor %}
    -- A good embeds what its functional unit embeds times its content.
    select
        site, period, series, process, quantity,
        case when functional is null then value else {{ formula_sql('qualified_see') }} end as value,
        case
            when functional is null then line_id
            else {{ line_id("'qualified_' || quantity", 'process', 'product', series='series') }}
        end as line_id,
        data_quality, is_provisional, note, product, product_name, cn_code, functional, functional_id, content,
        content_id, false as is_of_goods
    from content_figures
)

select
    periods.period_start,
    cast(periods.period_end as date) as period_end,
    figures.process,
    figures.product,
    figures.product_name,
    figures.cn_code,
    figures.series,
    figures.quantity,
    figures.value,
    figures.data_quality,
    figures.is_provisional,
    case
        when processes.is_outside_cbam then {{ outside_cbam_note('figures.note') }}
        when figures.note is not null then figures.note
        when periods.regime = 'cbam_definitive'
            and figures.content is not null
            and figures.functional is null
            and figures.quantity in ('{{ functional_quantities() | join("', '") }}')
            then 'mean of the process: what was made of each of its goods, or the content of one, is not stated (eq. 64 to 66)'
            || ' · 製程平均值：該製程各貨品之產量或含量未載明'
    end as note,
    figures.line_id,
    figures.functional,
    figures.functional_id,
    figures.content,
    figures.content_id,
    figures.is_of_goods,
    processes.activity_unit,
    periods.regime,
    figures.site,
    figures.period
from figures
inner join periods
    on figures.site = periods.site
    and figures.period = periods.period
left join processes
    on figures.site = processes.site
    and figures.period = processes.period
    and figures.process = processes.process
