{{ scoped() }}

-- Every candidate of a parameter with its rank or why it lost: the best one that was known on the day of the version
-- holds, in a closed year that with which it was closed.
{%- set subject_key = ['site', 'period', 'series', 'source', 'parameter'] %}

with
versions as (
    select * from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
),

refusals as (
    select * from {{ ref('factor_refusal') }}
),

closed_periods as (
    {{ closed_periods('versions') }}
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
        source_class,
        document || ' (' || source || ')' as factor_source,
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
        published.factor_code,
        published.source_class,
        published.factor_source,
        published.known_since,
        published.valid_from,
        case when published.unit like '%/TJ' then 'announced' else 'table_6_0_4' end as factor_match,
        case
            when published.unit like '%/TJ' and sources.factor_set = 'announced' then 1
            when published.unit like '%/TJ' then 2
            when sources.factor_set = 'table_6_0_4' then 1
            else 3
        end as source_rank
    from sources
    inner join published
        on sources.material_class = published.material_class
        and sources.factor_use = published.factor_use
        and coalesce(sources.technology, '') = coalesce(published.technology, coalesce(sources.technology, ''))
        and published.parameter = 'emission_factor'
        and published.gas in ('CO2', 'CH4', 'N2O')
        and (published.unit like '%/TJ' or published.unit like '%/' || sources.activity_unit)
    where sources.method = 'combustion'

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
        source as factor_code,
        case
            when has_own_factor or method in ('mass_balance', 'kiln_dust') then 'site_declared'
            else 'type_1'
        end as source_class,
        'line of the CBAM calculation' as factor_source,
        cast(null as date) as known_since,
        cast(null as date) as valid_from,
        case
            when has_own_factor or method in ('mass_balance', 'kiln_dust') then 'own'
            else 'international'
        end as factor_match,
        case when method <> 'combustion' then 1 when has_own_factor then 2 else 4 end as source_rank
    from sources
    where category not in ('electricity', 'fugitive', 'steam')
),

-- Factors of sources that a document states: a paper of the plant before the published leak rate of the equipment. What
-- was filled in again counts whole.
stated_candidates as (
    select
        sources.site,
        sources.period,
        sources.series,
        sources.source,
        case sources.method when 'purchased_steam' then 'steam_factor' else sources.gas end as parameter,
        register.value,
        register.unit,
        register.factor_id,
        register.factor_code,
        register.source_class,
        register.document || ' (' || register.source || ')' as factor_source,
        register.known_since,
        register.valid_from,
        case register.source_class
            when 'type_2' then 'announced'
            when 'type_1' then 'international'
            else 'own'
        end as factor_match,
        case when register.raw_table is null then 3 when register.source_class in ('type_1', 'type_2') then 2 else 1 end
            as source_rank
    from sources
    inner join {{ ref('calc_factor_register') }} as register
        on register.parameter = case sources.method
            when 'leak_rate' then 'leak_rate'
            when 'septic_tank' then 'septic_tank_factor'
            when 'purchased_steam' then 'steam_factor'
        end
        and (
            (register.raw_table is null and sources.material_class = register.material_class)
            or (
                register.raw_table = 'factor_document'
                and sources.site = register.site
                and register.material in (sources.source, sources.material_class)
            )
        )
        and (register.unit = '1' or register.unit like '%/' || sources.activity_unit)
        and register.refusal_code is null
        and register.status = 'active'
        and cast(extract(year from register.valid_from) as integer) <= cast(sources.period as integer)
        and coalesce(register.valid_to, date '9999-12-31') > cast(sources.period || '-01-01' as date)

    union all

    select
        site,
        period,
        series,
        source,
        gas as parameter,
        cast(1 as double) as value,
        '1' as unit,
        'constant:refilled_is_emitted' as factor_id,
        source as factor_code,
        'regulation' as source_class,
        'mass balance: what was filled in had been emitted' as factor_source,
        cast(null as date) as known_since,
        cast(null as date) as valid_from,
        'own' as factor_match,
        1 as source_rank
    from sources
    where method = 'refill'
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
        source as factor_code,
        case when has_own_ncv then 'site_declared' else 'type_1' end as source_class,
        'heating value of the CBAM calculation' as factor_source,
        cast(null as date) as known_since,
        cast(null as date) as valid_from,
        case when has_own_ncv then 'own' else 'international' end as factor_match,
        case when has_own_ncv then 1 else 3 end as source_rank
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
        published.factor_code,
        published.source_class,
        published.factor_source,
        published.known_since,
        published.valid_from,
        'announced' as factor_match,
        2 as source_rank
    from sources
    inner join published
        on sources.heating_value_class = published.material_class
        and published.parameter = 'ncv'
        and published.unit = 'GJ/' || sources.activity_unit
    where sources.method = 'combustion'
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
        published.factor_code,
        published.source_class,
        published.factor_source,
        published.known_since,
        published.valid_from,
        case
            when cast(extract(year from published.valid_from) as varchar) = sources.period then 'exact'
            else 'latest_published'
        end as factor_match,
        case published.factor_use when 'industrial' then 1 else 2 end as source_rank
    from sources
    inner join published
        on published.parameter = 'electricity_factor'
        and published.factor_use in ('industrial', 'overall')
        and published.status = 'active'
        and cast(extract(year from published.valid_from) as integer) <= cast(sources.period as integer)
    where sources.method = 'electricity'
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
        warming_potentials.factor_code,
        'type_1' as source_class,
        warming_potentials.document as factor_source,
        warming_potentials.known_since,
        warming_potentials.valid_from,
        'announced' as factor_match,
        1 as source_rank
    from versions
    inner join warming_potentials
        on versions.gwp_set = warming_potentials.gwp_set
        and warming_potentials.is_confirmed
        and (
            warming_potentials.gas in ('CO2', 'CH4', 'N2O')
            or warming_potentials.gas in (select gas from activities where category = 'fugitive')
            or (
                warming_potentials.gas in ('PFC-14 (CF4)', 'PFC-116 (C2F6)')
                and 'PFC' in (select gas from activities)
            )
        )
),

