{{ scoped() }}

-- Embedded and specific amounts of every process, one row a chain (eq. 57 to 63). The solver gave the values of the
-- precursors made on site; from there each process is plain arithmetic, the same that its lines state. What a precursor made
-- on site rests on (defaults, estimates, factors that are not exact) its goods rest on too. A process outside CBAM embeds
-- its own emissions in the management series alone; in that of the law it hands on what its precursors embed (eq. 60).
with recursive
balances as (
    select * from {{ ref('calc_see_balance') }}
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
),

solutions as (
    select * from {{ ref('calc_see_solution') }}
    where {{ in_scope() }}
),

parts as (
    select
        site,
        period,
        series,
        chain,
        process,
        sum(embedded) as embedded_sum,
        sum(case when embedded is null then 1 else 0 end) as missing_parts,
        max(case when data_quality = 'default' then 1 else 0 end) = 1 as has_default,
        max(case when data_quality = 'estimated' then 1 else 0 end) = 1 as has_estimated,
        max(case when value_match <> 'exact' then 'precursor ' || precursor || ': ' || value_match end) as inexact_note
    from {{ ref('calc_embedded_part') }}
    where {{ in_scope() }}
    group by
        site,
        period,
        series,
        chain,
        process
),

chains as (
    {%- set is_only_passed_on = is_only_passed_on('processes', 'balances.series') %}
    {%- set own_formula -%}
        case when {{ is_only_passed_on }} then 'specific_passed_on' else 'specific_embedded' end as formula_name
    {%- endset %}
    {%- for chain in [
        'see_direct', 'see_indirect', 'embedded_electricity', 'default_part', 'chargeable_indirect'
    ] %}
    select
        balances.site,
        balances.period,
        balances.series,
        balances.process,
        '{{ chain }}' as chain,
        balances.{{ chain }} as attributed,
        {%- if chain == 'see_direct' %}
        attributed.direct_line_id as attributed_id,
        {{ own_formula }}
        {%- elif chain == 'see_indirect' %}
        attributed.indirect_line_id as attributed_id,
        {{ own_formula }}
        {%- elif chain == 'embedded_electricity' %}
        attributed.electricity_id as attributed_id,
        {{ own_formula }}
        {%- elif chain == 'default_part' %}
        'constant:own_emissions_are_not_defaults' as attributed_id,
        'specific_passed_on' as formula_name
        {%- else %}
        attributed.indirect_line_id as attributed_id,
        case when processes.counts_indirect_definitive then 'specific_embedded' else 'specific_passed_on' end
            as formula_name
        {%- endif %},
        processes.is_outside_cbam,
        processes.activity_level,
        processes.activity_line_id,
        processes.activity_unit,
        {%- if chain == 'see_direct' %}
        case
            when attributed.direct_factor_match <> 'exact' and {{ is_only_passed_on }} is not true
                then 'factors of source streams: ' || attributed.direct_factor_match
        end as own_note
        {%- elif chain == 'see_indirect' %}
        case
            when attributed.indirect_factor_match <> 'exact' and {{ is_only_passed_on }} is not true
                then 'electricity factor: ' || attributed.indirect_factor_match
        end as own_note
        {%- else %}
        cast(null as varchar) as own_note
        {%- endif %}
    from balances
    inner join processes
        on balances.site = processes.site
        and balances.period = processes.period
        and balances.process = processes.process
    inner join attributed
        on balances.site = attributed.site
        and balances.period = attributed.period
        and balances.series = attributed.series
        and balances.process = attributed.process
    {{- ' union all' if not loop.last }}
    {% endfor %}
),

