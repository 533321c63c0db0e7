{{ scoped() }}

-- Certificates a tonne of each product, with actual values and with the default value: the declarant is free to choose
-- (Regulation (EU) 2023/956, Article 7(2)).
with
products as (
    select * from {{ ref('calc_product') }}
    where {{ in_scope() }}
        and is_outside_cbam is not true
),

periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and regime = 'cbam_definitive'
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

goods as (
    select * from {{ ref('calc_cbam_good') }}
    where {{ in_scope() }}
),

process_sefas as (
    select * from {{ ref('calc_cbam_process_sefa') }}
    where {{ in_scope() }}
),

intensities as (
    select * from {{ ref('calc_process_intensity') }}
    where {{ in_scope() }}
        and series = 'regime'
),

precursor_notes as (
    select
        parts.site,
        parts.period,
        parts.process,
        {{ joined("'precursor ' || parts.precursor || ': column B, no verified value of its producer · 前驅物採 B 欄'", '; ') }}
            as note
    from {{ ref('calc_cbam_sefa_part') }} as parts
    inner join {{ ref('calc_cbam_precursor') }} as precursors
        on parts.site = precursors.site
        and parts.period = precursors.period
        and parts.precursor = precursors.precursor
    where {{ in_scope('parts.site', 'parts.period') }}
        and not parts.is_own
        and parts.specific <> 0
        and precursors.has_column_b
    group by parts.site, parts.period, parts.process
),

named as (
    select
        products.*,
        {{ cn_eight('products.cn_code') }} as cn8,
        coalesce(routes.route, '') as route,
        coalesce(sites.country_code, 'OTHER') as origin_country,
        -- Default values and benchmarks of cements count a tonne of clinker (Art. 4(5)), those of fertilisers a tonne of
        -- the good.
        case when products.content_name = 'clinker_content' then products.content end as table_content
    from products
    inner join periods
        on products.site = periods.site
        and products.period = periods.period
    left join routes
        on products.site = routes.site
        and products.process = routes.process
    left join sites
        on products.site = sites.site
),

options as (
    select
        named.site,
        named.period,
        named.process,
        named.product,
        named.product_name,
        named.cn8 as cn_code,
        'actual' as value_option,
        goods.good_key,
        goods.benchmark,
        goods.benchmark_route,
        goods.is_cscf_assumed,
        coalesce(intensities.see_chargeable_functional * named.content, intensities.see_chargeable) as see,
        case
            when intensities.see_chargeable_functional * named.content is not null
                then {{ line_id(
                    "'qualified_see_chargeable'", 'named.process', 'named.product', series="'regime'",
                    site='named.site', period='named.period'
                ) }}
            else intensities.see_chargeable_id
        end as see_id,
        intensities.default_share,
        goods.sefa_process as published_sefa_process,
        goods.sefa_process_id as published_sefa_process_id,
        cast(null as double) as published_see,
        cast(null as varchar) as published_see_id,
        named.table_content,
        named.content_line_id as table_content_id,
        process_sefas.sefa_precursors as mean_sefa_precursors,
        process_sefas.sefa_precursors_id as mean_sefa_precursors_id,
        process_sefas.activity_level,
        process_sefas.activity_level_id,
        intensities.functional_level,
        intensities.functional_level_id,
        named.content,
        named.content_line_id as content_id,
        case
            when intensities.see_chargeable is null
                then coalesce(intensities.reason, 'no admissible specific embedded emissions')
            when process_sefas.sefa_precursors is null then process_sefas.reason
        end as reason,
        intensities.inexact_note as see_note,
        nullif(concat_ws('; ', goods.note, precursor_notes.note, intensities.inexact_note), '') as note
    from named
    left join goods
        on named.site = goods.site
        and named.period = goods.period
        and goods.good_key = 'A:' || named.cn8 || ':' || named.route
    left join process_sefas
        on named.site = process_sefas.site
        and named.period = process_sefas.period
        and named.process = process_sefas.process
    left join intensities
        on named.site = intensities.site
        and named.period = intensities.period
        and named.process = intensities.process
    left join precursor_notes
        on named.site = precursor_notes.site
        and named.period = precursor_notes.period
        and named.process = precursor_notes.process

    union all

    select
        named.site,
        named.period,
        named.process,
        named.product,
        named.product_name,
        named.cn8 as cn_code,
        'default' as value_option,
        goods.good_key,
        goods.benchmark,
        goods.benchmark_route,
        goods.is_cscf_assumed,
        goods.default_see * coalesce(named.table_content, 1) as see,
        case
            when named.table_content is null then goods.default_see_id
            else {{ line_id(
                "'cbam_default_see_of_good'", 'named.process', 'named.product', site='named.site', period='named.period'
            ) }}
        end as see_id,
        1 as default_share,
        goods.sefa_process as published_sefa_process,
        goods.sefa_process_id as published_sefa_process_id,
        goods.default_see as published_see,
        goods.default_see_id as published_see_id,
        named.table_content,
        named.content_line_id as table_content_id,
        0 as mean_sefa_precursors,
        'constant:part_of_column_b' as mean_sefa_precursors_id,
        cast(null as double) as activity_level,
        cast(null as varchar) as activity_level_id,
        cast(null as double) as functional_level,
        cast(null as varchar) as functional_level_id,
        cast(null as double) as content,
        cast(null as varchar) as content_id,
        goods.default_note as reason,
        goods.default_note as see_note,
        nullif(concat_ws('; ', goods.note, goods.default_note), '') as note
    from named
    left join goods
        on named.site = goods.site
        and named.period = goods.period
        and goods.good_key = 'B:' || named.cn8 || ':' || named.origin_country
),

