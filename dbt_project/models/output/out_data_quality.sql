-- How much of what a process's goods embed rests on which quality of evidence: its own emissions, and each precursor.
with
own_emissions as (
    select
        site,
        period,
        series,
        chain as quantity,
        process,
        'calculated' as data_quality,
        cast(attributed as decimal(38, 12)) as amount
    from {{ ref('calc_process_see') }}
    where chain in ('see_direct', 'see_indirect')
        and attributed is not null
),

embedded as (
    select
        site,
        period,
        series,
        chain as quantity,
        process,
        data_quality,
        embedded as amount
    from {{ ref('calc_embedded_part') }}
    where chain in ('see_direct', 'see_indirect')
        and embedded is not null
),

summed as (
    select
        site,
        period,
        series,
        quantity,
        process,
        data_quality,
        sum(amount) as amount_tco2e
    from (
        select * from own_emissions
        union all
        select * from embedded
    ) as amounts
    group by
        site,
        period,
        series,
        quantity,
        process,
        data_quality
),

totals as (
    select
        *,
        sum(amount_tco2e) over (partition by site, period, series, quantity, process) as total_tco2e
    from summed
)

select
    period,
    series,
    process,
    quantity,
    data_quality,
    cast(amount_tco2e as decimal(38, 12)) as amount_tco2e,
    case when total_tco2e <> 0 then cast(amount_tco2e as double) / cast(total_tco2e as double) end as amount_share,
    {{ refresh_period('period') }} as refresh_period,
    site
from totals