computed as (
    select
        chains.*,
        coalesce(parts.missing_parts, 0) > 0 as is_part_missing,
        case
            when coalesce(parts.missing_parts, 0) > 0 then null
            else coalesce(parts.embedded_sum, {{ line_value('0') }})
        end as embedded_exact,
        solutions.value is not null as is_solved,
        solutions.recirculated,
        solutions.reason,
        case
            when parts.has_default then 'default'
            when parts.has_estimated then 'estimated'
            else 'calculated'
        end as own_quality,
        coalesce(parts.inexact_note, chains.own_note) as own_inexact_note
    from chains
    left join parts
        on chains.site = parts.site
        and chains.period = parts.period
        and chains.series = parts.series
        and chains.chain = parts.chain
        and chains.process = parts.process
    left join solutions
        on chains.site = solutions.site
        and chains.period = solutions.period
        and chains.series = solutions.series
        and chains.chain = solutions.chain
        and chains.process = solutions.process
),

own_precursors as (
    select distinct site, period, series, process, precursor, made_period
    from {{ ref('calc_embedded_part') }}
    where {{ in_scope() }}
        and is_own
),

-- Every process on site that a process takes from, directly or through others, and the period that made what it took;
-- circles end, as no row is listed twice.
sources as (
    select
        site,
        period,
        series,
        process,
        precursor as source,
        made_period
    from own_precursors

    union

    select
        sources.site,
        sources.period,
        sources.series,
        sources.process,
        own_precursors.precursor as source,
        own_precursors.made_period
    from sources
    inner join own_precursors
        on sources.site = own_precursors.site
        and sources.made_period = own_precursors.period
        and sources.series = own_precursors.series
        and sources.source = own_precursors.process
),

-- An earlier period knows already what its goods rest on.
known as (
    select site, period, series, process, chain, own_quality, own_inexact_note
    from computed
    {%- if is_incremental() %}

    union all

    select site, period, series, process, chain, data_quality as own_quality, inexact_note as own_inexact_note
    from {{ this }}
    where {{ in_scope_site() }}
        and not ({{ in_scope() }})
        and period in (select made_period from sources)
    {%- endif %}
),

carried as (
    select
        sources.site,
        sources.period,
        sources.series,
        sources.process,
        known.chain,
        max(case known.own_quality when 'default' then 2 when 'estimated' then 1 else 0 end) as quality_rank,
        min('precursor ' || sources.source || ': ' || known.own_inexact_note) as inexact_note
    from sources
    inner join known
        on sources.site = known.site
        and sources.made_period = known.period
        and sources.series = known.series
        and sources.source = known.process
    group by sources.site, sources.period, sources.series, sources.process, known.chain
),

inputs as (
    select
        computed.*,
        case
            when computed.own_quality = 'default' or carried.quality_rank = 2 then 'default'
            when computed.own_quality = 'estimated' or carried.quality_rank = 1 then 'estimated'
            else 'calculated'
        end as data_quality,
        coalesce(computed.own_inexact_note, carried.inexact_note) as inexact_note,
        cast(computed.embedded_exact as double) as embedded,
        cast(computed.activity_level as double) as activity_quantity
    from computed
    left join carried
        on computed.site = carried.site
        and computed.period = carried.period
        and computed.series = carried.series
        and computed.process = carried.process
        and computed.chain = carried.chain
)

select
    series,
    chain,
    process,
    formula_name,
    attributed,
    attributed_id,
    embedded,
    embedded_exact,
    {{ line_id("'embedded_' || chain", 'process', series='series') }} as embedded_id,
    activity_quantity as activity_level,
    activity_line_id as activity_level_id,
    activity_unit as activity_level_unit,
    case
        when not is_solved or activity_quantity = 0 then null
        when formula_name = 'specific_passed_on' then embedded / activity_quantity
        else (attributed + embedded) / activity_quantity
    end as specific,
    recirculated,
    reason,
    {{ line_id('chain', 'process', series='series') }} as line_id,
    case when chain = 'embedded_electricity' then 'MWh' else 'tCO2e' end as amount_unit,
    data_quality,
    is_outside_cbam,
    inexact_note is not null as is_inexact,
    inexact_note,
    site,
    period
from inputs
