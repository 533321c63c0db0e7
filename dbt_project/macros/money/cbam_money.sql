{#-
  What a good costs at the border from 2026: default value with mark-up, free allocation adjustment (SEFA) and
  certificates. The models of money and `tracetonne estimate cbam` use the same macros, so that an estimate before any
  document and the figure after it cannot differ in method.

  Sources: IR (EU) 2025/2621 (default values, mark-up), IR (EU) 2025/2620 (free allocation: SFA eq. 2, SEFA eq. 3 to 6),
  Regulation (EU) 2023/956 Articles 2a, 21 and 22, IR (EU) 2025/2548 (price).
-#}

{#- A goods code without the pairs of zeros that fill it up: 7318 15 00 means all of 7318 15. -#}
{% macro significant_code(cn_code) -%}
    regexp_replace({{ cn_code }}, '(00)+$', '')
{%- endmacro %}

{#- The eight digits of a CN code, written with or without blanks; TARIC has two more. -#}
{% macro cn_eight(cn_code) -%}
    substring(replace({{ cn_code }}, ' ', ''), 1, 8)
{%- endmacro %}

{#-
  Every line with a default value: those that precursors are judged by (Taiwan, other countries, wire of ten origins), and
  those of all other countries, which only money asks for.
-#}
{% macro default_value_table() -%}
    {%- set columns = [
        'country_code', 'cn_prefix', 'production_route', 'published_see_total', 'mark_up_2026_share',
        'mark_up_2027_share', 'mark_up_2028_share', 'unit', 'source', 'version', 'superseded_by', 'valid_from',
        'known_since', 'licence'
    ] -%}
    select factor_code, document, valid_to, {{ columns | join(', ') }}
    from {{ ref('cbam_default_value') }}
    where status = 'value'
    union all
    select
        'CBAM-DV-' || country_code || '-' || cn_prefix
        || case when variant is null then '' else '-' || upper(variant) end as factor_code,
        'IR (EU) 2025/2621, Annex I, table of ' || country_code as document,
        cast(null as date) as valid_to,
        {{ columns | join(', ') }}
    from {{ ref('cbam_default_country') }}
{%- endmacro %}

{#-
  The line of the default values for each asked good: that of its country with the longest matching code, else that of
  other countries and territories. `asked` is a relation with key, cn_code and country_code. A code shorter than the
  lines, such as a heading, matches all lines under it, of which the highest counts.
-#}
{% macro default_value_lines(asked) -%}
    select
        matched.key,
        matched.cn_code,
        matched.country_code,
        default_values.factor_code,
        default_values.country_code as table_country_code,
        default_values.production_route,
        default_values.published_see_total as default_total,
        default_values.mark_up_2026_share,
        default_values.mark_up_2027_share,
        default_values.mark_up_2028_share,
        default_values.version,
        default_values.superseded_by,
        row_number() over (
            partition by matched.key
            order by
                case when default_values.country_code = matched.country_code then 0 else 1 end,
                length(default_values.cn_prefix) desc,
                default_values.published_see_total desc,
                default_values.factor_code
        ) as line_rank
    from {{ asked }} as matched
    inner join ({{ default_value_table() }}) as default_values
        on default_values.country_code in (matched.country_code, 'OTHER')
        and (
            starts_with(matched.cn_code, default_values.cn_prefix)
            or starts_with(default_values.cn_prefix, {{ significant_code('matched.cn_code') }})
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
  The benchmark of each asked good: column A where actual data count, column B where a default value does. `asked` is a
  relation with key, cn_code, benchmark_column, production_route (null: unknown) and import_date. A benchmark of route `all`
  holds for every one. Of several that fit a default value the highest counts (IR (EU) 2025/2620, point 5.1); of several
  that fit actual data the lowest, as nothing shows the route that would give more.
-#}
{% macro benchmark_lines(asked) -%}
    select
        matched.key,
        benchmarks.cn_code as benchmark_cn_code,
        benchmarks.production_route as benchmark_route,
        benchmarks.benchmark_tco2e_per_t as benchmark,
        benchmarks.version,
        min(benchmarks.benchmark_tco2e_per_t) over (partition by matched.key)
            < max(benchmarks.benchmark_tco2e_per_t) over (partition by matched.key) as is_benchmark_open,
        row_number() over (
            partition by matched.key
            order by
                case when matched.benchmark_column = 'A' then 1 else -1 end * benchmarks.benchmark_tco2e_per_t,
                benchmarks.cn_code,
                benchmarks.production_route
        ) as line_rank
    from {{ asked }} as matched
    inner join {{ ref('cbam_benchmark') }} as benchmarks
        on matched.benchmark_column = benchmarks.benchmark_column
        and starts_with(benchmarks.cn_code, {{ significant_code('matched.cn_code') }})
        and matched.import_date >= benchmarks.valid_from
        and matched.import_date < coalesce(benchmarks.valid_to, date '9999-12-31')
        and (
            benchmarks.production_route = 'all'
            or matched.production_route is null
            or list_contains(string_split(matched.production_route, '/'), benchmarks.production_route)
        )
{%- endmacro %}
