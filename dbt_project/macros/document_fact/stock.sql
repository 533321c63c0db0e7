{#- CTEs of calc_document_fact_edge: what lay in store. -#}
{% macro stock_ctes() -%}
-- The stock of a morning is what was counted last before it.
stock_dates as (
    select
        periods.site,
        periods.period,
        stock.material,
        max(case when stock.stock_date <= periods.period_start then stock.stock_date end) as opening_date,
        max(stock.stock_date) as closing_date
    from periods
    inner join stock
        on periods.site = stock.site
        and stock.stock_date <= periods.period_end
    group by periods.site, periods.period, stock.material
),

stock_levels as (
    select
        stock_dates.site,
        stock_dates.period,
        stock_dates.material,
        'opening_stock' as role,
        stock.evidence_id,
        stock.record_number,
        stock.canonical_unit as unit,
        stock.canonical_quantity as quantity
    from stock_dates
    inner join stock
        on stock_dates.site = stock.site
        and stock_dates.material = stock.material
        and stock_dates.opening_date = stock.stock_date
    union all
    select
        stock_dates.site,
        stock_dates.period,
        stock_dates.material,
        'closing_stock' as role,
        stock.evidence_id,
        stock.record_number,
        stock.canonical_unit as unit,
        stock.canonical_quantity as quantity
    from stock_dates
    inner join stock
        on stock_dates.site = stock.site
        and stock_dates.material = stock.material
        and stock_dates.closing_date = stock.stock_date
)
{%- endmacro %}
