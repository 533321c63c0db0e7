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
        cast(null as double) as made,
        cast(null as varchar) as made_id,
        case when clinker_factor is not null then 'clinker_content' else 'nitrogen_content' end as content_name,
        coalesce(clinker_factor, nitrogen_share) as content,
        coalesce(clinker_factor_id, nitrogen_share_id) as content_id,
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
        cast(quantity_t as double) as made,
        quantity_id as made_id,
        content_name,
        content,
        content_id,
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
),

named as (
    select
        counted.*,
        case
            when counted.same_name = 1 then counted.product
            when counted.same_name_number = 1 then counted.product || ' (' || counted.cn_code || ')'
            else counted.product || ' (' || counted.cn_code || ') #' || cast(counted.same_name_number as varchar)
        end as distinct_name
    from counted
)

select
    named.process,
    named.distinct_name as product,
    named.product_name,
    named.cn_code,
    named.made,
    named.made_id,
    named.content_name,
    named.content,
    named.content_id,
    {{ line_id(
        'named.content_name', 'named.process', 'named.distinct_name', site='named.site', period='named.period'
    ) }} as content_line_id,
    named.site,
    named.period
from named
inner join periods
    on named.site = periods.site
    and named.period = periods.period
    and named.input_source = periods.input_source
