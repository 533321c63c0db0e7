{{ scoped() }}

-- Quality of the indirect items by the three scores of the Taiwanese form (A1 × A2 × A3), and their uncertainty where the
-- factor states an interval, or the form does for that of a grid: nothing is assumed about a factor that states none. Power
-- counts by location; the market takes off what certificates cover, at the same factor.
with
items as (
    select
        items.*,
        mapping.ghg_category
    from {{ ref('calc_organisation_item') }} as items
    inner join {{ ref('organisation_mapping') }} as mapping
        on items.item_class = mapping.item_class
    where {{ in_scope('items.site', 'items.period') }}
        and (mapping.ghg_category like '3.%' or mapping.ghg_category = 'scope_2')
        and items.gwp_set in ('any', 'AR6')
        and items.electricity_method in ('any', 'location')
),

factors as (
    select * from {{ ref('calc_organisation_factor') }}
    where {{ in_scope() }}
),

documents as (
    select * from {{ ref('stg_factor__factor_document') }}
),

-- EPDs and footprints print no interval; whoever links one to a material may. Of several documents the widest holds.
links as (
    select
        site,
        material,
        max(uncertainty_pct) as uncertainty_pct
    from {{ ref('stg_supplier__footprint_link') }}
    group by site, material
),

scores as (
    select
        *,
        'constant:' || score_code || '@' || version as score_id
    from {{ ref('data_quality_score') }}
),

classes as (
    select
        *,
        'constant:' || class_code || '@' || version as class_id
    from {{ ref('uncertainty_class') }}
),

-- Statements and answers of a survey are own estimates, spend is estimated from accounts; power stands on a legal meter.
classed as (
    select
        items.*,
        case
            when items.factor_class = 'declared' or items.item_class = 'commuting' then 'DQ-ACTIVITY-DATA-KIND-4'
            when items.activity_unit not in ('t', 'tkm', 'pkm', 'night', 'MWh', 'kL', '1000Nm3', 'GJ')
                then 'DQ-ACTIVITY-DATA-KIND-3'
            else 'DQ-ACTIVITY-DATA-KIND-2'
        end as activity_code,
        case
            when items.activity_unit = 'MWh' then 'DQ-CALIBRATION-CLASS-1'
            else 'DQ-CALIBRATION-CLASS-3'
        end as calibration_code,
        case
            when items.factor_class in ('pcf', 'epd', 'precursor_value') or factors.source_class = 'supplier'
                then 'DQ-FACTOR-KIND-3'
            when items.factor_class in ('exact', 'latest_published') or factors.source_class = 'type_2'
                then 'DQ-FACTOR-KIND-5'
            else 'DQ-FACTOR-KIND-6'
        end as factor_code,
        coalesce(documents.uncertainty_pct, links.uncertainty_pct) / 100 as stated_interval,
        case
            when items.factor_class in ('exact', 'latest_published') and factors.raw_table is null
                then 'U-FACTOR-ELECTRICITY'
        end as factor_interval_code
    from items
    left join factors
        on items.site = factors.site
        and items.period = factors.period
        and items.factor_id = factors.factor_id
        and items.subject = factors.subject
    left join documents
        on factors.raw_table = 'factor_document'
        and factors.site = documents.site
        and factors.evidence_id = documents.evidence_id
        and factors.record_number = documents.record_number
    left join links
        on items.factor_class in ('epd', 'pcf')
        and items.site = links.site
        and items.subject = links.material
),

scored as (
    select
        classed.*,
        cast(classed.emissions_tco2e as double) as item_emissions,
        cast(activity_scores.score as double) as activity_score,
        activity_scores.score_id as activity_score_id,
        cast(calibration_scores.score as double) as calibration_score,
        calibration_scores.score_id as calibration_score_id,
        cast(factor_scores.score as double) as factor_score,
        factor_scores.score_id as factor_score_id,
        classes.half_width_share as activity_interval,
        classes.class_id as activity_interval_id,
        coalesce(classed.stated_interval, factor_classes.half_width_share) as factor_interval,
        case
            when classed.stated_interval is null and factor_classes.class_id is not null then factor_classes.class_id
            else 'constant:interval_stated_with_the_factor'
        end as factor_interval_id
    from classed
    inner join scores as activity_scores
        on classed.activity_code = activity_scores.score_code
    inner join scores as calibration_scores
        on classed.calibration_code = calibration_scores.score_code
    inner join scores as factor_scores
        on classed.factor_code = factor_scores.score_code
    inner join classes
        on classes.class_code = case
            when classed.activity_unit = 'MWh' then 'U-ACTIVITY-METER'
            when classed.activity_code = 'DQ-ACTIVITY-DATA-KIND-2' then 'U-ACTIVITY-ANY'
            else 'U-ACTIVITY-MANUAL'
        end
    left join classes as factor_classes
        on classed.factor_interval_code = factor_classes.class_code
),

products as (
    select
        *,
        {{ formula_sql('taiwan_quality_product') }} as quality_product,
        {{ formula_sql('organisation_interval') }} as half_interval
    from scored
)

select
    products.item_class,
    products.ghg_category,
    products.subject,
    products.item_key,
    products.emissions_tco2e,
    products.item_emissions as emissions,
    products.line_id as emissions_id,
    products.activity_score,
    products.activity_score_id,
    products.calibration_score,
    products.calibration_score_id,
    products.factor_score,
    products.factor_score_id,
    products.quality_product,
    {{ line_id("'organisation_quality'", 'item_key', site='products.site', period='products.period') }} as line_id,
    cast(grades.score as double) as grade,
    grades.score_id as grade_id,
    products.activity_interval,
    products.activity_interval_id,
    products.factor_interval,
    products.factor_interval_id,
    products.half_interval,
    {{ line_id("'organisation_interval'", 'item_key', site='products.site', period='products.period') }}
        as half_interval_id,
    {{ line_value('item_emissions * half_interval') }} as spread_tco2e,
    {{ line_id("'organisation_spread'", 'item_key', site='products.site', period='products.period') }} as spread_id,
    products.half_interval is not null as is_assessed,
    products.site,
    products.period
from products
inner join scores as grades
    on grades.axis = 'grade_by_product'
    and products.quality_product between grades.product_from and grades.product_to
