-- Months that need factors, once a series, with the regime whose rules hold.
with
periods as (
    select * from {{ ref('calc_document_period') }}
    where period_type = 'month'
),

regime_periods as (
    select * from {{ ref('regime_rule') }}
    where rule_kind = 'period'
)

select
    periods.period_start,
    periods.period_end,
    'management' as series,
    'management' as regime,
    periods.site,
    periods.period
from periods
union all
select
    periods.period_start,
    periods.period_end,
    'regime' as series,
    regime_periods.regime,
    periods.site,
    periods.period
from periods
inner join regime_periods
    on regime_periods.regime <> 'management'
    and regime_periods.valid_from <= periods.period_start
    and coalesce(regime_periods.valid_to, date '9999-12-31') >= periods.period_end
