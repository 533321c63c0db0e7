{{ scoped() }}

-- What the tables say of every good that the year needs: column A for what the site makes, with actual data; column B and
-- the default value for precursors, for the site's products where defaults are declared, and for other imports.
with
years as (
    select
        site,
        period,
        period_start
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and regime = 'cbam_definitive'
),

products as (
    select * from {{ ref('calc_product') }}
    where {{ in_scope() }}
        and is_outside_cbam is not true
),

routes as (
    select
        site,
        process,
        {{ benchmark_route('production_route') }} as route
    from {{ ref('stg_master__process') }}
),

sites as (
    select * from {{ ref('stg_master__site') }}
),

precursors as (
    select * from {{ ref('calc_precursor_value') }}
    where {{ in_scope() }}
        and series = 'regime'
        and cn_code is not null
),

declarations as (
    select * from {{ ref('stg_imports__declaration') }}
    where declaration_state = 'counted'
),

origins as (
    select * from {{ ref('cbam_origin_country') }}
),

rates as (
    select
        site,
        period,
        max(case when rate_name = 'cbam_factor' then value end) as cbam_factor,
        max(case when rate_name = 'cbam_factor' then rate_id end) as cbam_factor_id,
        max(case when rate_name = 'cscf' then value end) as cscf,
        max(case when rate_name = 'cscf' then rate_id end) as cscf_id,
        max(case when rate_name = 'cscf' and is_assumed then 1 else 0 end) = 1 as is_cscf_assumed
    from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
    group by site, period
),

named as (
    select
        products.site,
        products.period,
        'A' as benchmark_column,
        {{ cn_eight('products.cn_code') }} as cn_code,
        '' as country_code,
        coalesce(routes.route, '') as asked_route
    from products
    left join routes
        on products.site = routes.site
        and products.process = routes.process

    union

    select
        products.site,
        products.period,
        'B' as benchmark_column,
        {{ cn_eight('products.cn_code') }} as cn_code,
        coalesce(sites.country_code, 'OTHER') as country_code,
        '' as asked_route
    from products
    left join sites
        on products.site = sites.site

    union

    select
        site,
        period,
        'B' as benchmark_column,
        {{ cn_eight('cn_code') }} as cn_code,
        coalesce(country_code, 'UNKNOWN') as country_code,
        '' as asked_route
    from precursors

    union

    select
        years.site,
        years.period,
        'B' as benchmark_column,
        declarations.cn_code,
        declarations.country_code,
        '' as asked_route
    from declarations
    inner join years
        on declarations.site = years.site
        and year(declarations.declared_date) = cast(years.period as integer)
),

goods as (
    select
        named.site,
        named.period,
        years.period_start,
        named.benchmark_column,
        named.cn_code,
        named.country_code,
        named.asked_route,
        named.benchmark_column || ':' || named.cn_code || ':'
        || case named.benchmark_column when 'A' then named.asked_route else named.country_code end as good_key
    from named
    inner join years
        on named.site = years.site
        and named.period = years.period
),

keyed as (
    select
        *,
        site || '|' || period || '|' || good_key as key
    from goods
),

default_lines as (
    select * from (
        {{ default_value_lines("(select * from keyed where benchmark_column = 'B')") }}
    ) as ranked
    where line_rank = 1
),

benchmarks_asked as (
    select
        keyed.key,
        keyed.cn_code,
        keyed.benchmark_column,
        nullif(
            case keyed.benchmark_column when 'A' then keyed.asked_route else default_lines.production_route end, ''
        ) as production_route,
        keyed.period_start as import_date
    from keyed
    left join default_lines
        on keyed.key = default_lines.key
),

benchmarks as (
    select * from (
        {{ benchmark_lines('benchmarks_asked') }}
    ) as ranked
    where line_rank = 1
),

