{{ scoped() }}

-- A process passes on one free allocation: where its goods have different benchmarks, the lowest, as the tonnes that
-- another process takes cannot be told apart by their CN code.
with
products as (
    select * from {{ ref('calc_product') }}
    where {{ in_scope() }}
),

routes as (
    select
        site,
        process,
        {{ benchmark_route('production_route') }} as route
    from {{ ref('stg_master__process') }}
),

goods as (
    select * from {{ ref('calc_cbam_good') }}
    where {{ in_scope() }}
        and benchmark_column = 'A'
        and sefa_process is not null
),

benchmarked as (
    select
        products.site,
        products.period,
        products.process,
        goods.good_key,
        goods.sefa_process,
        goods.sefa_process_id,
        goods.is_cscf_assumed,
        min(goods.sefa_process) over (partition by products.site, products.period, products.process)
            < max(goods.sefa_process) over (partition by products.site, products.period, products.process)
            as has_several_benchmarks,
        row_number() over (
            partition by products.site, products.period, products.process
            order by goods.sefa_process, goods.good_key
        ) as choice
    from products
    left join routes
        on products.site = routes.site
        and products.process = routes.process
    inner join goods
        on products.site = goods.site
        and products.period = goods.period
        and goods.good_key
        = 'A:' || {{ cn_eight('products.cn_code') }} || ':' || coalesce(routes.route, '')
)

select
    'regime' as series,
    process,
    good_key,
    sefa_process,
    sefa_process_id,
    is_cscf_assumed,
    has_several_benchmarks,
    site,
    period
from benchmarked
where choice = 1
