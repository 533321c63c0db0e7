{{ scoped() }}

with
stated as (
    select
        site,
        period,
        event,
        'inventory' as restated,
        rounded_tco2e as amount,
        rounded_line_id as amount_id,
        'tCO2e' as unit
    from {{ ref('calc_taiwan_total') }}
    where {{ in_scope() }}
        and is_statutory
        and total = 'inventory'

    union all

    select
        site,
        period,
        event,
        'fee' as restated,
        fee as amount,
        fee_id as amount_id,
        'TWD' as unit
    from {{ ref('calc_taiwan_fee') }}
    where {{ in_scope() }}
        and fee_option = 'elected'
),

pairs as (
    select
        later_rows.site,
        later_rows.period,
        later_rows.restated,
        later_rows.unit,
        later_rows.amount as later,
        later_rows.amount_id as later_id,
        earlier_rows.amount as earlier,
        earlier_rows.amount_id as earlier_id
    from stated as later_rows
    inner join stated as earlier_rows
        on later_rows.site = earlier_rows.site
        and later_rows.period = earlier_rows.period
        and later_rows.restated = earlier_rows.restated
    where later_rows.event = 'verified'
        and earlier_rows.event = 'filed'
)

select
    restated,
    unit,
    later,
    later_id,
    earlier,
    earlier_id,
    {{ line_value(taiwan_formula_sql('taiwan_difference')) }} as difference,
    {{ line_id("'taiwan_restatement'", 'restated', series="'verified'") }} as line_id,
    site,
    period
from pairs
