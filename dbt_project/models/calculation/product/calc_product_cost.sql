{{ scoped() }}

-- What a tonne of each product costs in carbon, month by month, for production and cost accounting: the plant's fee of the year
-- (its latest version) by product as calc_carbon_fee_product shares it, and over the product's months by what they emitted.
-- Parts are differences of cumulated shares in cents, so that all rows add up to the fee exactly; what falls on months that
-- are not computed stands in a row of its own. Certificates of the quarter beside it are a price a tonne, not a cost borne.
with
years as (
    select
        site,
        period
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

fees as (
    select * from {{ ref('calc_carbon_fee_product') }}
    where {{ in_scope() }}
        and series = event
),

products as (
    select * from {{ ref('calc_document_product') }}
    where {{ in_scope_site() }}
        and quantity_t > 0
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope_site() }}
        and series = 'management'
),

figures as (
    select * from {{ ref('calc_figure') }}
    where {{ in_scope_site() }}
        and series = 'management'
        and quantity = 'see_total'
        and product is not null
),

costs as (
    select * from {{ ref('calc_cbam_cost') }}
    where {{ in_scope() }}
        and value_option = 'actual'
        and quarter > 0
),

-- Of the version filed by 30 April and the one verified by 31 October the later one.
latest_fees as (
    select
        *,
        rank() over (
            partition by site, period
            order by case series when 'verified' then 0 else 1 end, series
        ) as version_rank
    from fees
),

cumulated_fees as (
    select
        *,
        sum({{ line_value('product_emissions') }}) over (
            partition by site, period
            order by process, product
            rows between unbounded preceding and current row
        ) as emissions_to,
        sum({{ line_value('product_emissions') }}) over (partition by site, period) as emissions_total
    from latest_fees
    where version_rank = 1
),

product_fees as (
    select
        site,
        period,
        process,
        product,
        series,
        product_fee_id,
        {{ line_value('product_emissions') }} as product_emissions_tco2e,
        round({{ cumulative_share(line_value('fee'), 'emissions_to', 'emissions_total') }}, 2)
        - round(
            {{ cumulative_share(
                line_value('fee'), "(emissions_to - " ~ line_value('product_emissions') ~ ")", 'emissions_total'
            ) }}, 2
        ) as product_fee_twd
    from cumulated_fees
),

weighed as (
    select
        *,
        sum(cast(quantity_t as decimal(38, 12))) over (partition by site, period, process) as process_quantity_t
    from products
),

months as (
    select
        years.site,
        years.period,
        weighed.period as month,
        weighed.process,
        weighed.product,
        weighed.product_name,
        weighed.cn_code,
        cast(weighed.quantity_t as decimal(38, 12)) as quantity_t,
        {{ line_value(
            "(cast(attributed.attributed_direct_tco2e as double)"
            ~ " + coalesce(cast(attributed.attributed_indirect_tco2e as double), 0))"
            ~ " * cast(weighed.quantity_t as double) / cast(weighed.process_quantity_t as double)"
        ) }} as emissions_tco2e,
        figures.value as see_total,
        figures.note,
        figures.line_id
    from years
    inner join weighed
        on years.site = weighed.site
        and years.period = substring(weighed.period, 1, 4)
        and length(weighed.period) = 7
    inner join attributed
        on weighed.site = attributed.site
        and weighed.period = attributed.period
        and weighed.process = attributed.process
    left join figures
        on weighed.site = figures.site
        and weighed.period = figures.period
        and weighed.process = figures.process
        and weighed.product = figures.product
    where attributed.attributed_direct_tco2e is not null
),

-- A year is no sum of its months (decision 2): only where some are not computed does a part stay with the year.
month_sums as (
    select
        products.site,
        products.period,
        products.process,
        products.product,
        max(products.product_name) as product_name,
        max(products.cn_code) as cn_code,
        cast(max(products.quantity_t) as decimal(38, 12)) - coalesce(sum(months.quantity_t), 0) as missing_quantity_t,
        coalesce(sum(months.emissions_tco2e), 0) as emissions_tco2e
    from products
    left join months
        on products.site = months.site
        and products.period = months.period
        and products.process = months.process
        and products.product = months.product
    where length(products.period) = 4
    group by products.site, products.period, products.process, products.product
),

listed as (
    select
        months.*,
        product_fees.product_fee_twd,
        product_fees.series as fee_series,
        product_fees.product_fee_id
    from months
    left join product_fees
        on months.site = product_fees.site
        and months.period = product_fees.period
        and months.process = product_fees.process
        and months.product = product_fees.product

    union all

    select
        product_fees.site,
        product_fees.period,
        '',
        product_fees.process,
        product_fees.product,
        month_sums.product_name,
        month_sums.cn_code,
        greatest(month_sums.missing_quantity_t, 0),
        case
            when month_sums.emissions_tco2e = 0 then greatest(product_fees.product_emissions_tco2e, 1)
            else greatest(product_fees.product_emissions_tco2e - month_sums.emissions_tco2e, 0)
        end,
        cast(null as double),
        'months that are not computed: tracetonne refresh --site ' || product_fees.site || ' --from ' || product_fees.period
        || '-01 · 尚未計算之月份',
        cast(null as varchar),
        product_fees.product_fee_twd,
        product_fees.series,
        product_fees.product_fee_id
    from product_fees
    inner join month_sums
        on product_fees.site = month_sums.site
        and product_fees.period = month_sums.period
        and product_fees.process = month_sums.process
        and product_fees.product = month_sums.product
    where month_sums.missing_quantity_t > 0
        or month_sums.emissions_tco2e = 0
),

cumulated as (
    select
        *,
        sum(emissions_tco2e) over (
            partition by site, period, process, product
            order by month desc
            rows between unbounded preceding and current row
        ) as emissions_to,
        sum(emissions_tco2e) over (partition by site, period, process, product) as emissions_total
    from listed
),

shared as (
    select
        *,
        round({{ cumulative_share('product_fee_twd', 'emissions_to', 'emissions_total') }}, 2)
        - round(
            {{ cumulative_share('product_fee_twd', '(emissions_to - emissions_tco2e)', 'emissions_total') }}, 2
        ) as fee_twd
    from cumulated
)

select
    shared.month,
    shared.process,
    shared.product,
    shared.product_name,
    shared.cn_code,
    shared.quantity_t,
    shared.see_total as see_tco2e_per_t,
    case when shared.month <> '' then shared.emissions_tco2e end as process_emissions_tco2e,
    cast(shared.fee_twd as decimal(38, 12)) as fee_twd,
    cast(shared.fee_twd as double) / nullif(cast(shared.quantity_t as double), 0) as fee_twd_per_t,
    shared.fee_series,
    costs.cost_per_t as cbam_cost_eur_per_t,
    costs.price_basis as cbam_price_basis,
    nullif(
        concat_ws(
            '; ', shared.note,
            case when shared.fee_twd is null then 'no carbon fee is computed for the plant · 該廠未計算碳費' end
        ), ''
    ) as note,
    shared.line_id,
    shared.product_fee_id,
    shared.site,
    shared.period
from shared
left join costs
    on shared.site = costs.site
    and shared.period = costs.period
    and shared.process = costs.process
    and shared.product = costs.product
    and costs.quarter = cast(ceil(cast(nullif(substring(shared.month, 6, 2), '') as double) / 3) as integer)
