{{ scoped() }}

-- Products and the process that makes them. Two rows of a template may carry the same name: then the CN code, and a
-- number where that is the same too, tells them apart.
with
periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
),

products as (
    select
        site,
        period,
        'template' as input_source,
        process,
        coalesce(product_name, cn_code) as product,
        coalesce(product_name, cn_code) as product_name,
        cn_code,
        item
    from {{ ref('calc_template_product') }}

    union all

    select
        site,
        period,
        'document' as input_source,
        process,
        product,
        product_name,
        cn_code,
        0 as item
    from {{ ref('calc_document_product') }}
    where {{ in_scope() }}
),

counted as (
    select
        *,
        count(*) over (partition by site, period, process, product) as same_name,
        row_number() over (
            partition by site, period, process, product, cn_code
            order by item
        ) as same_name_number
    from products
)

select
    counted.process,
    case
        when counted.same_name = 1 then counted.product
        when counted.same_name_number = 1 then counted.product || ' (' || counted.cn_code || ')'
        else counted.product || ' (' || counted.cn_code || ') #' || cast(counted.same_name_number as varchar)
    end as product,
    counted.product_name,
    counted.cn_code,
    counted.site,
    counted.period
from counted
inner join periods
    on counted.site = periods.site
    and counted.period = periods.period
    and counted.input_source = periods.input_source
