{{ scoped() }}

-- What processes claim of the installation's emissions, before the reconciliation factor scales every claim to the total
-- (eq. 41 and 42): a wide gap shows a stream without meter or attribution. Documents attribute electricity by meters of
-- its own, which another balance holds together.
{%- set chains = {
    'direct': {
        'balance': "periods.input_source || '_attribution'",
        'claimed': 'coalesce(totals.total_direct / reconciliations.reconciliation_factor, '
            ~ 'totals.total_direct - totals.unattributed_direct_tco2e)',
        'condition': "periods.input_source = 'template' or reconciliations.reconciliation_factor is not null",
        'what': 'the installation emitted',
        'what_zh': '設施總排放'
    },
    'indirect': {
        'balance': "periods.input_source || '_attribution_indirect'",
        'claimed': 'totals.total_indirect - totals.unattributed_indirect_tco2e',
        'condition': "periods.input_source = 'template' and totals.total_indirect <> 0",
        'what': 'the electricity that the installation consumed emitted',
        'what_zh': '設施用電排放'
    }
} %}
with
periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
),

totals as (
    select * from {{ ref('calc_unattributed') }}
    where {{ in_scope() }}
        and series = 'regime'
),

reconciliations as (
    select * from {{ ref('calc_reconciliation') }}
    where {{ in_scope() }}
        and series = 'regime'
),

balances as (
    {%- for chain, words in chains.items() %}
    select
        totals.site,
        totals.period,
        {{ words.balance }} as balance,
        {{ line_value('totals.total_' ~ chain) }} as expected_quantity,
        {{ line_value(words.claimed) }} as found_quantity,
        'Processes claim more or less than {{ words.what }}. Look for a stream without meter or attribution.' as message,
        '各製程承擔之排放與{{ words.what_zh }}不符，請查未計量或未設定歸屬之排放源。' as message_zh
    from totals
    inner join periods
        on totals.site = periods.site
        and totals.period = periods.period
    left join reconciliations
        on totals.site = reconciliations.site
        and totals.period = reconciliations.period
    where {{ words.condition }}
    {{- ' union all' if not loop.last }}
    {% endfor %}
)

select
    balance,
    'installation' as subject,
    cast(expected_quantity as decimal(38, 12)) as expected_quantity,
    cast(found_quantity as decimal(38, 12)) as found_quantity,
    cast(found_quantity - expected_quantity as decimal(38, 12)) as difference_quantity,
    'tCO2e' as unit,
    cast(0.05 as double) as tolerance_share,
    {{ deviation_share('found_quantity', 'expected_quantity') }} as deviation_share,
    'warn' as severity,
    message,
    message_zh,
    cast(null as varchar) as evidence_note,
    site,
    period
from balances
