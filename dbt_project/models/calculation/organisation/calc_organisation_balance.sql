{{ scoped() }}

-- What must hold: renewable power within the organisation's own use, and no difference between the two accountings that
-- no line explains.
with
consumption as (
    select * from {{ ref('calc_organisation_consumption') }}
    where {{ in_scope() }}
        and control = 'tenant'
        and wheeled_mwh + certificate_mwh > 0
),

reconciliation as (
    select * from {{ ref('calc_organisation_reconciliation') }}
    where {{ in_scope() }}
),

residuals as (
    select * from reconciliation
    where line_name = 'residual'
),

totals as (
    select * from reconciliation
    where line_name = 'organisation_total'
)

select
    'renewable_claim' as balance,
    'organisation' as subject,
    cast(electricity_mwh as decimal(38, 12)) as expected_quantity,
    cast(wheeled_mwh + certificate_mwh as decimal(38, 12)) as found_quantity,
    cast(wheeled_mwh + certificate_mwh - electricity_mwh as decimal(38, 12)) as difference_quantity,
    'MWh' as unit,
    cast(0 as double) as tolerance_share,
    {{ excess_share('(wheeled_mwh + certificate_mwh)', 'electricity_mwh') }} as deviation_share,
    'error' as severity,
    'More renewable power is claimed than the organisation used in the year: '
    || {{ shown('wheeled_mwh + certificate_mwh') }} || ' MWh of ' || {{ shown('electricity_mwh') }} || ' MWh.' as message,
    '主張之再生能源電量超過組織當年用電量：' || {{ shown('wheeled_mwh + certificate_mwh') }} || ' MWh，用電量 '
    || {{ shown('electricity_mwh') }} || ' MWh。' as message_zh,
    cast(null as varchar) as evidence_note,
    site,
    period
from consumption

union all

select
    'accounting_reconciliation' as balance,
    residuals.gwp_set || '/' || residuals.electricity_method as subject,
    totals.emissions_tco2e as expected_quantity,
    cast(totals.emissions_tco2e - residuals.emissions_tco2e as decimal(38, 12)) as found_quantity,
    cast(-residuals.emissions_tco2e as decimal(38, 12)) as difference_quantity,
    'tCO2e' as unit,
    cast(0 as double) as tolerance_share,
    {{ deviation_share(
        '(totals.emissions_tco2e - residuals.emissions_tco2e)', 'totals.emissions_tco2e'
    ) }} as deviation_share,
    'warn' as severity,
    'Between the products and the organisation ' || {{ shown('residuals.emissions_tco2e') }}
    || ' tCO2e are not explained.' as message,
    '產品與組織兩種計算之間有 ' || {{ shown('residuals.emissions_tco2e') }} || ' tCO2e 無法說明。' as message_zh,
    cast(null as varchar) as evidence_note,
    residuals.site,
    residuals.period
from residuals
inner join totals
    on residuals.site = totals.site
    and residuals.period = totals.period
    and residuals.gwp_set = totals.gwp_set
    and residuals.electricity_method = totals.electricity_method
