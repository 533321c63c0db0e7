{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
),

parts as (
    select
        site,
        period,
        quantity,
        sum(part) as part_sum
    from {{ ref('calc_installation_total_part') }}
    where {{ in_scope() }}
    group by
        site,
        period,
        quantity
),

manual_totals as (
    select * from {{ ref('calc_template_manual_total') }}
),

quantities as (
    {%- for quantity in ['fuel_energy', 'co2', 'biogenic', 'n2o', 'pfc'] %}
    select '{{ quantity }}' as quantity
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

-- A total typed by hand replaces the sum of the sheet (template C_Emissions&Energy, row iii).
select
    quantities.quantity,
    case when manual_totals.quantity is not null then 'total_manual' else 'total_sum' end as formula_name,
    manual_totals.manual_total,
    manual_totals.manual_total_id,
    case
        when manual_totals.quantity is not null then {{ line_value('manual_totals.manual_total') }}
        else {{ line_value('coalesce(parts.part_sum, 0)') }}
    end as total,
    case when quantities.quantity = 'fuel_energy' then 'TJ' else 'tCO2e' end as unit,
    {{ line_id(
        "'installation_total'", 'quantities.quantity', site='periods.site', period='periods.period'
    ) }} as line_id,
    periods.site,
    periods.period
from periods
cross join quantities
left join parts
    on periods.site = parts.site
    and periods.period = parts.period
    and quantities.quantity = parts.quantity
left join manual_totals
    on periods.site = manual_totals.site
    and periods.period = manual_totals.period
    and quantities.quantity = manual_totals.quantity
    and periods.input_source = 'template'
