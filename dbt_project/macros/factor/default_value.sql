{#-
  The line of the default values (IR (EU) 2025/2621, Annex I) for each asked good: that of its country with the longest
  matching code, else that of other countries and territories, which also stands for a dash or an unreadable line. Of lines
  for one code (white and grey cement) the highest counts, as the code cannot tell the goods apart; a code shorter than the
  lines, such as a heading, matches all lines under it. `asked` is a relation with key, cn_code and country_code; UNKNOWN
  means Annex IV, which no other table stands in for. One choice for precursors, products, imports and estimates.
-#}
{% macro default_value_lines(asked) -%}
    select
        matched.key,
        matched.cn_code,
        matched.country_code,
        default_values.factor_code,
        default_values.country_code as table_country_code,
        default_values.production_route,
        default_values.published_see_indirect,
        default_values.published_see_total,
        default_values.mark_up_2026_share,
        default_values.mark_up_2027_share,
        default_values.mark_up_2028_share,
        default_values.version,
        default_values.superseded_by,
        default_values.valid_from,
        row_number() over (
            partition by matched.key
            order by
                case when default_values.country_code = matched.country_code then 0 else 1 end,
                length(default_values.cn_prefix) desc,
                default_values.published_see_total desc,
                default_values.factor_code
        ) as line_rank
    from {{ asked }} as matched
    -- By equality of the country, so that the engine need not compare every good with every line of 120 tables.
    cross join (values (true), (false)) as tables (is_own)
    inner join {{ ref('cbam_default_value') }} as default_values
        on default_values.country_code = case when tables.is_own then matched.country_code else 'OTHER' end
        and default_values.status = 'value'
        and (tables.is_own or matched.country_code <> 'UNKNOWN')
        and (
            starts_with(matched.cn_code, default_values.cn_prefix)
            or starts_with(default_values.cn_prefix, {{ significant_code('matched.cn_code') }})
        )
{%- endmacro %}

{#-
  The default value that applies to each precursor, with the mark-up of the year: CTEs from `subjects` (site, period,
  period_start, series, regime, material, cn_code, country_code), `origin_countries` and `cn_codes` to `lines_with_year`.
  Zero-rated origins need none.
-#}
{% macro default_value_ctes() -%}
goods_asked as (
    select distinct
        subjects.cn_code || ':' || coalesce(subjects.country_code, 'UNKNOWN') as key,
        subjects.cn_code,
        coalesce(subjects.country_code, 'UNKNOWN') as country_code
    from subjects
    left join origin_countries
        on subjects.country_code = origin_countries.country_code
    where not coalesce(origin_countries.is_zero_rated, false)
        and subjects.cn_code is not null
),

default_lines as (
    select * from (
        {{ default_value_lines('goods_asked') }}
    ) as ranked
    where line_rank = 1
),

lines_with_year as (
    select
        subjects.*,
        default_lines.factor_code,
        default_lines.version,
        default_lines.valid_from,
        default_lines.superseded_by,
        default_lines.table_country_code,
        default_lines.published_see_indirect,
        default_lines.published_see_total,
        cast(least(greatest(year(subjects.period_start), 2026), 2028) as varchar) as mark_up_year,
        {{ mark_up_of('year(subjects.period_start)') }} as mark_up_share,
        coalesce(cn_codes.counts_indirect_definitive, true) as counts_indirect
    from subjects
    inner join default_lines
        on subjects.cn_code = default_lines.cn_code
        and coalesce(subjects.country_code, 'UNKNOWN') = default_lines.country_code
    left join cn_codes
        on {{ cn_eight('subjects.cn_code') }} = cn_codes.cn_code
)
{%- endmacro %}

{#- The mark-up of a year: 10 % in 2026, 20 % in 2027, 30 % from 2028; 1 % for fertilisers. IR (EU) 2025/2621, Art. 1. -#}
{% macro mark_up_of(import_year) -%}
    case
        when {{ import_year }} >= 2028 then mark_up_2028_share
        when {{ import_year }} = 2027 then mark_up_2027_share
        else mark_up_2026_share
    end
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
        when country_code is null then ', Annex IV, as no country of origin is stated'
        when table_country_code <> country_code
            then ', table other countries (the table of ' || country_code || ' has no value for this CN code)'
        else ''
    end
    || case when period_start < valid_from then ', published later than the month' else '' end
    || '; superseded by ' || superseded_by || ', whose text is not available'
{%- endmacro %}
