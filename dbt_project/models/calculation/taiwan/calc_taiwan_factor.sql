{{ scoped() }}

-- Candidates of a parameter with their rank; the best one that was known on the day of the version holds.
with
versions as (
    select * from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
),

activities as (
    select * from {{ ref('calc_taiwan_activity') }}
    where {{ in_scope() }}
),

-- Of table 6.0.4 only the end of its validity is known: it was known by then.
published as (
    select
        factor_code,
        parameter,
        material_class,
        gas,
        factor_use,
        technology,
        value,
        unit,
        status,
        valid_from,
        coalesce(known_since, valid_to) as known_since,
        'factor:' || factor_code || '@' || version as factor_id
    from {{ ref('emission_factor') }}
    where factor_code like 'TW-%'
),

warming_potentials as (
    select
        *,
        'factor:' || factor_code || '@' || version as factor_id
    from {{ ref('global_warming_potential') }}
),

sources as (
    select
        versions.series,
        versions.factor_set,
        versions.gwp_set,
        versions.known_on,
        activities.*
    from versions
    inner join activities
        on versions.site = activities.site
        and versions.period = activities.period
),

gas_candidates as (
    select
        sources.site,
        sources.period,
        sources.series,
        sources.source,
        published.gas as parameter,
        published.value,
        published.unit,
        published.factor_id,
        published.known_since,
        published.valid_from,
        case when published.unit like '%/TJ' then 'announced' else 'table_6_0_4' end as factor_match,
        case
            when published.unit like '%/TJ' and sources.factor_set = 'announced' then 1
            when published.unit like '%/TJ' then 2
            when sources.factor_set = 'table_6_0_4' then 1
            else 3
        end as candidate_rank
    from sources
    inner join published
        on sources.material_class = published.material_class
        and sources.factor_use = published.factor_use
        and coalesce(sources.technology, '') = coalesce(published.technology, coalesce(sources.technology, ''))
        and published.parameter = 'emission_factor'
        and published.gas in ('CO2', 'CH4', 'N2O')
        and (published.unit like '%/TJ' or published.unit like '%/' || sources.activity_unit)
    where sources.method = 'combustion'
        and published.known_since <= sources.known_on

    union all

    -- §4: a factor of the plant's own or an international one where none is announced; CBAM's line holds it.
    select
        site,
        period,
        series,
        source,
        gas as parameter,
        emissions as value,
        'tCO2e' as unit,
        emissions_id as factor_id,
        cast(null as date) as known_since,
        cast(null as date) as valid_from,
        case when has_own_factor or method in ('mass_balance', 'kiln_dust') then 'own' else 'international' end as factor_match,
        case when method <> 'combustion' then 1 when has_own_factor then 2 else 4 end as candidate_rank
    from sources
    where method <> 'electricity'
),

heat_candidates as (
    select
        site,
        period,
        series,
        source,
        'ncv' as parameter,
        ncv as value,
        'GJ/' || activity_unit as unit,
        ncv_id as factor_id,
        cast(null as date) as known_since,
        cast(null as date) as valid_from,
        case when has_own_ncv then 'own' else 'international' end as factor_match,
        case when has_own_ncv then 1 else 3 end as candidate_rank
    from sources
    where method = 'combustion'
        and ncv is not null

    union all

    select
        sources.site,
        sources.period,
        sources.series,
        sources.source,
        'ncv' as parameter,
        published.value,
        published.unit,
        published.factor_id,
        published.known_since,
        published.valid_from,
        'announced' as factor_match,
        2 as candidate_rank
    from sources
    inner join published
        on sources.heating_value_class = published.material_class
        and published.parameter = 'ncv'
        and published.unit = 'GJ/' || sources.activity_unit
    where sources.method = 'combustion'
        and published.known_since <= sources.known_on
),

-- The latest factor announced on the day of the version, at the latest that of the year itself; from the first year of
-- the split the industrial one.
electricity_candidates as (
    select
        sources.site,
        sources.period,
        sources.series,
        sources.source,
        'electricity_factor' as parameter,
        published.value,
        published.unit,
        published.factor_id,
        published.known_since,
        published.valid_from,
        case
            when cast(extract(year from published.valid_from) as varchar) = sources.period then 'exact'
            else 'latest_published'
        end as factor_match,
        case published.factor_use when 'industrial' then 1 else 2 end as candidate_rank
    from sources
    inner join published
        on published.parameter = 'electricity_factor'
        and published.factor_use in ('industrial', 'overall')
        and published.status = 'active'
        and cast(extract(year from published.valid_from) as integer) <= cast(sources.period as integer)
    where sources.method = 'electricity'
        and published.known_since <= sources.known_on
),

gwp_candidates as (
    select distinct
        versions.site,
        versions.period,
        versions.series,
        'any' as source,
        'gwp_' || warming_potentials.gas as parameter,
        warming_potentials.value,
        warming_potentials.unit,
        warming_potentials.factor_id,
        warming_potentials.known_since,
        warming_potentials.valid_from,
        'announced' as factor_match,
        1 as candidate_rank
    from versions
    inner join warming_potentials
        on versions.gwp_set = warming_potentials.gwp_set
        and warming_potentials.gas in ('CO2', 'CH4', 'N2O')
),

candidates as (
    select * from gas_candidates
    union all
    select * from heat_candidates
    union all
    select * from electricity_candidates
    union all
    select * from gwp_candidates
),

ranked as (
    select
        *,
        row_number() over (
            partition by site, period, series, source, parameter
            order by
                case when parameter = 'electricity_factor' then valid_from end desc,
                candidate_rank,
                known_since desc,
                factor_id
        ) as choice_rank
    from candidates
)

select
    series,
    source,
    parameter,
    value,
    unit,
    factor_id,
    factor_match,
    known_since,
    valid_from,
    site,
    period
from ranked
where choice_rank = 1
