{{ scoped() }}

with
source_emissions as (
    select * from {{ ref('calc_taiwan_source_emission') }}
    where {{ in_scope() }}
        and is_statutory
),

-- Which meters a source rests on: the main ones for power, those of processes, or those of fuels and heat. One that was read
-- after its calibration had ended leaves them all uncalibrated.
calibrated as (
    select
        site,
        period,
        case
            when commodity <> 'electricity' then 'meter'
            when role = 'main' then 'main_meter'
            else 'process_meter'
        end as activity_source,
        max(case when is_overdue then 1 else 0 end) as has_overdue,
        min(case when is_overdue then 0 when calibration_valid_to is null then 0 else 1 end) as has_calibration
    from {{ ref('calc_meter_calibration') }}
    where {{ in_scope() }}
    group by
        site,
        period,
        case
            when commodity <> 'electricity' then 'meter'
            when role = 'main' then 'main_meter'
            else 'process_meter'
        end
),

scores as (
    select
        *,
        'constant:' || score_code || '@' || version as score_id
    from {{ ref('data_quality_score') }}
),

-- One row a source: its gases together; the factor of carbon dioxide is what its quality is judged by.
by_source as (
    select
        site,
        period,
        series,
        source,
        source_name,
        category,
        sum(emissions_tco2e) as emissions_tco2e,
        max(data_quality) as data_quality,
        max(activity_source) as activity_source,
        max(calibration_class) as calibration_class,
        coalesce(max(case when gas in ('CO2', 'CO2e') then factor_match end), max(factor_match)) as factor_match
    from source_emissions
    group by site, period, series, source, source_name, category
),

-- A bill stands on the supplier's legal meter (度量衡法 §14, §19); other sources say in master data who calibrated them.
classed as (
    select
        by_source.*,
        case
            when by_source.data_quality = 'estimated' then 'DQ-ACTIVITY-DATA-KIND-3'
            when by_source.activity_source in ('meter', 'main_meter', 'process_meter') then 'DQ-ACTIVITY-DATA-KIND-1'
            else 'DQ-ACTIVITY-DATA-KIND-2'
        end as activity_code,
        case
            when calibrated.has_overdue = 1 then 'DQ-CALIBRATION-CLASS-3'
            when by_source.calibration_class = 'external' then 'DQ-CALIBRATION-CLASS-1'
            when by_source.calibration_class = 'internal' then 'DQ-CALIBRATION-CLASS-2'
            when by_source.calibration_class = 'none' then 'DQ-CALIBRATION-CLASS-3'
            when by_source.activity_source = 'bill' then 'DQ-CALIBRATION-CLASS-1'
            when by_source.activity_source = 'main_meter' and calibrated.has_calibration = 1
                then 'DQ-CALIBRATION-CLASS-1'
            else 'DQ-CALIBRATION-CLASS-3'
        end as calibration_code,
        case by_source.factor_match
            when 'own' then 'DQ-FACTOR-KIND-1'
            when 'international' then 'DQ-FACTOR-KIND-6'
            else 'DQ-FACTOR-KIND-5'
        end as factor_code
    from by_source
    left join calibrated
        on by_source.site = calibrated.site
        and by_source.period = calibrated.period
        and by_source.activity_source = calibrated.activity_source
),

scored as (
    select
        classed.*,
        cast(activity_scores.score as double) as activity_score,
        activity_scores.score_id as activity_score_id,
        cast(calibration_scores.score as double) as calibration_score,
        calibration_scores.score_id as calibration_score_id,
        cast(factor_scores.score as double) as factor_score,
        factor_scores.score_id as factor_score_id
    from classed
    inner join scores as activity_scores
        on classed.activity_code = activity_scores.score_code
    inner join scores as calibration_scores
        on classed.calibration_code = calibration_scores.score_code
    inner join scores as factor_scores
        on classed.factor_code = factor_scores.score_code
),

products as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_quality_product') }} as quality_product
    from scored
)

select
    products.series,
    products.source,
    products.source_name,
    products.category,
    cast(products.emissions_tco2e as decimal(38, 12)) as emissions_tco2e,
    {{ line_id(
        "'taiwan_source_sum'", 'products.source', series='products.series', site='products.site',
        period='products.period'
    ) }} as emissions_id,
    products.activity_score,
    products.activity_score_id,
    products.calibration_score,
    products.calibration_score_id,
    products.factor_score,
    products.factor_score_id,
    products.quality_product,
    {{ line_id(
        "'taiwan_quality'", 'products.source', series='products.series', site='products.site',
        period='products.period'
    ) }} as line_id,
    cast(grades.score as double) as grade,
    grades.score_id as grade_id,
    products.site,
    products.period
from products
inner join scores as grades
    on grades.axis = 'grade_by_product'
    and products.quality_product between grades.product_from and grades.product_to
