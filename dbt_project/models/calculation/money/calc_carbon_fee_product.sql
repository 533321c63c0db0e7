{{ scoped() }}

-- The plant's fee by product: each process bears by its attributed emissions, direct and of electricity, and its products
-- by their tonnes. The key is the plant's own; the fee law knows no products (碳費收費辦法 §5).
with
fees as (
    select * from {{ ref('calc_taiwan_fee') }}
    where {{ in_scope() }}
        and fee_option = 'elected'
        and fee is not null
),

products as (
    select * from {{ ref('calc_document_product') }}
    where {{ in_scope() }}
        and quantity_t > 0
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
        and series = 'management'
),

quantities as (
    select
        site,
        period,
        process,
        sum(cast(quantity_t as decimal(38, 12))) as process_quantity
    from products
    group by site, period, process
),

borne as (
    select
        fees.site,
        fees.period,
        fees.series,
        fees.event,
        products.process,
        products.product,
        products.product_name,
        products.cn_code,
        fees.fee,
        fees.fee_id,
        cast(attributed.attributed_direct_tco2e as double) as direct,
        attributed.direct_line_id as direct_id,
        coalesce(cast(attributed.attributed_indirect_tco2e as double), 0) as indirect,
        case
            when attributed.attributed_indirect_tco2e is null then 'constant:no_factor_of_electricity'
            else attributed.indirect_line_id
        end as indirect_id,
        cast(products.quantity_t as double) as quantity,
        products.quantity_id,
        cast(quantities.process_quantity as double) as process_quantity
    from fees
    inner join products
        on fees.site = products.site
        and fees.period = products.period
    inner join quantities
        on products.site = quantities.site
        and products.period = quantities.period
        and products.process = quantities.process
    inner join attributed
        on products.site = attributed.site
        and products.period = attributed.period
        and products.process = attributed.process
),

weighed as (
    select
        *,
        {{ modules.re.sub('sum[(]process_quantity[)]', 'process_quantity', formula_sql('fee_product_emissions')) }}
            as product_emissions
    from borne
),

summed as (
    select
        *,
        cast(
            sum({{ line_value('product_emissions') }}) over (partition by site, period, series) as double
        ) as total_emissions
    from weighed
),

shared as (
    select
        *,
        {{ modules.re.sub('sum[(]part[)]', 'total_emissions', formula_sql('fee_of_product')) }} as product_fee
    from summed
    where total_emissions <> 0
)

select
    series,
    event,
    process,
    product,
    product_name,
    cn_code,
    fee,
    fee_id,
    direct,
    direct_id,
    indirect,
    indirect_id,
    quantity,
    quantity_id,
    product_emissions,
    {{ line_id("'fee_product_emissions'", 'process', 'product', series='series') }} as product_emissions_id,
    product_fee,
    {{ line_id("'fee_of_product'", 'process', 'product', series='series') }} as product_fee_id,
    {{ formula_sql('fee_per_t') }} as fee_per_t,
    {{ line_id("'fee_per_t'", 'process', 'product', series='series') }} as fee_per_t_id,
    site,
    period
from shared
