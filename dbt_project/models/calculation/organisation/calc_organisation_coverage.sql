{{ scoped() }}

with
items as (
    select * from {{ ref('calc_organisation_item') }}
    where {{ in_scope() }}
        and item_class in ('purchased_goods', 'purchased_services')
),

summed as (
    select
        site,
        period,
        sum(emissions_tco2e) as purchased_tco2e,
        sum(case when factor_class in ('pcf', 'epd') then emissions_tco2e else 0 end) as specific_tco2e
    from items
    group by site, period
)

select
    purchased_tco2e,
    specific_tco2e,
    cast(specific_tco2e as double) / cast(purchased_tco2e as double) as specific_share,
    {{ line_id("'organisation_coverage'", "'site'") }} as line_id,
    site,
    period
from summed
where purchased_tco2e <> 0
