{{ scoped() }}

-- Each product of the year's master data or shipments once: whether its CN code is in, adjacent to or out of the mechanism
-- (Regulation (EU) 2023/956 Annex I; COM(2025) 989), which markets it ended in, in the EU directly or by way of another
-- country, and what its transport emitted (GHG Protocol Scope 3 Standard chapter 5, categories 4 and 9: mass times distance
-- times factor, by mass where a consignment carries several products).
with
years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

shipments as (
    select
        years.period,
        shipped.*
    from {{ ref('stg_imports__shipment') }} as shipped
    inner join years
        on shipped.site = years.site
        and shipped.shipped_date >= years.period_start
        and shipped.shipped_date < years.period_end
    where shipped.shipment_state = 'counted'
),

eu_countries as (
    select country_code from {{ ref('cbam_origin_country') }}
    where origin_class = 'eu'
),

product_rows as (
    select
        years.site,
        years.period,
        products.product,
        products.product_name,
        products.cn_code,
        row_number() over (
            partition by years.site, years.period, products.product
            order by products.valid_from desc, products.process
        ) as validity_rank
    from years
    inner join {{ ref('stg_master__product') }} as products
        on years.site = products.site
        and products.valid_from < years.period_end
        and products.valid_to > years.period_start
),

products as (
    select
        coalesce(product_rows.site, shipped.site) as site,
        coalesce(product_rows.period, shipped.period) as period,
        coalesce(product_rows.product, shipped.product) as product,
        product_rows.product_name,
        product_rows.cn_code
    from (select * from product_rows where validity_rank = 1) as product_rows
    full outer join (select distinct site, period, product from shipments) as shipped
        on product_rows.site = shipped.site
        and product_rows.period = shipped.period
        and product_rows.product = shipped.product
),

-- What lists the beginning of a code: a document of the site before the list of the product, the longest beginning first.
listed as (
    select
        products.site,
        products.period,
        products.product,
        lists.scope,
        lists.act,
        lists.applies_from_date,
        lists.source,
        row_number() over (
            partition by products.site, products.period, products.product
            order by lists.list_rank, length(lists.cn_prefix) desc, lists.arrival_order desc, lists.cn_prefix
        ) as choice
    from products
    inner join (
        select
            site,
            cn_prefix,
            scope,
            act,
            applies_from_date,
            source_url as source,
            arrival_order,
            1 as list_rank
        from {{ ref('stg_imports__cn_scope') }}
        union all
        select
            cast(null as varchar),
            cn_code,
            'in',
            'Regulation (EU) 2023/956 Annex I',
            valid_from,
            source,
            cast(0 as bigint),
            2
        from {{ ref('cbam_cn_code') }}
        union all
        select
            cast(null as varchar),
            cn_prefix,
            scope,
            act,
            applies_from,
            source,
            cast(0 as bigint),
            3
        from {{ ref('cbam_scope_code') }}
    ) as lists
        on starts_with(products.cn_code, lists.cn_prefix)
        and coalesce(lists.site, products.site) = products.site
),

-- Legs carry the mass of their waybill; a product bears its share of that mass.
legs as (
    select
        records.site,
        records.period,
        split_part(activities.record_key, '|', 1) as waybill,
        records.item_class,
        cast(records.amount * records.distance as decimal(38, 6)) as service_tkm,
        {{ line_value('cast(records.amount as double) * cast(records.distance as double) * factors.factor') }} as leg_tco2e
    from {{ ref('calc_organisation_record') }} as records
    inner join {{ ref('stg_organisation__activity') }} as activities
        on records.site = activities.site
        and records.evidence_id = activities.evidence_id
        and records.record_number = activities.record_number
    left join {{ ref('calc_organisation_factor') }} as factors
        on records.site = factors.site
        and records.period = factors.period
        and records.factor_subject = factors.subject
        and factors.activity_unit = 'tkm'
    where {{ in_scope('records.site', 'records.period') }}
        and records.raw_table = 'transport_leg'
),

waybills as (
    select
        site,
        period,
        waybill,
        sum(service_tkm) as service_tkm,
        sum(case when item_class = 'upstream_transport' then leg_tco2e end) as upstream_tco2e,
        sum(case when item_class = 'downstream_transport' then leg_tco2e end) as downstream_tco2e,
        sum(case when leg_tco2e is null then 1 else 0 end) as legs_without_factor
    from legs
    group by site, period, waybill
),

shared as (
    select
        shipments.*,
        final_markets.country_code is not null as is_eu,
        destinations.country_code is not null as is_direct,
        waybills.service_tkm,
        waybills.upstream_tco2e,
        waybills.downstream_tco2e,
        waybills.legs_without_factor,
        sum(shipments.mass_t) over (partition by shipments.site, shipments.period, shipments.waybill) as waybill_mass_t
    from shipments
    left join eu_countries as final_markets
        on shipments.final_market_country_code = final_markets.country_code
    left join eu_countries as destinations
        on shipments.destination_country_code = destinations.country_code
    left join waybills
        on shipments.site = waybills.site
        and shipments.period = waybills.period
        and shipments.waybill = waybills.waybill
),

summed as (
    select
        site,
        period,
        product,
        sum(mass_t) as shipped_mass_t,
        sum(case when is_eu and is_direct then mass_t else 0 end) as eu_direct_mass_t,
        sum(case when is_eu and not is_direct then mass_t else 0 end) as eu_indirect_mass_t,
        string_agg(distinct final_market_country_code, ' ' order by final_market_country_code) as final_markets
        {%- for column in ['service_tkm', 'upstream_tco2e', 'downstream_tco2e'] %},
        sum({{ line_value(
            'cast(' ~ column ~ ' as double) * cast(mass_t as double) / nullif(cast(waybill_mass_t as double), 0)'
        ) }}) as {{ column }}
        {%- endfor %},
        sum(legs_without_factor) as legs_without_factor,
        sum(case when service_tkm is null then 1 else 0 end) as shipments_without_legs
    from shared
    group by site, period, product
)

select
    products.product,
    products.product_name,
    products.cn_code,
    case when products.cn_code is null then 'no_cn_code' else coalesce(listed.scope, 'out') end as scope,
    listed.act as scope_act,
    listed.applies_from_date as scope_from_date,
    listed.source as scope_source,
    coalesce(summed.shipped_mass_t, 0) as shipped_mass_t,
    case
        when summed.eu_direct_mass_t > 0 and summed.eu_indirect_mass_t > 0 then 'eu_direct_and_indirect'
        when summed.eu_direct_mass_t > 0 then 'eu_direct'
        when summed.eu_indirect_mass_t > 0 then 'eu_indirect'
        when summed.product is not null then 'other'
        else 'not_shipped'
    end as market,
    coalesce(summed.eu_direct_mass_t, 0) as eu_direct_mass_t,
    coalesce(summed.eu_indirect_mass_t, 0) as eu_indirect_mass_t,
    summed.final_markets,
    summed.service_tkm as transport_tkm,
    summed.upstream_tco2e as transport_category_4_tco2e,
    summed.downstream_tco2e as transport_category_9_tco2e,
    summed.legs_without_factor,
    summed.shipments_without_legs,
    products.site,
    products.period
from products
left join summed
    on products.site = summed.site
    and products.period = summed.period
    and products.product = summed.product
left join listed
    on products.site = listed.site
    and products.period = listed.period
    and products.product = listed.product
    and listed.choice = 1
