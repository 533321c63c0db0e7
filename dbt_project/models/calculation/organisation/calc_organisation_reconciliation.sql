{{ scoped() }}

-- From the life cycles of the products to the total of the organisation, line by line; what no line explains is left.
with
parts as (
    select * from {{ ref('calc_organisation_reconciliation_part') }}
    where {{ in_scope() }}
),

totals as (
    select * from {{ ref('calc_organisation_category') }}
    where {{ in_scope() }}
        and standard = 'ghg_protocol'
        and category = 'total'
),

lines as (
    select
        site,
        period,
        gwp_set,
        electricity_method,
        line_name,
        line_id,
        sum(sign * value_exact) as value_exact
    from parts
    group by site, period, gwp_set, electricity_method, line_name, line_id
),

explained as (
    select
        site,
        period,
        gwp_set,
        electricity_method,
        sum(value_exact) as value_exact
    from lines
    group by site, period, gwp_set, electricity_method
),

rows_of_table as (
    select site, period, gwp_set, electricity_method, line_name, line_id, value_exact
    from lines

    union all

    -- An organisation without products begins at zero.
    select
        totals.site,
        totals.period,
        totals.gwp_set,
        totals.electricity_method,
        'product_life_cycle' as line_name,
        {{ line_id(
            "'organisation_reconciliation'", "'product_life_cycle'", object='totals.electricity_method',
            series='totals.gwp_set', site='totals.site', period='totals.period'
        ) }} as line_id,
        0 as value_exact
    from totals
    left join lines
        on totals.site = lines.site
        and totals.period = lines.period
        and totals.gwp_set = lines.gwp_set
        and totals.electricity_method = lines.electricity_method
        and lines.line_name = 'product_life_cycle'
    where lines.site is null

    union all

    select site, period, gwp_set, electricity_method, 'organisation_total' as line_name, line_id,
        coalesce(emissions_tco2e, 0) as value_exact
    from totals

    union all

    select
        totals.site,
        totals.period,
        totals.gwp_set,
        totals.electricity_method,
        'residual' as line_name,
        {{ line_id(
            "'organisation_residual'", "'site'", object='totals.electricity_method', series='totals.gwp_set',
            site='totals.site', period='totals.period'
        ) }} as line_id,
        coalesce(totals.emissions_tco2e, 0) - coalesce(explained.value_exact, 0) as value_exact
    from totals
    left join explained
        on totals.site = explained.site
        and totals.period = explained.period
        and totals.gwp_set = explained.gwp_set
        and totals.electricity_method = explained.electricity_method
),

named as (
    select * from {{ ref('reconciliation_line') }}
),

mapping as (
    select * from {{ ref('organisation_mapping') }}
)

select
    rows_of_table.gwp_set,
    rows_of_table.electricity_method,
    rows_of_table.line_name,
    coalesce(named.sort_order, 50) as sort_order,
    coalesce(named.name, 'Outside the products: ' || mapping.name) as name,
    coalesce(named.name_zh, '產品之外：' || mapping.name_zh) as name_zh,
    coalesce(named.reason, 'category ' || mapping.ghg_category || ' of the GHG Protocol, not part of any product here')
        as reason,
    coalesce(named.reason_zh, 'GHG Protocol 類別 ' || mapping.ghg_category || '，不屬於任何產品之生命週期計算') as reason_zh,
    cast(rows_of_table.value_exact as decimal(38, 12)) as emissions_tco2e,
    rows_of_table.line_id,
    rows_of_table.site,
    rows_of_table.period
from rows_of_table
left join named
    on rows_of_table.line_name = named.line_name
left join mapping
    on rows_of_table.line_name = 'outside_' || mapping.item_class