candidates as (
    select * from gas_candidates
    union all
    select * from stated_candidates
    union all
    select * from heat_candidates
    union all
    select * from electricity_candidates
    union all
    select * from gwp_candidates
),

-- A value without day is the plant's own or stands in the regulation: it was known.
judged as (
    select
        candidates.*,
        versions.known_on,
        closed_periods.closed_on,
        {{ is_closed_choice('candidates.factor_id') }} as is_kept,
        case when candidates.known_since > versions.known_on then 'not_yet_known' end as own_lost_code
    from candidates
    inner join versions
        on candidates.site = versions.site
        and candidates.period = versions.period
        and candidates.series = versions.series
    left join closed_periods
        on candidates.site = closed_periods.site
        and candidates.period = closed_periods.period
),

fitted as (
    select
        *,
        case
            when own_lost_code is null and {{ is_closed_out(subject_key, 'own_lost_code is null') }} then 'closed_result'
            else own_lost_code
        end as lost_code
    from judged
),

{{ decided_ctes('fitted', subject_key, [
    "case when parameter = 'electricity_factor' then valid_from end desc",
    'source_rank', 'known_since desc', 'factor_id'
]) }}

select
    decided.series,
    decided.source,
    decided.parameter,
    decided.candidate_rank,
    decided.is_winner,
    decided.value,
    decided.unit,
    decided.factor_id,
    decided.factor_code,
    decided.source_class,
    decided.factor_source,
    decided.factor_match,
    cast(null as varchar) as rule_code,
    '溫室氣體排放量盤查登錄及查驗管理辦法 第4條' as clause,
    decided.loss as lost_code,
    decided.factor_code || ' (' || decided.factor_match || '): '
    || case
        when decided.loss = 'closed_result'
            then refusals.message || {{ closed_note(known_since='decided.known_since') }}
        when decided.loss = 'not_yet_known' then refusals.message || ', ' || cast(decided.known_on as varchar)
        when decided.loss is not null then refusals.message
        else 'first of what was known on ' || cast(decided.known_on as varchar)
    end as reason,
    decided.factor_code || '（' || decided.factor_match || '）：'
    || case
        when decided.loss = 'closed_result'
            then refusals.message_zh || {{ closed_note('zh', 'decided.known_since') }}
        when decided.loss = 'not_yet_known' then refusals.message_zh || '（' || cast(decided.known_on as varchar) || '）'
        when decided.loss is not null then refusals.message_zh
        else cast(decided.known_on as varchar) || ' 已知者之首選'
    end as reason_zh,
    decided.known_since,
    decided.valid_from,
    decided.site,
    decided.period
from decided
left join refusals
    on decided.loss = refusals.refusal_code
