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

{#- Which price of certificates a day of import has: that of its quarter in 2026, of its ISO week from 2027 on. -#}
{% macro price_window(day) -%}
    case
        when year({{ day }}) < 2027 then 'Q' || cast(quarter({{ day }}) as varchar)
        else cast(year({{ thursday_of(day) }}) as varchar) || '-W'
            || lpad(cast(weekofyear({{ day }}) as varchar), 2, '0')
    end
{%- endmacro %}

{#- The Thursday of the calendar week of a day; it lies in the year that the ISO week belongs to. -#}
{% macro thursday_of(day) -%}
    cast({{ dbt.dateadd('day', 3, dbt.date_trunc('week', day)) }} as date)
{%- endmacro %}

{#- The eight digits of a CN code, written with or without blanks; TARIC has two more. -#}
{% macro cn_eight(cn_code) -%}
    substring(replace({{ cn_code }}, ' ', ''), 1, 8)
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
