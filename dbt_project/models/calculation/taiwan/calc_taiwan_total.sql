{{ scoped() }}

with
source_emissions as (
    select * from {{ ref('calc_taiwan_source_emission') }}
    where {{ in_scope() }}
),

versions as (
    select * from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
        and is_plant
),

totals as (
    {%- for total in ['stationary', 'mobile', 'process', 'fugitive', 'electricity', 'steam', 'direct', 'inventory', 'liable'] %}
    select '{{ total }}' as total
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        source_emissions.site,
        source_emissions.period,
        source_emissions.series,
        totals.total,
        sum(source_emissions.emissions_tco2e) as emissions_tco2e
    from source_emissions
    inner join totals
        on {{ taiwan_in_total('totals.total', 'source_emissions.category') }}
    group by source_emissions.site, source_emissions.period, source_emissions.series, totals.total
),

-- Sources that burn something for which no table has methane or nitrous oxide, or only the older one.
gas_counts as (
    select
        site,
        period,
        series,
        source,
        count(*) as gas_count,
        max(case when factor_match = 'table_6_0_4' then 1 else 0 end) as has_older_factor
    from source_emissions
    where method = 'combustion'
    group by site, period, series, source
),

gaps as (
    select
        site,
        period,
        series,
        {{ joined('case when gas_count < 3 then source end', ', ') }} as sources_without_factor,
        {{ joined('case when has_older_factor = 1 then source end', ', ') }} as sources_by_older_table
    from gas_counts
    group by site, period, series
),

-- Sources that a document states and that no factor or warming potential could be found for.
left_out as (
    select
        versions.site,
        versions.period,
        versions.series,
        {{ joined('activities.source', ', ') }} as sources_left_out
    from versions
    inner join {{ ref('calc_taiwan_activity') }} as activities
        on versions.site = activities.site
        and versions.period = activities.period
        and activities.category in ('fugitive', 'steam')
    left join source_emissions
        on versions.site = source_emissions.site
        and versions.period = source_emissions.period
        and versions.series = source_emissions.series
        and activities.source = source_emissions.source
    where source_emissions.source is null
    group by versions.site, versions.period, versions.series
),

electricity as (
    select
        site,
        period,
        series,
        max(factor_match) as factor_match,
        max(cast(extract(year from factor_valid_from) as varchar)) as factor_year,
        max(electricity_factor) as electricity_factor
    from source_emissions
    where category = 'electricity'
    group by site, period, series
),

unrounded as (
    select
        versions.site,
        versions.period,
        versions.series,
        versions.event,
        versions.is_statutory,
        versions.is_green_assumed,
        versions.known_on,
        totals.total,
        coalesce(summed.emissions_tco2e, cast(0 as decimal(38, 12))) as emissions_tco2e,
        summed.total is not null as has_sources,
        gaps.sources_without_factor,
        left_out.sources_left_out,
        case when versions.factor_set = 'announced' then gaps.sources_by_older_table end as sources_by_older_table,
        electricity.factor_match as electricity_factor_match,
        electricity.factor_year as electricity_factor_year,
        electricity.electricity_factor
    from versions
    cross join totals
    left join summed
        on versions.site = summed.site
        and versions.period = summed.period
        and versions.series = summed.series
        and totals.total = summed.total
    left join gaps
        on versions.site = gaps.site
        and versions.period = gaps.period
        and versions.series = gaps.series
    left join left_out
        on versions.site = left_out.site
        and versions.period = left_out.period
        and versions.series = left_out.series
    left join electricity
        on versions.site = electricity.site
        and versions.period = electricity.period
        and versions.series = electricity.series
)

select
    series,
    event,
    is_statutory,
    is_green_assumed,
    known_on,
    total,
    cast(emissions_tco2e as decimal(38, 12)) as emissions_tco2e,
    {{ line_id("'taiwan_sum'", 'total', series='series') }} as line_id,
    cast(emissions_tco2e as double) as unrounded,
    {{ line_id("'taiwan_sum'", 'total', series='series') }} as unrounded_id,
    cast(round(emissions_tco2e, 3) as double) as rounded_tco2e,
    {{ line_id("'taiwan_total'", 'total', series='series') }} as rounded_line_id,
    has_sources,
    sources_without_factor,
    sources_left_out,
    sources_by_older_table,
    electricity_factor_match,
    electricity_factor_year,
    electricity_factor,
    site,
    period
from unrounded
