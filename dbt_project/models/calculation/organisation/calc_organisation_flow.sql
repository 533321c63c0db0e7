{{ scoped() }}

-- Products of single quantities that only the reconciliation of the two accountings needs: what products took over of
-- each precursor, what was bought of it at the same value, and power at the mean factor of the products.
with
years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

embedded as (
    select * from {{ ref('calc_embedded_part') }}
    where {{ in_scope() }}
        and series = 'management'
        and chain in ('see_direct', 'see_indirect')
        and specific is not null
),

items as (
    select * from {{ ref('calc_organisation_item') }}
    where {{ in_scope() }}
        and item_class = 'purchased_goods'
),

precursor_values as (
    select * from {{ ref('calc_precursor_value') }}
    where {{ in_scope() }}
        and series = 'management'
        and see_direct is not null
        and see_indirect is not null
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
        and series = 'management'
        and attributed_indirect_tco2e is not null
),

consumption as (
    select * from {{ ref('calc_organisation_consumption') }}
    where {{ in_scope() }}
        and control = 'tenant'
),

mean_factors as (
    select
        site,
        period,
        case when sum(cast(electricity as decimal(38, 12))) <> 0
            then cast(sum(attributed_indirect_tco2e) as double)
                / cast(sum(cast(electricity as decimal(38, 12))) as double)
        end as specific
    from attributed
    group by site, period
),

flows as (
    select
        embedded.site,
        embedded.period,
        case when embedded.is_own then 'own' else 'consumed' end as flow,
        embedded.process || '/' || embedded.precursor || '/' || embedded.chain as subject,
        embedded.precursor,
        embedded.consumed,
        embedded.consumed_id,
        't' as consumed_unit,
        embedded.specific,
        embedded.specific_id,
        'tCO2e/t' as specific_unit
    from embedded
    inner join years
        on embedded.site = years.site
        and embedded.period = years.period
    {% for chain in ['see_direct', 'see_indirect'] %}
    union all

    select
        items.site,
        items.period,
        'bought' as flow,
        items.subject || '/{{ chain }}' as subject,
        items.subject as precursor,
        items.activity as consumed,
        items.activity_id as consumed_id,
        't' as consumed_unit,
        precursor_values.{{ chain }} as specific,
        precursor_values.{{ chain }}_id as specific_id,
        'tCO2e/t' as specific_unit
    from items
    inner join precursor_values
        on items.site = precursor_values.site
        and items.period = precursor_values.period
        and items.subject = precursor_values.precursor
        and items.activity_id like '%:precursor:%'
    {% endfor %}
    union all

    select
        consumption.site,
        consumption.period,
        'electricity' as flow,
        'site' as subject,
        cast(null as varchar) as precursor,
        consumption.consumed,
        consumption.consumed_id,
        'MWh' as consumed_unit,
        mean_factors.specific,
        {{ line_id(
            "'organisation_mean_factor'", "'site'", site='consumption.site', period='consumption.period'
        ) }} as specific_id,
        'tCO2e/MWh' as specific_unit
    from consumption
    inner join mean_factors
        on consumption.site = mean_factors.site
        and consumption.period = mean_factors.period
    where mean_factors.specific is not null
)

select
    flow,
    subject,
    precursor,
    consumed,
    consumed_id,
    consumed_unit,
    specific,
    specific_id,
    specific_unit,
    {{ line_value('consumed * specific') }} as emissions_tco2e,
    {{ line_id("'organisation_flow'", "flow || '/' || subject") }} as line_id,
    site,
    period
from flows
