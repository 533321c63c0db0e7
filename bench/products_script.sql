-- The product figures of the ledger plant for a month, its year to date and its twelve months, from the landed
-- Parquet, as a person would write them: no trail, no clauses, no notes, no checks.
--
-- Burnt and bought amounts are shared by tonnes made, precursors add what they carry, windows divide sums. Before
-- 2026 the charge counts both parts; no value here is a default. Variables: landing, site, month.
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
        own.electricity + coalesce(carried.electricity, 0) as electricity
    from own
    left join carried using (month, process)
),
kinds as (
    select
        unnest(['', '', '/YTD', '/R12']) as kind,
        unnest(['management', 'regime', 'management', 'management']) as series,
        unnest([0, 0, month((getvariable('month') || '-01')::date) - 1, 11]) as months_before
),
windows as (
    select kind, series, ((getvariable('month') || '-01')::date - to_months(months_before::integer))::date as period_start
    from kinds
),
intensities as (
    select
        kind, series, period_start, process,
        case when kind <> '/R12' or count(*) = 12 then sum(direct) / sum(t) end as see_direct,
        case when kind <> '/R12' or count(*) = 12 then sum(electricity) / sum(t) end as electricity
    from windows
    join months on months.month >= strftime(period_start, '%Y-%m') and months.month <= getvariable('month')
    group by kind, series, period_start, process
),
quantities as (
    select *, 'see_direct' as quantity, 'tCO2e/t' as unit, see_direct as value from intensities
    union all
    select *, 'see_indirect', 'tCO2e/t', electricity * 0.5 from intensities
    union all
    select *, 'see_total', 'tCO2e/t', see_direct + electricity * 0.5 from intensities
    union all
    select *, 'see_chargeable', 'tCO2e/t', see_direct + electricity * 0.5 from intensities where kind = ''
    union all
    select *, 'embedded_electricity', 'MWh/t', electricity from intensities where kind = ''
    union all
    select *, 'default_share', '1', 0 from intensities where kind = ''
)
select
    concat(
        getvariable('site'), ':', getvariable('month'), replace(kind, '/', '%2F'), ':', process, ':', product, ':',
        quantity, ':', series
    ) as figure_key,
    getvariable('month') || kind as period,
    period_start,
    ((getvariable('month') || '-01')::date + interval 1 month)::date as period_end,
    process, product, product_name, cn_code, series, quantity, value, round(value, 5) as rounded, unit,
    'cbam_transitional' as regime, getvariable('site') as site
from quantities
join products using (process)
order by figure_key
