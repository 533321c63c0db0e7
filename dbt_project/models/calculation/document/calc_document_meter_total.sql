{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

meter_months as (
    select * from {{ ref('calc_document_meter_month') }}
    where {{ in_scope_site() }}
),

superseded as (
    select * from {{ ref('calc_document_meter_superseded') }}
    where {{ in_scope_site() }}
),

registers as (
    select
        site,
        period,
        meter,
        case when count(distinct unit) = 1 and count(distinct unit_scale) = 1 then min(unit) end as unit,
        min(unit_scale) as unit_scale,
        max(document_multiplier) as document_multiplier,
        sum(to_contribution + from_contribution) as register_quantity,
        cast(sum(case when adjustment is not null then part_seconds else 0 end) as double) as covered_seconds
    from {{ ref('calc_document_meter_register') }}
    where {{ in_scope_site() }}
    group by site, period, meter
),

meters as (
    select * from {{ ref('stg_master__meter') }}
),

landed as (
    select
        site,
        period,
        meter,
        sum(record_count) as record_count,
        sum(value_count) as value_count,
        sum(quantity_total) as quantity_total,
        sum(hash_total) as hash_total,
        sum(estimated_count) as estimated_count,
        sum(estimated_quantity) as estimated_quantity,
        sum(negative_count) as negative_count,
        min(lowest_quantity) as lowest_quantity,
        min(shortest_interval_minutes) as shortest_interval_minutes,
        max(longest_interval_minutes) as longest_interval_minutes,
        -- Documents of one month that state different units cannot be added; the meter then has none.
        case
            when count(*) = count(quantity_unit)
                and count(distinct quantity_unit) = 1
                and count(distinct unit_scale) = 1
                then min(quantity_unit)
        end as unit,
        min(unit_scale) as unit_scale,
        max(document_multiplier) as document_multiplier
    from meter_months
    group by site, period, meter
),

dropped as (
    select
        site,
        period,
        meter,
        count(*) as record_count,
        count(quantity) as value_count,
        sum(coalesce(quantity, 0)) as quantity_total,
        sum(reading_hash) as hash_total,
        count(case when quantity is not null and quality in ('E', 'F', 'S') then 1 end) as estimated_count,
        sum(case when quality in ('E', 'F', 'S') then coalesce(quantity, 0) else 0 end) as estimated_quantity,
        count(case when quantity < 0 then 1 end) as negative_count
    from superseded
    group by site, period, meter
),

used as (
    select
        landed.site,
        landed.period,
        landed.meter,
        landed.record_count - coalesce(dropped.record_count, 0) as record_count,
        landed.value_count - coalesce(dropped.value_count, 0) as value_count,
        landed.quantity_total - coalesce(dropped.quantity_total, 0) as quantity_total,
        landed.hash_total - coalesce(dropped.hash_total, 0) as hash_total,
        landed.estimated_count - coalesce(dropped.estimated_count, 0) as estimated_count,
        landed.estimated_quantity - coalesce(dropped.estimated_quantity, 0) as estimated_quantity,
        landed.negative_count - coalesce(dropped.negative_count, 0) as negative_count,
        coalesce(dropped.record_count, 0) as superseded_count,
        landed.lowest_quantity,
        landed.shortest_interval_minutes,
        landed.longest_interval_minutes,
        landed.unit,
        landed.unit_scale,
        landed.document_multiplier
    from landed
    left join dropped
        on landed.site = dropped.site
        and landed.period = dropped.period
        and landed.meter = dropped.meter
),

-- Every meter in force has a row each month, also one that sent nothing.
expected as (
    select
        periods.site,
        periods.period,
        meters.meter,
        meters.role,
        meters.process,
        meters.account,
        meters.commodity,
        meters.unit as master_unit,
        meters.multiplier,
        meters.interval_minutes,
        meters.uncertainty_pct,
        -- A meter that was exchanged within the month has several rows, and all its days are expected.
        cast(
            greatest(
                periods.period_start,
                min(meters.valid_from) over (partition by periods.site, periods.period, meters.meter)
            ) as timestamp
        ) as from_local,
        cast(
            least(
                periods.period_end,
                max(meters.valid_to) over (partition by periods.site, periods.period, meters.meter)
            ) as timestamp
        ) as to_local,
        row_number() over (
            partition by periods.site, periods.period, meters.meter
            order by meters.valid_from desc
        ) as validity_rank
    from periods
    inner join meters
        on periods.site = meters.site
        and periods.period_start < meters.valid_to
        and periods.period_end > meters.valid_from
    where periods.period_type = 'month'
),

month_totals as (
    select
        expected.site,
        expected.period,
        expected.meter,
        expected.role,
        expected.process,
        expected.account,
        expected.commodity,
        -- What the document states goes before master data, which say what to expect.
        case
            when used.meter is not null then used.unit
            when registers.meter is not null then registers.unit
            else expected.master_unit
        end as unit,
        cast(
            coalesce(used.document_multiplier, registers.document_multiplier, expected.multiplier)
            * coalesce(used.unit_scale, registers.unit_scale, 1) as decimal(18, 6)
        ) as multiplier,
        expected.uncertainty_pct,
        expected.from_local,
        expected.to_local,
        {{ minutes_between('expected.from_local', 'expected.to_local') }}
        / coalesce(expected.interval_minutes, used.longest_interval_minutes, 15)
        -- What the reads of a register bracket needs no interval.
        - case
            when used.meter is null
                then floor(
                    coalesce(registers.covered_seconds, 0) / 60
                    / coalesce(expected.interval_minutes, used.longest_interval_minutes, 15)
                )
            else 0
        end as expected_interval_count,
        coalesce(expected.interval_minutes, used.longest_interval_minutes, 15) as interval_minutes,
        coalesce(used.record_count, 0) as record_count,
        coalesce(used.value_count, 0) as value_count,
        coalesce(used.quantity_total, cast(0 as decimal(38, 12))) as quantity_total,
        coalesce(used.hash_total, cast(0 as decimal(38, 0))) as hash_total,
        coalesce(used.estimated_count, 0) as estimated_count,
        coalesce(used.estimated_quantity, cast(0 as decimal(38, 12))) as estimated_quantity,
        coalesce(used.negative_count, 0) as negative_count,
        coalesce(used.superseded_count, 0) as superseded_count,
        used.lowest_quantity,
        -- Interval readings of the same meter say the same more closely; both would count twice.
        case when used.meter is null then registers.register_quantity end as register_quantity
    from expected
    left join used
        on expected.site = used.site
        and expected.period = used.period
        and expected.meter = used.meter
    left join registers
        on expected.site = registers.site
        and expected.period = registers.period
        and expected.meter = registers.meter
    where expected.validity_rank = 1
),

-- Months of the years in scope that this run does not rebuild stand in the model already.
{% if is_incremental() -%}
known_months as (
    select * from month_totals
    union all
    select
        site,
        period,
        meter,
        role,
        process,
        account,
        commodity,
        unit,
        multiplier,
        uncertainty_pct,
        from_local,
        to_local,
        expected_interval_count,
        interval_minutes,
        record_count,
        value_count,
        quantity_total,
        hash_total,
        estimated_count,
        estimated_quantity,
        negative_count,
        superseded_count,
        lowest_quantity,
        register_quantity
    from {{ this }}
    where {{ in_scope_site() }}
        and not ({{ in_scope() }})
        and period like '____-__'
),
{%- else -%}
known_months as (
    select * from month_totals
),
{%- endif %}

year_totals as (
    select
        years.site,
        years.period,
        known_months.meter,
        max(known_months.role) as role,
        max(known_months.process) as process,
        max(known_months.account) as account,
        max(known_months.commodity) as commodity,
        max(known_months.unit) as unit,
        max(known_months.multiplier) as multiplier,
        max(known_months.uncertainty_pct) as uncertainty_pct,
        min(known_months.from_local) as from_local,
        max(known_months.to_local) as to_local,
        cast(sum(known_months.expected_interval_count) as bigint) as expected_interval_count,
        max(known_months.interval_minutes) as interval_minutes,
        cast(sum(known_months.record_count) as bigint) as record_count,
        cast(sum(known_months.value_count) as bigint) as value_count,
        sum(known_months.quantity_total) as quantity_total,
        sum(known_months.hash_total) as hash_total,
        cast(sum(known_months.estimated_count) as bigint) as estimated_count,
        sum(known_months.estimated_quantity) as estimated_quantity,
        cast(sum(known_months.negative_count) as bigint) as negative_count,
        cast(sum(known_months.superseded_count) as bigint) as superseded_count,
        min(known_months.lowest_quantity) as lowest_quantity,
        sum(known_months.register_quantity) as register_quantity
    from periods as years
    inner join known_months
        on years.site = known_months.site
        and known_months.from_local >= cast(years.period_start as timestamp)
        and known_months.from_local < cast(years.period_end as timestamp)
    where years.period_type = 'year'
    group by
        years.site,
        years.period,
        known_months.meter
),

totals as (
    select * from month_totals
    union all
    select * from year_totals
)

select
    meter,
    role,
    process,
    account,
    commodity,
    unit,
    cast(multiplier as decimal(18, 6)) as multiplier,
    uncertainty_pct,
    from_local,
    to_local,
    cast(interval_minutes as integer) as interval_minutes,
    cast(expected_interval_count as bigint) as expected_interval_count,
    cast(record_count as bigint) as record_count,
    cast(value_count as bigint) as value_count,
    cast(expected_interval_count as bigint) - cast(value_count as bigint) as missing_interval_count,
    cast(quantity_total as decimal(38, 12)) as quantity_total,
    cast(hash_total as decimal(38, 0)) as hash_total,
    cast(estimated_count as bigint) as estimated_count,
    cast(estimated_quantity as decimal(38, 12)) as estimated_quantity,
    cast(negative_count as bigint) as negative_count,
    cast(superseded_count as bigint) as superseded_count,
    lowest_quantity,
    cast(register_quantity as decimal(38, 12)) as register_quantity,
    site,
    period
from totals
