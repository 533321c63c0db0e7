-- Months of the ledger plant's processes, from the landed Parquet, as a person would write them.
--
-- Burnt and bought amounts are shared by tonnes made; what comes from another process carries its part.
-- `figures_script.sql` goes on from here. Variables: landing, site, month.
with
ledger as (
    select
        substr(production_date, 1, 7) as month, process, product, material,
        good_quantity::double / 1000 as good_t, input_quantity::double / 1000 as input_t
    from read_parquet(getvariable('landing') || '/production_ledger/site=' || getvariable('site') || '/*.parquet')
    where production_date >= strftime((getvariable('month') || '-01')::date - interval 11 month, '%Y-%m')
        and production_date < getvariable('month') || '-32'
),
bills as (
    select
        printf('%d-%s', substr(bill_month, 1, 3)::integer + 1911, substr(bill_month, 5, 2)) as month,
        quantity::double / 1000 as mwh
    from read_parquet(getvariable('landing') || '/utility_bill/site=' || getvariable('site') || '/*.parquet')
),
products as (
    select product, name as product_name, cn_code, process
    from read_parquet(getvariable('landing') || '/master_product/site=' || getvariable('site') || '/*.parquet')
),
made as (
    select month, process, sum(good_t) as t from ledger where good_t > 0 group by all
),
burnt as (
    select month, sum(input_t) * 50 / 1000 * 60 as tco2 from ledger where material = 'LPG' group by all
),
own as (
    select
        made.month, made.process, made.t,
        made.t / sum(made.t) over (partition by made.month) * burnt.tco2 as direct,
        made.t / sum(made.t) over (partition by made.month) * bills.mwh as electricity
    from made
    join burnt using (month)
    join bills using (month)
),
carried as (
    select
        ledger.month, ledger.process,
        sum(input_t * own.direct / own.t) as direct, sum(input_t * own.electricity / own.t) as electricity
    from ledger
    join products on products.product = ledger.material
    join own on own.month = ledger.month and own.process = products.process
    where input_t > 0
    group by all
),
months as (
    select
        own.month, own.process, own.t,
        own.direct + coalesce(carried.direct, 0) as direct,
        own.electricity + coalesce(carried.electricity, 0) as electricity,
        0 as default_share
    from own
    left join carried using (month, process)
)
