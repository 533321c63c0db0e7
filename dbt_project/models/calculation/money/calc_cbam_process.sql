{{ scoped() }}

-- A process passes on one free allocation: where its goods have different benchmarks, the lowest, as the tonnes that
-- another process takes cannot be told apart by their CN code. A process outside CBAM has no benchmark of its own and passes
-- on that of its precursors alone.
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
),

outside_cbam as (
    select
        processes.site,
        processes.period,
        processes.process
    from {{ ref('calc_process') }} as processes
    inner join {{ ref('calc_period') }} as periods
        on processes.site = periods.site
        and processes.period = periods.period
    where {{ in_scope('processes.site', 'processes.period') }}
        and processes.is_outside_cbam
        and periods.period_type = 'year'
        and periods.regime = 'cbam_definitive'
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

union all

select
    'regime' as series,
    process,
    cast(null as varchar) as good_key,
    0 as sefa_process,
    'constant:no_benchmark_outside_cbam' as sefa_process_id,
    false as is_cscf_assumed,
    false as has_several_benchmarks,
    site,
    period
from outside_cbam