valued as (
    select
        keyed.*,
        year(keyed.period_start) as import_year,
        coalesce(origins.is_zero_rated, false) as is_zero_rated,
        'factor:CBAM-ORIGIN-' || origins.country_code || '@' || origins.version as origin_id,
        benchmarks_asked.production_route,
        default_lines.factor_code,
        default_lines.table_country_code,
        default_lines.version as default_version,
        default_lines.superseded_by,
        default_lines.published_see_total as default_total,
        default_lines.mark_up_2026_share,
        default_lines.mark_up_2027_share,
        default_lines.mark_up_2028_share,
        benchmarks.benchmark_cn_code,
        benchmarks.benchmark_route,
        benchmarks.benchmark,
        coalesce(benchmarks.is_benchmark_open, false) as is_benchmark_open,
        benchmarks.version as benchmark_version,
        rates.cbam_factor,
        rates.cbam_factor_id,
        rates.cscf,
        rates.cscf_id,
        rates.is_cscf_assumed
    from keyed
    inner join benchmarks_asked
        on keyed.key = benchmarks_asked.key
    inner join rates
        on keyed.site = rates.site
        and keyed.period = rates.period
    left join default_lines
        on keyed.key = default_lines.key
    left join benchmarks
        on keyed.key = benchmarks.key
    left join origins
        on keyed.country_code = origins.country_code
),

marked_up as (
    select
        *,
        {{ mark_up_of('import_year') }} as mark_up
    from valued
)

select
    good_key,
    benchmark_column,
    cn_code,
    country_code,
    production_route,
    is_zero_rated,
    table_country_code,
    factor_code,
    default_version,
    default_total,
    'factor:' || factor_code || '/total@' || default_version as default_total_id,
    mark_up,
    'constant:' || factor_code || '/mark-up-' || cast(least(greatest(import_year, 2026), 2028) as varchar) || '@'
    || default_version as mark_up_id,
    {{ marked_up('default_total', 'mark_up') }} as default_see,
    {{ line_id("'cbam_default_see'", 'good_key') }} as default_see_id,
    benchmark_cn_code,
    benchmark_route,
    benchmark_version,
    benchmark,
    'factor:CBAM-BENCHMARK-' || benchmark_cn_code || '-' || benchmark_column || '-' || benchmark_route || '@'
    || benchmark_version as benchmark_id,
    is_benchmark_open,
    cbam_factor,
    cbam_factor_id,
    cscf,
    cscf_id,
    is_cscf_assumed,
    -- Goods of EU, EEA and Swiss origin count zero (Commission Q&A 4.18).
    case when is_zero_rated then 0 else {{ formula_sql('sefa_process') }} end as sefa_process,
    case when is_zero_rated then origin_id else {{ line_id("'cbam_sefa_process'", 'good_key') }} end as sefa_process_id,
    nullif(
        concat_ws(
            '; ',
            case when is_cscf_assumed and not is_zero_rated
                then 'assumes a cross-sectoral correction factor of 1, none is published · 假設跨部門修正係數為 1（尚未公布）'
            end,
            case
                when is_benchmark_open and benchmark_column = 'A'
                    then 'route not known: the lowest benchmark of CN ' || benchmark_cn_code || ' · 生產路徑未知，採最低標竿'
                when is_benchmark_open
                    then 'of several benchmarks the highest (2025/2620, 5.1) · 多項標竿取最高者'
            end,
            case
                when benchmark is null and not is_zero_rated
                    then 'no benchmark for CN ' || cn_code || ' · 無對應標竿'
            end
        ), ''
    ) as note,
    case
        when benchmark_column = 'B' and factor_code is null and not is_zero_rated
            then 'no default value for CN ' || cn_code || ' · 無對應預設值'
        when country_code = 'UNKNOWN' then 'default value of Annex IV: no country of origin stated · 原產國未註明，採附件四預設值'
        when table_country_code <> country_code
            then 'default value of other countries and territories · 採其他國家及地區預設值'
    end as default_note,
    site,
    period
from marked_up
