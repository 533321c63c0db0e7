{{ scoped() }}

-- GHG Protocol Scope 2 Guidance chapter 6: certificates and wheeled power first, then the grid average, because no
-- residual mix is published for Taiwan.
with
electricity as (
    select * from {{ ref('calc_organisation_electricity') }}
    where {{ in_scope() }}
),

sites as (
    select * from {{ ref('stg_master__site') }}
),

plants as (
    select distinct site from {{ ref('stg_master__process') }}
),

grid_factors as (
    select
        *,
        'factor:' || factor_code || '@' || version as factor_id
    from {{ ref('emission_factor') }}
    where parameter = 'electricity_factor'
        and status = 'active'
        and factor_code like 'TW-GRID-%'
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

-- The factor of the year, industrial for a plant from the first year of the split; the latest before it where it is not
-- out yet.
ranked as (
    select
        summed.site,
        summed.period,
        summed.control,
        grid_factors.value,
        grid_factors.factor_id,
        cast(extract(year from grid_factors.valid_from) as varchar) as factor_year,
        row_number() over (
            partition by summed.site, summed.period, summed.control
            order by
                grid_factors.valid_from desc,
                case grid_factors.factor_use when 'overall' then 1 else 0 end
                = case when plants.site is null then 1 else 0 end desc,
                grid_factors.factor_id
        ) as factor_rank
    from summed
    inner join sites
        on summed.site = sites.site
    left join plants
        on summed.site = plants.site
    inner join grid_factors
        on sites.country_code = grid_factors.country_code
        and grid_factors.factor_use in ('industrial', 'overall')
        and cast(extract(year from grid_factors.valid_from) as integer) <= cast(summed.period as integer)
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
        ranked.value as factor,
        ranked.factor_id,
        ranked.factor_year
    from summed
    left join claims
        on summed.site = claims.site
        and summed.period = claims.period
    left join ranked
        on summed.site = ranked.site
        and summed.period = ranked.period
        and summed.control = ranked.control
        and ranked.factor_rank = 1
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
    case when factor_year = period then 'exact' else 'latest_published' end as factor_match,
    site,
    period
from inputs
