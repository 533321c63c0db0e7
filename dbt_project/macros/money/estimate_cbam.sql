{#-
  One row: what a mass of a good costs, each step beside its inputs. Called by `tracetonne estimate cbam`, which checks and
  quotes the arguments.

  `asked` is a mapping: cn_code, country_code, import_year, mass_t, see (null: the default value), see_is_default,
  clinker_content (null: not stated), production_route, cscf (null: none known), price (null), quarter (null),
  carbon_price_credit_t, and precursors, a list of mappings cn_code, mass_t, see, sefa (null: column B), clinker_content
  (null: not stated).
-#}
{% macro estimate_cbam(asked) -%}
with
goods as (
    select
        'good' as key, '{{ asked.cn_code }}' as cn_code, '{{ asked.country_code }}' as country_code,
        cast(null as double) as mass_t, cast(null as double) as own_sefa,
        cast({{ asked.clinker_content or 'null' }} as double) as clinker_content, cast(null as double) as stated_see
    {%- for precursor in asked.precursors %}
    union all
    select
        'precursor {{ '%04d' % loop.index }}', '{{ precursor.cn_code }}', '{{ precursor.country_code or asked.country_code }}',
        {{ precursor.mass_t }}, cast({{ precursor.sefa or 'null' }} as double),
        cast({{ precursor.clinker_content or 'null' }} as double), cast({{ precursor.see or 'null' }} as double)
    {%- endfor %}
),

default_lines as (
    select * from (
        {{ default_value_lines('goods') }}
    ) as ranked
    where line_rank = 1
),

origins as (
    select * from {{ ref('cbam_origin_country') }}
),

years as (
    select * from {{ ref('cbam_free_allocation_year') }}
    where import_year = least({{ asked.import_year }}, 2034)
),

prices as (
    select * from {{ ref('cbam_certificate_price') }}
    where quarter = '{{ asked.quarter or '' }}'
),

benchmarks_asked as (
    select
        goods.key,
        goods.cn_code,
        -- The route that is asked for is the good's. A default value has its own, and so has a precursor; nothing shows that of
        -- a good at its actual value, as in calc_cbam_good.
        case
            when goods.key <> 'good' then default_lines.production_route
            {%- if asked.production_route %}
            else '{{ asked.production_route }}'
            {%- else %}
            when {{ asked.see_is_default }} then default_lines.production_route
            {%- endif %}
        end as production_route,
        case when goods.key <> 'good' or {{ asked.see_is_default }} then 'B' else 'A' end as benchmark_column,
        make_date({{ asked.import_year }}, 1, 1) as import_date
    from goods
    left join default_lines
        on goods.key = default_lines.key
),

benchmarks as (
    select * from (
        {{ benchmark_lines('benchmarks_asked') }}
    ) as ranked
    where line_rank = 1
),

factors as (
    select
        goods.key,
        goods.cn_code,
        goods.mass_t,
        coalesce(origins.is_zero_rated, false) as is_zero_rated,
        default_lines.factor_code,
        default_lines.table_country_code,
        default_lines.published_see_total as default_total,
        {{ mark_up_of(asked.import_year) }} as mark_up,
        benchmarks_asked.benchmark_column,
        benchmarks_asked.production_route,
        benchmarks.benchmark_cn_code,
        benchmarks.benchmark_route,
        benchmarks.benchmark,
        benchmarks.is_benchmark_open,
        cast(years.cbam_factor as double) as cbam_factor,
        coalesce({{ asked.cscf or 'null' }}, years.cscf) as known_cscf,
        goods.own_sefa,
        goods.stated_see,
        -- Tables count cement in tonnes of clinker; one of unknown content counts as clinker (Article 4(5)).
        coalesce(goods.clinker_content, 1) as table_content,
        exists (
            select 1
            from {{ ref('cbam_cn_code') }} as cn_codes
            inner join {{ ref('cbam_good') }} as categories
                on cn_codes.good_category = categories.good_category
            where categories.functional_content = 'clinker_content'
                and starts_with(cn_codes.cn_code, goods.cn_code)
        ) as is_cement
    from goods
    cross join years
    inner join benchmarks_asked
        on goods.key = benchmarks_asked.key
    left join default_lines
        on goods.key = default_lines.key
    left join benchmarks
        on goods.key = benchmarks.key
    left join origins
        on goods.country_code = origins.country_code
),

-- Where no cross-sectoral correction factor is known, 1 is assumed, and the estimate says so.
valued as (
    select
        *,
        coalesce(known_cscf, 1) as cscf,
        {{ marked_up('default_total', 'mark_up') }} as default_see
    from factors
),

sefas as (
    select
        *,
        case
            when is_zero_rated then 0
            when own_sefa is not null then own_sefa
            -- No free allocation remains from 2034, whatever the benchmark will be.
            when cbam_factor = 0 then 0
            else {{ formula_sql('sefa_process') }}
        end as published_sefa_process
    from valued
),

of_goods as (
    select
        *,
        {{ formula_sql('sefa_process_of_good') }} as sefa_process
    from sefas
),

-- Column B of a good at its default value holds the precursors (equation 6).
precursor_part as (
    select
        coalesce(
            sum(case when not {{ asked.see_is_default }} then mass_t / {{ asked.mass_t }} * sefa_process end), 0
        ) as sefa_precursors,
        coalesce(sum(mass_t / {{ asked.mass_t }} * stated_see), 0) as precursor_see
    from of_goods
    where key <> 'good'
),

good as (
    select
        of_goods.*,
        precursor_part.sefa_precursors,
        precursor_part.precursor_see,
        cast({{ asked.mass_t }} as double) as mass,
        case when {{ asked.see_is_default }} then coalesce({{ asked.see or 'null' }}, of_goods.default_see)
            else cast({{ asked.see or 'null' }} as double) end as published_see,
        cast({{ asked.carbon_price_credit_t or 0 }} as double) as carbon_price_credit,
        coalesce({{ asked.price or 'null' }}, prices.price_eur_per_t) as price
    from of_goods
    cross join precursor_part
    left join prices
        on of_goods.key = 'good'
    where of_goods.key = 'good'
),

with_see as (
    select
        *,
        {{ formula_sql('see_of_good') }} as see
    from good
),

with_sefa as (
    select
        *,
        {{ formula_sql('sefa') }} as sefa
    from with_see
),

with_certificates as (
    select
        *,
        {{ formula_sql('embedded_emissions') }} as embedded_emissions,
        {{ formula_sql('free_allocation') }} as free_allocation,
        {{ formula_sql('certificates') }} as certificates
    from with_sefa
)

select
    *,
    {{ formula_sql('certificate_cost') }} as certificate_cost,
    precursor_see > see * (1 + 1e-12) as is_precursor_see_above,
    (
        select list({'cn_code': cn_code, 'mass_t': mass_t, 'default_see': default_see,
            'production_route': production_route, 'benchmark': benchmark, 'benchmark_route': benchmark_route,
            'benchmark_cn_code': benchmark_cn_code, 'is_zero_rated': is_zero_rated, 'is_cement': is_cement,
            'table_content': table_content, 'published_sefa': published_sefa_process, 'sefa': sefa_process,
            'sefa_part': coalesce(mass_t / {{ asked.mass_t }} * sefa_process, 0)} order by key)
        from of_goods where key <> 'good'
    ) as precursors,
    (select cast(value as double) from {{ ref('regime_rule') }} where rule_code = 'DEF-THRESHOLD') as threshold_t
from with_certificates
{%- endmacro %}
