-- The product figures of a month, its year to date, its twelve months and the quarter that it ends, from `months` of
-- processes and `products`.
--
-- Windows divide sums. Before 2026 the charge counts both parts. Variables: site, month.
kinds as (
    select
        unnest(['', '', '/YTD', '/R12', '/Q' || quarter((getvariable('month') || '-01')::date)]) as kind,
        unnest(['management', 'regime', 'management', 'management', 'management']) as series,
        unnest([0, 0, month((getvariable('month') || '-01')::date) - 1, 11, 2]) as months_before
),
windows as (
    select
        kind, series, months_before,
        ((getvariable('month') || '-01')::date - to_months(months_before::integer))::date as period_start
    from kinds
    where kind not like '/Q%' or month((getvariable('month') || '-01')::date) % 3 = 0
),
intensities as (
    select
        kind, series, period_start, process, max(default_share) as default_share,
        case when kind = '/YTD' or count(*) = months_before + 1 then sum(direct) / sum(t) end as see_direct,
        case when kind = '/YTD' or count(*) = months_before + 1 then sum(electricity) / sum(t) end as electricity
    from windows
    join months on months.month >= strftime(period_start, '%Y-%m') and months.month <= getvariable('month')
    group by kind, series, period_start, months_before, process
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
    select *, 'default_share', '1', default_share from intensities where kind = ''
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
