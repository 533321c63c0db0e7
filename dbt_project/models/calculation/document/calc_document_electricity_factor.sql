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
)

select
    series,
    process,
    value as electricity_factor_tco2_per_mwh,
    factor_id as electricity_factor_id,
    factor_source,
    factor_match,
    site,
    period
from direct
union all
select
    series,
    process,
    value as electricity_factor_tco2_per_mwh,
    factor_id as electricity_factor_id,
    factor_source,
    factor_match,
    site,
    period
from weighted
