{{ scoped() }}

-- What lines of money cite beside the register of factors: benchmarks, default values before mark-up, mark-ups, prices
-- and other values of the day.
with
rates as (
    select * from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
        -- Those of the rule table stand in the register.
        and rate_id not like 'constant:DEF-%'
),

goods as (
    select * from {{ ref('calc_cbam_good') }}
    where {{ in_scope() }}
),

benchmarks as (
    select * from {{ ref('cbam_benchmark') }}
),

default_values as (
    select * from {{ ref('cbam_default_value') }}
),

constants as (
    select
        rates.site,
        rates.period,
        rates.rate_id as factor_id,
        rates.rate_name as parameter,
        rates.value,
        rates.unit,
        rates.source,
        rates.document,
        rates.valid_from,
        rates.valid_to,
        rates.known_since,
        rates.licence,
        rates.evidence_id,
        rates.record_number,
        cast(null as varchar) as country_code
    from rates

    union all

    select
        goods.site,
        goods.period,
        goods.benchmark_id as factor_id,
        'benchmark' as parameter,
        goods.benchmark as value,
        benchmarks.unit,
        benchmarks.source,
        benchmarks.clause as document,
        benchmarks.valid_from,
        benchmarks.valid_to,
        benchmarks.known_since,
        benchmarks.licence,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number,
        cast(null as varchar) as country_code
    from goods
    inner join benchmarks
        on goods.benchmark_cn_code = benchmarks.cn_code
        and goods.benchmark_column = benchmarks.benchmark_column
        and goods.benchmark_route = benchmarks.production_route
        and goods.benchmark_version = benchmarks.version
        and cast(goods.period || '-01-01' as date) >= benchmarks.valid_from
        and cast(goods.period || '-01-01' as date) < coalesce(benchmarks.valid_to, date '9999-12-31')
    {% for parameter, column in [('default_total', 'default_total'), ('mark_up', 'mark_up')] %}
    union all

    select
        goods.site,
        goods.period,
        goods.{{ column }}_id as factor_id,
        '{{ parameter }}' as parameter,
        goods.{{ column }} as value,
        {{ "default_values.unit" if parameter == 'default_total' else "'1'" }} as unit,
        default_values.source,
        default_values.document,
        default_values.valid_from,
        default_values.valid_to,
        default_values.known_since,
        default_values.licence,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number,
        default_values.country_code
    from goods
    inner join default_values
        on goods.factor_code = default_values.factor_code
    {% endfor %}
),

-- A price of one quarter may stand in for later ones.
numbered as (
    select
        *,
        row_number() over (
            partition by site, period, factor_id
            order by parameter
        ) as choice
    from constants
)

select
    factor_id,
    regexp_replace(regexp_replace(factor_id, '^(factor|constant):', ''), '@.*$', '') as factor_code,
    regexp_replace(factor_id, '^.*@', '') as version,
    parameter,
    value,
    unit,
    cast(value as varchar) as published_value,
    unit as published_unit,
    case when evidence_id is null then 'regulation' else 'entered' end as source_class,
    source,
    document,
    country_code,
    valid_from,
    valid_to,
    known_since,
    licence,
    cast(null as varchar) as note,
    evidence_id,
    record_number,
    site,
    period
from numbered
where choice = 1
