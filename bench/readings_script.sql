-- Months of the metered plant's processes, from the landed readings, bills and ledger, as a person would write them.
--
-- A meter's readings of twelve months, gaps filled by the rules in force (a straight line up to an hour, mean and two
-- standard deviations of the month beyond), share out the bill of each month; in doubles, without checksum, duplicates
-- or trail. `figures_script.sql` goes on from here. Variables: landing, site, month, meters_a_process.
with
readings as (
    select
        meter, interval_start_local as starts_at, quantity::double as kwh,
        lead(interval_start_local) over meters as next_at, lead(quantity::double) over meters as next_kwh
    from read_parquet(getvariable('landing') || '/meter_reading/site=' || getvariable('site') || '/*.parquet')
    where interval_start_local >= (getvariable('month') || '-01')::timestamp - interval 11 month - interval 1 hour
        and interval_start_local < (getvariable('month') || '-01')::timestamp + interval 1 month + interval 1 hour
        and quantity is not null
    window meters as (partition by meter order by interval_start_local)
),
measured as (
    select meter, date_trunc('month', starts_at) as month, sum(kwh) as kwh, avg(kwh) + 2 * stddev_samp(kwh) as conservative
    from readings
    group by all
),
gaps as (
    select *, date_diff('minute', starts_at, next_at) // 15 - 1 as missing
    from readings
    where next_at > starts_at + interval 15 minute
),
missing as (
    select
        meter, starts_at + step * interval 15 minute as starts_at,
        case when missing <= 4 then kwh + (next_kwh - kwh) * step / (missing + 1) end as bridged
    from (select *, unnest(range(1, missing + 1)) as step from gaps)
),
filled as (
    select missing.meter, date_trunc('month', missing.starts_at) as month, sum(coalesce(bridged, conservative)) as kwh
    from missing
    join measured on measured.meter = missing.meter and measured.month = date_trunc('month', missing.starts_at)
    group by all
),
metered as (
    select
        strftime(measured.month, '%Y-%m') as month,
        printf('line_%02d', (substr(meter, 2)::integer - 1) // getvariable('meters_a_process') + 1) as process,
        sum(measured.kwh + coalesce(filled.kwh, 0)) as kwh
    from measured
    left join filled using (meter, month)
    group by all
),
bills as (
    select
        printf('%d-%s', substr(bill_month, 1, 3)::integer + 1911, substr(bill_month, 5, 2)) as month,
        quantity::double / 1000 as mwh
    from read_parquet(getvariable('landing') || '/utility_bill/site=' || getvariable('site') || '/*.parquet')
),
made as (
    select substr(production_date, 1, 7) as month, process, sum(good_quantity::double) / 1000 as t
    from read_parquet(getvariable('landing') || '/production_ledger/site=' || getvariable('site') || '/*.parquet')
    group by all
),
products as (
    select product, name as product_name, cn_code, process
    from read_parquet(getvariable('landing') || '/master_product/site=' || getvariable('site') || '/*.parquet')
),
months as (
    select
        month, process, t, 0 as direct, null::double as default_share,
        metered.kwh / sum(metered.kwh) over (partition by month) * bills.mwh as electricity
    from metered
    join made using (month, process)
    join bills using (month)
)
