{#- A line through fewer other months than this fits almost anything. -#}
{%- set other_months_at_least = 6 -%}
{%- set sigmas_at_most = 3 -%}
{{ scoped() }}

-- Whether the months of a year fit what was made in them: each process's emissions are regressed on its activity level over
-- the other months of that year and the year before, a fixed part and one by unit. Fixed consumption makes a slack month
-- look worse than it is; a month beyond three standard deviations of the line is asked about.
with
years as (
    select
        site,
        period
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope_site() }}
        and series = 'management'
        and length(period) = 7
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope_site() }}
        and activity_level > 0
),

months as (
    select
        years.site,
        years.period,
        attributed.process,
        attributed.period as month,
        processes.activity_level,
        processes.activity_unit,
        attributed.attributed_direct_tco2e + coalesce(attributed.attributed_indirect_tco2e, 0) as emissions_tco2e,
        max(processes.activity_level) over (
            partition by years.site, years.period, attributed.process
        ) as best_activity_level
    from years
    inner join attributed
        on years.site = attributed.site
        and cast(substring(attributed.period, 1, 4) as integer) between cast(years.period as integer) - 1
        and cast(years.period as integer)
    inner join processes
        on attributed.site = processes.site
        and attributed.period = processes.period
        and attributed.process = processes.process
    where attributed.attributed_direct_tco2e is not null
),

own_months as (
    select * from months
    where substring(month, 1, 4) = period
),

means as (
    select
        own_months.site,
        own_months.period,
        own_months.process,
        own_months.month,
        count(*) as other_month_count,
        cast(sum(others.activity_level) as double) / count(*) as mean_activity_level,
        cast(sum(others.emissions_tco2e) as double) / count(*) as mean_emissions_tco2e
    from own_months
    inner join months as others
        on own_months.site = others.site
        and own_months.period = others.period
        and own_months.process = others.process
        and own_months.month <> others.month
    group by own_months.site, own_months.period, own_months.process, own_months.month
    having count(*) >= {{ other_months_at_least }}
),

distances as (
    select
        means.*,
        cast(others.activity_level as double) - means.mean_activity_level as activity_distance,
        cast(others.emissions_tco2e as double) - means.mean_emissions_tco2e as emissions_distance
    from means
    inner join months as others
        on means.site = others.site
        and means.period = others.period
        and means.process = others.process
        and means.month <> others.month
),

squares as (
    select
        site,
        period,
        process,
        month,
        other_month_count,
        mean_activity_level,
        mean_emissions_tco2e,
        cast(sum({{ line_value('activity_distance * activity_distance') }}) as double) as activity_squares,
        cast(sum({{ line_value('activity_distance * emissions_distance') }}) as double) as mixed_squares,
        cast(sum({{ line_value('emissions_distance * emissions_distance') }}) as double) as emissions_squares
    from distances
    group by site, period, process, month, other_month_count, mean_activity_level, mean_emissions_tco2e
),

-- Months that all made the same have a mean, and no line.
slopes as (
    select
        *,
        case when activity_squares > 0 then mixed_squares / activity_squares else 0 end as slope
    from squares
),

lines as (
    select
        *,
        mean_emissions_tco2e - slope * mean_activity_level as fixed_tco2e,
        sqrt(greatest(emissions_squares - slope * mixed_squares, 0) / (other_month_count - 2)) as sigma_tco2e
    from slopes
),

expected as (
    select
        own_months.*,
        lines.other_month_count,
        lines.slope,
        lines.fixed_tco2e,
        lines.sigma_tco2e,
        lines.fixed_tco2e + lines.slope * cast(own_months.activity_level as double) as expected_tco2e
    from own_months
    left join lines
        on own_months.site = lines.site
        and own_months.period = lines.period
        and own_months.process = lines.process
        and own_months.month = lines.month
),

-- Months that lie on a line exactly leave no spread but that of floating point.
judged as (
    select
        *,
        (cast(emissions_tco2e as double) - expected_tco2e)
        / greatest(sigma_tco2e, 0.000001 * abs(expected_tco2e), 0.000000001) as deviation_sigmas
    from expected
)

select
    process,
    month,
    activity_level,
    activity_unit,
    {{ utilisation('activity_level', 'best_activity_level') }} as utilisation,
    emissions_tco2e,
    cast(emissions_tco2e as double) / cast(activity_level as double) as intensity,
    cast(other_month_count as integer) as other_month_count,
    fixed_tco2e,
    slope,
    expected_tco2e,
    sigma_tco2e,
    deviation_sigmas,
    abs(deviation_sigmas) > {{ sigmas_at_most }} as is_outlier,
    site,
    period
from judged
