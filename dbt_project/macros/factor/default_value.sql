{#-
  Default values of embedded emissions (IR (EU) 2025/2621): CTEs from `subjects` (site, period, period_start, series,
  regime, material, cn_code, country_code), `origin_countries`, `default_values` and `cn_codes` to `lines_with_year`, the
  line that applies with the mark-up of the year.
-#}
{% macro default_value_ctes() -%}
-- The table of the country applies where it is at hand: whole, or for the headings that it is bundled for.
tables_at_hand as (
    select
        subjects.*
    from subjects
    inner join origin_countries
        on subjects.country_code = origin_countries.country_code
    where origin_countries.defaults_bundled = 'all'
        or (
            '|' || origin_countries.defaults_bundled || '|'
            like '%|' || substring(subjects.cn_code, 1, 4) || '|%'
        )
),

-- The longest matching line of the country; of lines for one code (white and grey cement) the highest, as the
-- product cannot tell them apart by the CN code.
country_lines as (
    select
        tables_at_hand.*,
        default_values.factor_code as line_code,
        default_values.status as line_status,
        row_number() over (
            partition by tables_at_hand.site, tables_at_hand.period, tables_at_hand.series, tables_at_hand.material
            order by
                length(default_values.cn_prefix) desc,
                default_values.published_see_total desc nulls last,
                default_values.factor_code
        ) as line_rank
    from tables_at_hand
    left join default_values
        on tables_at_hand.country_code = default_values.country_code
        and default_values.status <> 'heading'
        and substring(tables_at_hand.cn_code, 1, length(default_values.cn_prefix)) = default_values.cn_prefix
),

-- No line, a dash or an unreadable line of the country: other countries and territories apply.
other_lines as (
    select
        country_lines.site,
        country_lines.period,
        country_lines.series,
        country_lines.material,
        country_lines.line_status as country_line_status,
        default_values.factor_code as line_code,
        row_number() over (
            partition by country_lines.site, country_lines.period, country_lines.series, country_lines.material
            order by
                length(default_values.cn_prefix) desc,
                default_values.published_see_total desc,
                default_values.factor_code
        ) as line_rank
    from country_lines
    inner join default_values
        on default_values.country_code = 'OTHER'
        and default_values.status = 'value'
        and substring(country_lines.cn_code, 1, length(default_values.cn_prefix)) = default_values.cn_prefix
    where country_lines.line_rank = 1
        and coalesce(country_lines.line_status, 'missing') <> 'value'
),

lines_found as (
    select
        country_lines.site,
        country_lines.period,
        country_lines.series,
        country_lines.material,
        country_lines.line_code,
        cast(null as varchar) as country_line_status
    from country_lines
    where line_rank = 1
        and line_status = 'value'
    union all
    select
        site,
        period,
        series,
        material,
        line_code,
        coalesce(country_line_status, 'missing')
    from other_lines
    where line_rank = 1
),

lines_with_year as (
    select
        subjects.*,
        default_values.factor_code,
        default_values.version,
        default_values.valid_from,
        default_values.superseded_by,
        lines_found.country_line_status,
        default_values.published_see_indirect,
        case
            when subjects.period_start >= date '2028-01-01' then '2028'
            when subjects.period_start >= date '2027-01-01' then '2027'
            else '2026'
        end as mark_up_year,
        default_values.published_see_total,
        case
            when subjects.period_start >= date '2028-01-01' then default_values.mark_up_2028_share
            when subjects.period_start >= date '2027-01-01' then default_values.mark_up_2027_share
            else default_values.mark_up_2026_share
        end as mark_up_share,
        coalesce(cn_codes.counts_indirect_definitive, true) as counts_indirect
    from subjects
    inner join lines_found
        on subjects.site = lines_found.site
        and subjects.period = lines_found.period
        and subjects.series = lines_found.series
        and subjects.material = lines_found.material
    inner join default_values
        on lines_found.line_code = default_values.factor_code
    left join cn_codes
        on substring(subjects.cn_code, 1, 8) = cn_codes.cn_code
)
{%- endmacro %}

{#-
  A default value with its mark-up, exact: the published three decimals times one and the share (IR (EU) 2025/2621,
  Article 1), not rounded again. docs/decisions/0012 says why.
-#}
{% macro marked_up(published, share) -%}
    cast(cast({{ published }} as decimal(12, 6)) * cast(1 + {{ share }} as decimal(6, 3)) as double)
{%- endmacro %}

{#- Direct part of a line of `lines_with_year`: the total, which is authoritative, less the indirect part. -#}
{% macro default_see_direct() -%}
    {{ marked_up('(published_see_total - coalesce(published_see_indirect, 0))', 'mark_up_share') }}
{%- endmacro %}

{#- Id of it in calc_factor_register. -#}
{% macro default_see_direct_id() -%}
    'factor:' || factor_code || '/' || mark_up_year || '/direct@' || version
{%- endmacro %}

{#- Indirect part; null where none is published though it counts. -#}
{% macro default_see_indirect() -%}
    case
        when published_see_indirect is not null then {{ marked_up('published_see_indirect', 'mark_up_share') }}
        when regime = 'cbam_definitive' and not counts_indirect then 0
    end
{%- endmacro %}

{#- Id of it. -#}
{% macro default_see_indirect_id() -%}
    case
        when published_see_indirect is not null
            then 'factor:' || factor_code || '/' || mark_up_year || '/indirect@' || version
        when regime = 'cbam_definitive' and not counts_indirect then 'constant:DEF-INDIRECT@2025/2547'
    end
{%- endmacro %}

{#- Which table and mark-up it is. -#}
{% macro default_value_note() -%}
    'IR (EU) ' || version || ' with mark-up ' || mark_up_year
    || case
        when country_line_status is not null
            then ', table other countries (line of ' || country_code || ': ' || country_line_status || ')'
        else ''
    end
    || case when period_start < valid_from then ', published later than the month' else '' end
    || '; superseded by ' || superseded_by || ', whose text is not available'
{%- endmacro %}
