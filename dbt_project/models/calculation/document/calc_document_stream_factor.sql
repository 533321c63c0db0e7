{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

choices as (
    select * from {{ ref('calc_factor_choice') }}
    where {{ in_scope_site() }}
        and subject_type in ('source_stream', 'product')
),

activities as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope_site() }}
        and fact_type in ('activity', 'product')
),

months as (
    select * from {{ ref('calendar_month') }}
),

-- Emissions of a stream are one line for both series, so the factor is the one that the law in force admits; the
-- management series has its own only where no regime governs the period.
preferred as (
    select
        *,
        row_number() over (
            partition by site, period, subject, parameter
            order by case series when 'regime' then 1 when 'management' then 2 else 0 end
        ) as series_rank
    from choices
),

direct as (
    select
        preferred.site,
        preferred.period,
        preferred.subject as source_stream,
        preferred.parameter,
        preferred.value,
        preferred.unit,
        preferred.factor_id,
        preferred.factor_match
    from preferred
    inner join periods
        on preferred.site = periods.site
        and preferred.period = periods.period
    where preferred.series_rank = 1
),

-- A year whose months chose different factors takes their mean weighted by the months' activity data.
month_values as (
    select
        years.site,
        years.period,
        preferred.period as month,
        preferred.subject as source_stream,
        preferred.parameter,
        preferred.value,
        preferred.unit,
        preferred.factor_id,
        preferred.factor_match,
        activities.fact_id,
        coalesce(activities.value, 0) as quantity
    from periods as years
    inner join months
        on months.period_start >= years.period_start
        and months.period_start < years.period_end
    inner join preferred
        on years.site = preferred.site
        and months.period = preferred.period
        and preferred.series_rank = 1
    left join direct
        on years.site = direct.site
        and years.period = direct.period
        and preferred.subject = direct.source_stream
        and preferred.parameter = direct.parameter
    left join activities
        on preferred.site = activities.site
        and preferred.period = activities.period
        and preferred.subject = activities.subject
        and activities.fact_type = case preferred.subject_type when 'product' then 'product' else 'activity' end
    where years.period_type = 'year'
        and direct.factor_id is null
),

-- A factor per energy weighs by energy, so by quantity times the month's own heating value.
energies as (
    select
        site,
        period,
        month,
        source_stream,
        value as ncv,
        factor_id as ncv_id
    from month_values
    where parameter = 'ncv'
),

direct_energies as (
    select
        site,
        period,
        source_stream,
        value as ncv,
        factor_id as ncv_id
    from direct
    where parameter = 'ncv'
),

weighted_values as (
    select
        month_values.*,
        case
            when month_values.parameter = 'emission_factor' and month_values.unit like '%/TJ'
                then month_values.quantity * coalesce(energies.ncv, direct_energies.ncv, 1)
            else month_values.quantity
        end as weight,
        case
            when month_values.parameter = 'emission_factor' and month_values.unit like '%/TJ'
                then coalesce(energies.ncv, direct_energies.ncv)
        end as ncv,
        case
            when month_values.parameter = 'emission_factor' and month_values.unit like '%/TJ'
                then coalesce(energies.ncv_id, direct_energies.ncv_id)
        end as ncv_id
    from month_values
    left join energies
        on month_values.site = energies.site
        and month_values.period = energies.period
        and month_values.month = energies.month
        and month_values.source_stream = energies.source_stream
    left join direct_energies
        on month_values.site = direct_energies.site
        and month_values.period = direct_energies.period
        and month_values.source_stream = direct_energies.source_stream
),

weighted as (
    select
        site,
        period,
        source_stream,
        parameter,
        case
            when min(value) = max(value) or sum(cast(weight as decimal(38, 12))) = 0 then max(value)
            else cast(sum(cast(weight * value as decimal(38, 12))) as double)
                / cast(sum(cast(weight as decimal(38, 12))) as double)
        end as value,
        max(unit) as unit,
        case
            when sum(cast(weight as decimal(38, 12))) = 0 then max(factor_id)
            else 'line:' || site || ':' || period || ':-:weighted_' || parameter || ':' || source_stream
        end as factor_id,
        max(case when factor_match <> 'exact' then factor_match end) as worst_match
    from weighted_values
    group by site, period, source_stream, parameter
)

select
    source_stream,
    parameter,
    '' as month,
    value,
    unit,
    factor_id,
    factor_match,
    cast(null as double) as weight,
    cast(null as double) as quantity,
    cast(null as varchar) as quantity_id,
    cast(null as double) as ncv,
    cast(null as varchar) as ncv_id,
    site,
    period
from direct

union all

select
    source_stream,
    parameter,
    '' as month,
    value,
    unit,
    factor_id,
    coalesce(worst_match, 'exact') as factor_match,
    cast(null as double) as weight,
    cast(null as double) as quantity,
    cast(null as varchar) as quantity_id,
    cast(null as double) as ncv,
    cast(null as varchar) as ncv_id,
    site,
    period
from weighted

union all

select
    source_stream,
    parameter,
    month,
    value,
    unit,
    factor_id,
    factor_match,
    weight,
    quantity,
    fact_id as quantity_id,
    ncv,
    ncv_id,
    site,
    period
from weighted_values
