{{ scoped() }}

-- GHG Protocol Scope 2 Guidance chapter 6: certificates and wheeled power first, then the grid average, because no
-- residual mix is published for Taiwan.
with
electricity as (
    select * from {{ ref('calc_organisation_electricity') }}
    where {{ in_scope() }}
),

grid_factors as (
    select * from {{ ref('calc_organisation_factor') }}
    where {{ in_scope() }}
        and parameter = 'electricity_factor'
),

claims as (
    select
        site,
        period,
        sum(case when fact_type = 'wheeling' then value_exact else 0 end) as wheeled_mwh,
        sum(case when fact_type = 'certificate' then value_exact else 0 end) as certificate_mwh
    from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
        and (fact_type = 'wheeling' or (fact_type = 'certificate' and subject = 'unbundled'))
    group by site, period
),

summed as (
    select
        site,
        period,
        control,
        sum(electricity_mwh) as electricity_mwh
    from electricity
    group by site, period, control
),

inputs as (
    select
        summed.site,
        summed.period,
        summed.control,
        summed.electricity_mwh,
        cast(summed.electricity_mwh as double) as consumed,
        {{ line_id("'organisation_consumption'", 'summed.control', site='summed.site', period='summed.period') }}
            as consumed_id,
        case when summed.control = 'tenant' then coalesce(claims.wheeled_mwh, 0) else 0 end as wheeled_mwh,
        case when summed.control = 'tenant' then coalesce(claims.certificate_mwh, 0) else 0 end as certificate_mwh,
        grid_factors.factor,
        grid_factors.factor_id,
        cast(extract(year from grid_factors.valid_from) as varchar) as factor_year,
        grid_factors.factor_match,
        grid_factors.factor_source
    from summed
    left join claims
        on summed.site = claims.site
        and summed.period = claims.period
    left join grid_factors
        on summed.site = grid_factors.site
        and summed.period = grid_factors.period
)

select
    control,
    cast(electricity_mwh as decimal(38, 12)) as electricity_mwh,
    consumed,
    consumed_id,
    wheeled_mwh,
    certificate_mwh,
    {{ line_value('least(consumed, cast(wheeled_mwh as double) + cast(certificate_mwh as double))') }}
        as green_electricity_mwh,
    {{ line_id("'organisation_green'", 'control') }} as green_id,
    factor,
    factor_id,
    factor_year,
    factor_match,
    factor_source,
    site,
    period
from inputs
