{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
    where method = 'electricity'
),

attributions as (
    select * from {{ ref('stg_master__attribution') }}
),

choices as (
    select * from {{ ref('calc_factor_choice') }}
    where {{ in_scope_site() }}
        and subject_type = 'electricity'
        and parameter = 'electricity_factor'
),

electricity as (
    select * from {{ ref('calc_document_process_electricity') }}
    where {{ in_scope_site() }}
),

site_electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
        and own_mwh is not null
),

{{ own_power_ctes() }},

months as (
    select * from {{ ref('calendar_month') }}
),

consumers as (
    select distinct
        periods.site,
        periods.period,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        attributions.process,
        streams.source_stream
    from periods
    inner join streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
    inner join attributions
        on streams.site = attributions.site
        and streams.source_stream = attributions.source_stream
        and attributions.valid_from < periods.period_end
        and attributions.valid_to > periods.period_start
),

direct as (
    select
        consumers.site,
        consumers.period,
        choices.series,
        consumers.process,
        choices.value,
        choices.factor_id,
        choices.factor_source,
        choices.factor_match
    from consumers
    inner join choices
        on consumers.site = choices.site
        and consumers.period = choices.period
        and consumers.source_stream = choices.subject
),

-- A year whose months chose different factors takes their mean weighted by what the process used in each.
month_values as (
    select
        consumers.site,
        consumers.period,
        months.period as month,
        choices.series,
        consumers.process,
        choices.value,
        choices.factor_id,
        choices.factor_source,
        choices.factor_match,
        electricity.line_id,
        coalesce(electricity.electricity_mwh, cast(0 as decimal(38, 12))) as electricity_mwh
    from consumers
    inner join months
        on months.period_start >= consumers.period_start
        and months.period_start < consumers.period_end
    inner join choices
        on consumers.site = choices.site
        and months.period = choices.period
        and consumers.source_stream = choices.subject
    left join direct
        on consumers.site = direct.site
        and consumers.period = direct.period
        and consumers.process = direct.process
        and choices.series = direct.series
    left join electricity
        on consumers.site = electricity.site
        and months.period = electricity.period
        and consumers.process = electricity.process
    where consumers.period_type = 'year'
        and direct.factor_id is null
),

weighted as (
    select
        site,
        period,
        series,
        process,
        case
            when min(value) = max(value) or sum(electricity_mwh) = 0 then max(value)
            else cast(sum(cast(cast(electricity_mwh as double) * value as decimal(38, 12))) as double)
                / cast(sum(electricity_mwh) as double)
        end as value,
        case
            when sum(electricity_mwh) = 0 then max(factor_id)
            else 'line:' || site || ':' || period || ':' || series || ':weighted_electricity_factor:' || process
        end as factor_id,
        case when count(distinct factor_source) = 1 then max(factor_source) else 'mean of the months' end
            as factor_source,
        coalesce(max(case when factor_match <> 'exact' then factor_match end), 'exact') as factor_match
    from month_values
    group by site, period, series, process
),

bought as (
    select site, period, series, process, value, factor_id, factor_source, factor_match from direct
    union all
    select site, period, series, process, value, factor_id, factor_source, factor_match from weighted
),

-- Where the site makes power itself, the mean of its own factor and that of what it buys, weighted by what it uses of each.
-- A site that buys nothing needs no factor for it.
own_factors as (
    select
        site_electricity.site,
        site_electricity.period,
        cast(site_electricity.electricity_mwh as double) as bought_mwh,
        cast(site_electricity.own_mwh as double) as own_mwh,
        own_power.own_factor_tco2_per_mwh,
        own_power.own_factor_id
    from site_electricity
    inner join own_power
        on site_electricity.site = own_power.site
        and site_electricity.period = own_power.period
),

consumer_series as (
    select consumers.site, consumers.period, consumers.process, own_series.series
    from consumers
    inner join own_factors
        on consumers.site = own_factors.site
        and consumers.period = own_factors.period
    cross join (
        select 'management' as series
        union all
        select 'regime' as series
    ) as own_series
),

mixed as (
    select
        coalesce(bought.site, consumer_series.site) as site,
        coalesce(bought.period, consumer_series.period) as period,
        coalesce(bought.series, consumer_series.series) as series,
        coalesce(bought.process, consumer_series.process) as process,
        bought.value as bought_factor_tco2_per_mwh,
        bought.factor_id as bought_factor_id,
        bought.factor_source,
        bought.factor_match,
        own_factors.bought_mwh,
        own_factors.own_mwh,
        own_factors.own_factor_tco2_per_mwh,
        own_factors.own_factor_id,
        case
            when own_factors.own_factor_id is null or own_factors.own_mwh <= 0 then 'bought'
            when own_factors.bought_mwh = 0 then 'own'
            else 'mixed'
        end as composition
    from bought
    full outer join consumer_series
        on bought.site = consumer_series.site
        and bought.period = consumer_series.period
        and bought.series = consumer_series.series
        and bought.process = consumer_series.process
    left join own_factors
        on coalesce(bought.site, consumer_series.site) = own_factors.site
        and coalesce(bought.period, consumer_series.period) = own_factors.period
)

select
    series,
    process,
    case composition
        when 'bought' then bought_factor_tco2_per_mwh
        when 'own' then own_factor_tco2_per_mwh
        else (bought_mwh * bought_factor_tco2_per_mwh + own_mwh * own_factor_tco2_per_mwh) / (bought_mwh + own_mwh)
    end as electricity_factor_tco2_per_mwh,
    case composition
        when 'bought' then bought_factor_id
        when 'own' then own_factor_id
        else {{ line_id("'mixed_electricity_factor'", 'process', series='series') }}
    end as electricity_factor_id,
    case composition
        when 'bought' then factor_source
        when 'own' then 'power of the own making'
        else 'power of the own making; ' || factor_source
    end as factor_source,
    coalesce(factor_match, 'exact') as factor_match,
    bought_factor_tco2_per_mwh,
    bought_factor_id,
    composition,
    site,
    period
from mixed
where composition = 'own'
    or bought_factor_id is not null
