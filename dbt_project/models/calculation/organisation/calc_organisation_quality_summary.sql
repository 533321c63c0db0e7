{{ scoped() }}

-- Quality and uncertainty of scope 2 and of each category of scope 3, and of scope 3 as a whole, weighted by emissions.
with
qualities as (
    select * from {{ ref('calc_organisation_quality') }}
    where {{ in_scope() }}
),

levels as (
    select 'category' as level union all select 'scope_3' as level
),

summed as (
    select
        qualities.site,
        qualities.period,
        case levels.level when 'scope_3' then 'scope_3' else qualities.ghg_category end as category,
        cast(sum(qualities.emissions_tco2e) as double) as total,
        sum({{ line_value('qualities.quality_product * qualities.emissions') }}) as weighted_product,
        sum({{ line_value('qualities.grade * qualities.emissions') }}) as weighted_grade,
        cast(sum(case when qualities.is_assessed then qualities.emissions_tco2e else 0 end) as double) as assessed,
        sum(case
            when qualities.is_assessed
                then {{ line_value('cast(qualities.spread_tco2e as double) * cast(qualities.spread_tco2e as double)') }}
        end) as squared_spread
    from qualities
    inner join levels
        on levels.level = 'category'
        or qualities.ghg_category <> 'scope_2'
    group by
        qualities.site,
        qualities.period,
        case levels.level when 'scope_3' then 'scope_3' else qualities.ghg_category end
)

select
    category,
    total,
    {{ line_id(
        "'organisation_category'", "'ghg_protocol/' || category", object="'location'", series="'AR6'"
    ) }} as total_id,
    cast(weighted_product as double) / total as quality_product,
    {{ line_id("'organisation_quality_product'", 'category') }} as quality_product_id,
    cast(weighted_grade as double) / total as quality_grade,
    {{ line_id("'organisation_quality_grade'", 'category') }} as quality_grade_id,
    assessed,
    {{ line_id("'organisation_assessed'", 'category') }} as assessed_id,
    case when assessed > 0 then sqrt(cast(squared_spread as double)) / assessed end as uncertainty,
    {{ line_id("'organisation_uncertainty'", 'category') }} as uncertainty_id,
    assessed / total as assessed_share,
    {{ line_id("'organisation_assessed_share'", 'category') }} as assessed_share_id,
    site,
    period
from summed
where total <> 0
