{{ scoped() }}

-- Every precursor that a process consumed, with the specific value that each chain takes for it (eq. 60).
{%- set chains = {
    'see_direct': ['see_direct', 'see_direct_id'],
    'see_indirect': ['see_indirect', 'see_indirect_id'],
    'embedded_electricity': ['electricity', 'electricity_id'],
    'default_part': ["case when precursor_values.value_basis = 'default' then precursor_values.see_direct else 0 end",
        "case when precursor_values.value_basis = 'default' then precursor_values.see_direct_id "
        ~ "else 'constant:not_a_default_value' end"],
    'chargeable_indirect': ["case when precursor_values.counts_indirect_definitive "
        ~ "then precursor_values.see_indirect else 0 end",
        "case when precursor_values.counts_indirect_definitive then precursor_values.see_indirect_id "
        ~ "else 'constant:indirect_does_not_count' end"]
} %}

with
flows as (
    select * from {{ ref('calc_precursor_flow') }}
    where {{ in_scope() }}
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
),

precursor_values as (
    select * from {{ ref('calc_precursor_value') }}
    where {{ in_scope() }}
),

balances as (
    select * from {{ ref('calc_see_balance') }}
),

solutions as (
    select * from {{ ref('calc_see_solution') }}
    where {{ in_scope() }}
),

parts as (
    {%- for chain, columns in chains.items() %}
    select
        flows.site,
        flows.period,
        rules.series,
        '{{ chain }}' as chain,
        flows.process,
        flows.precursor,
        flows.is_own,
        flows.consumed_quantity,
        flows.consumed_id,
        {{ columns[0] if '.' in columns[0] else 'precursor_values.' ~ columns[0] }} as specific,
        {{ columns[1] if '.' in columns[1] else 'precursor_values.' ~ columns[1] }} as specific_id,
        precursor_values.value_basis,
        precursor_values.data_quality,
        precursor_values.value_match,
        cast(null as varchar) as made_period
    from flows
    inner join rules
        on flows.site = rules.site
        and flows.period = rules.period
    inner join precursor_values
        on flows.site = precursor_values.site
        and flows.period = precursor_values.period
        and rules.series = precursor_values.series
        and flows.precursor = precursor_values.precursor
    where not flows.is_own

    union all
    {% endfor %}
    select
        flows.site,
        flows.period,
        solutions.series,
        solutions.chain,
        flows.process,
        flows.precursor,
        flows.is_own,
        flows.consumed_quantity,
        flows.consumed_id,
        case
            when balances.activity_level <> 0 then solutions.value
            when balances.is_idle_precursor_zero then 0
            else solutions.earlier_value
        end as specific,
        case
            when coalesce(solutions.value, solutions.earlier_value) is not null
                then {{ line_id('solutions.chain', 'flows.precursor', series='solutions.series',
                    site='flows.site', period='coalesce(solutions.earlier_period, flows.period)') }}
            when balances.activity_level = 0 then 'constant:made_nothing_in_the_period'
            else 'constant:no_value'
        end as specific_id,
        'own' as value_basis,
        'calculated' as data_quality,
        'exact' as value_match,
        coalesce(solutions.earlier_period, flows.period) as made_period
    from flows
    inner join solutions
        on flows.site = solutions.site
        and flows.period = solutions.period
        and flows.precursor = solutions.process
    inner join balances
        on solutions.site = balances.site
        and solutions.period = balances.period
        and solutions.series = balances.series
        and solutions.process = balances.process
    where flows.is_own
        and solutions.chain <> 'sefa'
)

select
    series,
    chain,
    process,
    precursor,
    is_own,
    cast(consumed_quantity as double) as consumed,
    consumed_id,
    specific,
    specific_id,
    {{ line_value('cast(consumed_quantity as double) * specific') }} as embedded,
    value_basis,
    data_quality,
    value_match,
    made_period,
    row_number() over (
        partition by site, period, series, chain, process
        order by precursor
    ) as part_index,
    site,
    period
from parts
where consumed_quantity <> 0