-- A good takes of the benchmark and of the free allocation of its process's precursors what its content says.
by_content as (
    select
        *,
        published_sefa_process * coalesce(table_content, 1) as sefa_process,
        case
            when table_content is null then published_sefa_process_id
            else {{ line_id("'cbam_sefa_process_of_good_' || value_option", 'process', 'product') }}
        end as sefa_process_id,
        case
            when content * functional_level is null then mean_sefa_precursors
            else {{ formula_sql('sefa_precursors_of_good') }}
        end as sefa_precursors,
        case
            when content * functional_level is null then mean_sefa_precursors_id
            else {{ line_id("'cbam_sefa_precursors_of_good'", 'process', 'product') }}
        end as sefa_precursors_id
    from options
),

sefas as (
    select
        *,
        {{ formula_sql('sefa') }} as sefa
    from by_content
),

certificates as (
    select
        *,
        case when see is not null and sefa is not null then {{ formula_sql('certificates_per_t') }} end
            as certificates_per_t
    from sefas
),

paired as (
    select
        *,
        max(case when value_option = 'default' then certificates_per_t end)
            over (partition by site, period, process, product) as default_certificates_per_t,
        max(case when value_option = 'actual' then certificates_per_t end)
            over (partition by site, period, process, product) as actual_certificates_per_t
    from certificates
)

select
    process,
    product,
    product_name,
    cn_code,
    value_option,
    good_key,
    benchmark,
    benchmark_route,
    coalesce(is_cscf_assumed, true) as is_cscf_assumed,
    see,
    see_id,
    default_share,
    published_see,
    published_see_id,
    published_sefa_process,
    published_sefa_process_id,
    table_content,
    table_content_id,
    mean_sefa_precursors,
    mean_sefa_precursors_id,
    activity_level,
    activity_level_id,
    functional_level,
    functional_level_id,
    content,
    content_id,
    sefa_process,
    sefa_process_id,
    sefa_precursors,
    sefa_precursors_id,
    sefa,
    {{ line_id("'cbam_sefa_' || value_option", 'process', 'product') }} as sefa_id,
    certificates_per_t,
    {{ line_id("'cbam_certificates_per_t_' || value_option", 'process', 'product') }} as certificates_per_t_id,
    default_certificates_per_t,
    {{ line_id("'cbam_certificates_per_t_default'", 'process', 'product') }} as default_certificates_per_t_id,
    case when value_option = 'actual' then {{ formula_sql('saving_per_t') }} end as saving_per_t,
    {{ line_id("'cbam_saving'", 'process', 'product') }} as saving_id,
    case
        when actual_certificates_per_t < default_certificates_per_t then 'actual'
        when actual_certificates_per_t > default_certificates_per_t then 'default'
        when actual_certificates_per_t = default_certificates_per_t then 'equal'
    end as cheaper_option,
    case when certificates_per_t is null then reason end as reason,
    see_note,
    note,
    site,
    period
from paired
