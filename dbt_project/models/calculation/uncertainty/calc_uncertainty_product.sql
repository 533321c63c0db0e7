-- The uncertainty of each good of the year, and what 5 % of its embedded emissions is in tonnes.
with
figures as (
    select * from {{ ref('calc_uncertainty_figure') }}
),

products as (
    select * from {{ ref('calc_product') }}
),

processes as (
    select * from {{ ref('calc_process') }}
),

facts as (
    select * from {{ ref('calc_document_fact') }}
    where fact_type = 'product'
        and quantity_name = 'good_quantity'
),

good_counts as (
    select
        site,
        period,
        process,
        count(*) as goods
    from products
    group by site, period, process
),

made as (
    select
        products.*,
        processes.activity_unit,
        coalesce(
            facts.value, case when good_counts.goods = 1 then cast(processes.activity_level as double) end
        ) as produced_t
    from products
    inner join good_counts
        on products.site = good_counts.site
        and products.period = good_counts.period
        and products.process = good_counts.process
    inner join processes
        on products.site = processes.site
        and products.period = processes.period
        and products.process = processes.process
    left join facts
        on products.site = facts.site
        and products.period = facts.period
        and products.process = facts.object
        and products.product = facts.subject
)

select
    figures.series,
    figures.process,
    made.product,
    made.product_name,
    made.cn_code,
    figures.quantity,
    figures.value,
    figures.unit,
    figures.half_width,
    figures.first_order_pct,
    figures.first_order_pct_id,
    figures.lower_p2_5,
    figures.upper_p97_5,
    figures.simulated_pct,
    figures.is_agreed,
    100 * figures.orientation_share as orientation_pct,
    100 * figures.materiality_share as materiality_pct,
    figures.materiality,
    made.produced_t,
    figures.materiality * made.produced_t as materiality_tco2e,
    figures.variables,
    figures.variables_assumed,
    figures.variables_not_assessed,
    figures.variables_above_materiality,
    case
        when figures.first_order_pct is null
            then 'no document or class says how uncertain the inputs are, as in a filled template'
        else cast(figures.variables_assumed as varchar) || ' of ' || cast(figures.variables as varchar)
            || ' sources rest on an assumption'
    end as note,
    case
        when figures.first_order_pct is null then '輸入數據無不確定度資訊（如採用溝通範本）'
        else cast(figures.variables as varchar) || ' 項來源中有 ' || cast(figures.variables_assumed as varchar)
            || ' 項採假設值'
    end as note_zh,
    made.activity_unit,
    figures.site,
    figures.period
from figures
inner join made
    on figures.site = made.site
    and figures.period = made.period
    and figures.process = made.process
    and figures.product in ('', made.product)
