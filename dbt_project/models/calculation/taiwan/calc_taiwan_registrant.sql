{{ scoped() }}

with
years as (
    select distinct site, period, period_start, period_end
    from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
        and is_plant
),

activities as (
    select * from {{ ref('calc_taiwan_activity') }}
    where {{ in_scope() }}
),

thresholds as (
    select * from {{ ref('regime_rule') }}
    where regime = 'taiwan_registrant'
),

classed as (
    select
        site,
        period,
        activity_unit,
        activity,
        case
            when category = 'electricity' then 'electricity'
            when material_class in ('natural_gas', 'cng') then 'natural_gas'
            when material_class = 'fuel_oil' then 'fuel_oil'
            when material_class in (
                'anthracite', 'coking_coal', 'coking_coal_feed', 'domestic_coal', 'lignite', 'other_bituminous_coal',
                'steam_coal', 'sub_bituminous_coal', 'sub_bituminous_coal_power'
            )
                then 'coal'
        end as criterion
    from activities
),

quantities as (
    select
        site,
        period,
        activity_unit,
        criterion,
        sum(cast(activity as decimal(38, 12))) as quantity
    from classed
    group by site, period, activity_unit, criterion
),

-- A fuel oil bought by weight cannot be held against litres without its density: then the criterion is not judged.
matched as (
    select
        years.site,
        years.period,
        thresholds.subject as criterion,
        thresholds.value as threshold,
        thresholds.unit,
        thresholds.clause,
        max(case when quantities.activity_unit = thresholds.unit then quantities.quantity end) as quantity,
        max(case when quantities.activity_unit <> thresholds.unit then 1 else 0 end) as has_other_unit
    from years
    -- In force on the day after the year, when its inventory is made: that of 2025 is the first, registered in 2026.
    inner join thresholds
        on thresholds.valid_from <= years.period_end
        and coalesce(thresholds.valid_to, date '9999-12-31') > years.period_end
    left join quantities
        on years.site = quantities.site
        and years.period = quantities.period
        and thresholds.subject = quantities.criterion
    group by
        years.site, years.period, thresholds.subject, thresholds.value, thresholds.unit, thresholds.clause
)

select
    criterion,
    threshold,
    unit,
    case
        when criterion = 'stack_heat' or has_other_unit = 1 then null
        else coalesce(quantity, cast(0 as decimal(38, 12)))
    end as quantity,
    case
        when criterion = 'stack_heat' or has_other_unit = 1 then null
        else coalesce(quantity, 0) >= threshold
    end as is_met,
    case
        when criterion = 'stack_heat' then 'not judged: the heat of a stack is not in the activity data'
        when has_other_unit = 1 then 'not judged: the activity data have another unit'
    end as reason,
    case
        when criterion = 'stack_heat' then '未判定：活動數據無排放口熱量'
        when has_other_unit = 1 then '未判定：活動數據單位不同'
    end as reason_zh,
    clause,
    site,
    period
from matched
