with
source_emissions as (
    select * from {{ ref('calc_taiwan_source_emission') }}
),

qualities as (
    select * from {{ ref('calc_taiwan_quality') }}
),

intervals as (
    select
        site,
        period,
        series,
        source,
        gas,
        max(case when side = 'lower' then half_interval end) as uncertainty_lower,
        max(case when side = 'upper' then half_interval end) as uncertainty_upper
    from {{ ref('calc_taiwan_interval') }}
    group by site, period, series, source, gas
)

select
    source_emissions.period,
    source_emissions.series,
    source_emissions.known_on,
    source_emissions.category,
    source_emissions.source,
    source_emissions.source_name,
    source_emissions.gas,
    source_emissions.activity as activity_quantity,
    source_emissions.activity_unit,
    source_emissions.ncv as ncv_gj_per_unit,
    source_emissions.gas_factor,
    source_emissions.gas_factor_unit,
    source_emissions.gas_factor_id,
    source_emissions.factor_match,
    source_emissions.gwp,
    source_emissions.emissions_tco2e,
    qualities.activity_score,
    qualities.calibration_score,
    qualities.factor_score,
    qualities.quality_product,
    qualities.grade as quality_grade,
    intervals.uncertainty_lower,
    intervals.uncertainty_upper,
    source_emissions.line_id,
    {{ refresh_period('source_emissions.period') }} as refresh_period,
    source_emissions.site
from source_emissions
left join qualities
    on source_emissions.site = qualities.site
    and source_emissions.period = qualities.period
    and source_emissions.series = qualities.series
    and source_emissions.source = qualities.source
left join intervals
    on source_emissions.site = intervals.site
    and source_emissions.period = intervals.period
    and source_emissions.series = intervals.series
    and source_emissions.source = intervals.source
    and source_emissions.gas = intervals.gas
