{#-
  The straight line from the emissions of a base year to those of a target year, and how actual emissions lie to it. Called by
  `tracetonne targets`, which checks the arguments. `asked` is a mapping: rows, a list of base year, base emissions in t CO2e,
  target year, reduction in percent, year, and the parts of that year's emissions in t CO2e (an empty list where they are not
  known). The lists have the same order; a gap above zero is above the path. After the target year the target stays.
-#}
{% macro target_path(asked) -%}
with
asked as (
    {%- for base_year, base, target_year, reduction, year, parts in asked.rows %}
    select
        {{ loop.index }} as place,
        {{ base_year }} as base_year,
        cast({{ base }} as double) as base_tco2e,
        {{ target_year }} as target_year,
        cast({{ reduction }} as double) / 100 as reduction_share,
        {{ year }} as year_of_emissions,
        {{ 'cast(' ~ parts | join(' + ') ~ ' as double)' if parts else 'cast(null as double)' }} as actual_tco2e
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

paths as (
    select
        place,
        actual_tco2e,
        100 * reduction_share / (target_year - base_year) as yearly_reduction_pct,
        base_tco2e * (
            1 - reduction_share * (least(year_of_emissions, target_year) - base_year) / (target_year - base_year)
        ) as path_tco2e
    from asked
)

select
    list(yearly_reduction_pct order by place) as yearly_reduction_pct,
    list(path_tco2e order by place) as path_tco2e,
    list(actual_tco2e order by place) as actual_tco2e,
    list(actual_tco2e - path_tco2e order by place) as gap_tco2e
from paths
{%- endmacro %}
