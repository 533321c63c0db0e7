{{ scoped() }}

with
totals as (
    select * from {{ ref('calc_taiwan_total') }}
    where {{ in_scope() }}
        and is_statutory
        and total = 'inventory'
),

quality as (
    select
        site,
        period,
        series,
        cast(sum({{ line_value('quality_product * cast(emissions_tco2e as double)') }}) as double) as product_sum,
        cast(sum({{ line_value('grade * cast(emissions_tco2e as double)') }}) as double) as grade_sum,
        cast(sum(emissions_tco2e) as double) as emissions_sum
    from {{ ref('calc_taiwan_quality') }}
    where {{ in_scope() }}
    group by site, period, series
),

uncertainty as (
    select
        site,
        period,
        series,
        {%- for side in ['lower', 'upper'] %}
        cast(sum(case
            when side = '{{ side }}' and is_assessed
                then {{ line_value('cast(spread_tco2e as double) * cast(spread_tco2e as double)') }}
        end) as double) as {{ side }}_square_sum,
        {%- endfor %}
        cast(sum(case when side = 'lower' and is_assessed then emissions_tco2e end) as double) as assessed
    from {{ ref('calc_taiwan_interval') }}
    where {{ in_scope() }}
    group by site, period, series
)

select
    totals.series,
    totals.is_statutory,
    {%- for quantity in ['product', 'grade'] %}
    case when quality.emissions_sum <> 0 then quality.{{ quantity }}_sum / quality.emissions_sum end
        as quality_{{ quantity }},
    {{ line_id(
        "'taiwan_quality_" ~ quantity ~ "'", "'site'", series='totals.series', site='totals.site',
        period='totals.period'
    ) }} as quality_{{ quantity }}_id,
    {%- endfor %}
    coalesce(uncertainty.assessed, 0) as assessed,
    {{ line_id(
        "'taiwan_assessed'", "'site'", series='totals.series', site='totals.site', period='totals.period'
    ) }} as assessed_id,
    {%- for side in ['lower', 'upper'] %}
    case when uncertainty.assessed <> 0 then sqrt(uncertainty.{{ side }}_square_sum) / uncertainty.assessed end
        as uncertainty_{{ side }},
    {{ line_id(
        "'taiwan_uncertainty_" ~ side ~ "'", "'site'", series='totals.series', site='totals.site',
        period='totals.period'
    ) }} as uncertainty_{{ side }}_id,
    {%- endfor %}
    totals.unrounded as total,
    totals.line_id as total_id,
    case when totals.unrounded <> 0 then coalesce(uncertainty.assessed, 0) / totals.unrounded end as assessed_share,
    {{ line_id(
        "'taiwan_assessed_share'", "'site'", series='totals.series', site='totals.site', period='totals.period'
    ) }} as assessed_share_id,
    totals.site,
    totals.period
from totals
left join quality
    on totals.site = quality.site
    and totals.period = quality.period
    and totals.series = quality.series
left join uncertainty
    on totals.site = uncertainty.site
    and totals.period = uncertainty.period
    and totals.series = uncertainty.series
