{{ scoped() }}

-- What a filled template should say of itself: production is sold or used, precursors are consumed or left, and one
-- template claims a period.
with
cells as (
    select * from {{ ref('calc_template_cell') }}
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
        and input_source = 'template'
),

flows as (
    select * from {{ ref('calc_template_flow') }}
),

precursors as (
    select * from {{ ref('calc_template_precursor_input') }}
),

process_items as (
    select * from {{ ref('calc_template_process_input') }}
),

used as (
    select site, period, precursor as subject, sum(consumed_quantity) as used_quantity
    from flows
    group by site, period, precursor
),

sold as (
    select
        site,
        period,
        item,
        sum({{ line_value('value_number') }}) as sold_quantity
    from cells
    where section = 'process_value'
        and field in ('to_market', 'non_cbam')
        and value_number is not null
    group by
        site,
        period,
        item
),

bought as (
    select
        site,
        period,
        item,
        sum({{ line_value('value_number') }}) as bought_quantity
    from cells
    where section = 'precursor_level'
        and value_number is not null
    group by
        site,
        period,
        item
),

other_use as (
    select
        site,
        period,
        item,
        sum({{ line_value('value_number') }}) as other_quantity
    from cells
    where section = 'precursor_value'
        and field = 'other_use'
        and value_number is not null
    group by
        site,
        period,
        item
),

claims as (
    select
        site,
        period,
        count(*) as templates,
        case
            when min(evidence_id) = max(evidence_id) then min(evidence_id)
            else min(evidence_id) || ' ' || max(evidence_id)
        end as evidence_note
    from {{ ref('stg_cbam_template__document') }}
    where {{ in_scope() }}
    group by
        site,
        period
),

balances as (
    select
        processes.site,
        processes.period,
        'template_production_use' as balance,
        processes.process as subject,
        processes.activity_level as expected_quantity,
        coalesce(sold.sold_quantity, 0) + coalesce(used.used_quantity, 0) as found_quantity,
        processes.activity_unit as unit,
        0.001 as tolerance_share,
        'warn' as severity,
        'Production differs from what was sold and used (sheet D_Processes, rows a to e).' as message,
        '產量與銷售及自用量不符（D_Processes 表 a 至 e 列）。' as message_zh,
        cast(null as varchar) as evidence_note
    from processes
    inner join process_items
        on processes.site = process_items.site
        and processes.period = process_items.period
        and processes.process = process_items.process
    left join sold
        on process_items.site = sold.site
        and process_items.period = sold.period
        and process_items.item = sold.item
    left join used
        on processes.site = used.site
        and processes.period = used.period
        and processes.process = used.subject

    union all

    select
        precursors.site,
        precursors.period,
        'template_precursor_use' as balance,
        precursors.precursor as subject,
        bought.bought_quantity as expected_quantity,
        coalesce(other_use.other_quantity, 0) + coalesce(used.used_quantity, 0) as found_quantity,
        't' as unit,
        0.001 as tolerance_share,
        'warn' as severity,
        'Purchased precursors differ from what processes consumed (sheet E_PurchPrec, rows a to d).' as message,
        '外購前驅物數量與各製程耗用量不符（E_PurchPrec 表 a 至 d 列）。' as message_zh,
        cast(null as varchar) as evidence_note
    from precursors
    inner join bought
        on precursors.site = bought.site
        and precursors.period = bought.period
        and precursors.item = bought.item
    left join other_use
        on precursors.site = other_use.site
        and precursors.period = other_use.period
        and precursors.item = other_use.item
    left join used
        on precursors.site = used.site
        and precursors.period = used.period
        and precursors.precursor = used.subject

    union all

    select
        site,
        period,
        'template_period_claimed_once' as balance,
        period as subject,
        cast(1 as decimal(38, 12)) as expected_quantity,
        cast(templates as decimal(38, 12)) as found_quantity,
        '1' as unit,
        0 as tolerance_share,
        'error' as severity,
        'Several filled templates claim this period; withdraw all but the one in force.' as message,
        '同一期間有多份已填範本；請撤回，只留有效的一份。' as message_zh,
        evidence_note
    from claims
)

select
    balance,
    subject,
    cast(expected_quantity as decimal(38, 12)) as expected_quantity,
    cast(found_quantity as decimal(38, 12)) as found_quantity,
    cast(found_quantity - expected_quantity as decimal(38, 12)) as difference_quantity,
    unit,
    cast(tolerance_share as double) as tolerance_share,
    {{ deviation_share('found_quantity', 'expected_quantity') }} as deviation_share,
    severity,
    message,
    message_zh,
    evidence_note,
    site,
    period
from balances
