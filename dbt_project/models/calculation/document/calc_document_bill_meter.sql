{#- A bill is compared with the meter in the period it ends in; no bill is longer than this. -#}
{%- set longest_bill_hours = 24 * 100 -%}
{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
        and period_type = 'month'
),

bills as (
    select * from {{ ref('stg_utility__bill') }}
    where bill_state = 'counted'
),

meters as (
    select * from {{ ref('stg_master__meter') }}
    where role = 'main'
),

units as (
    select * from {{ ref('calc_document_unit') }}
),

readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('interval_start_local', margin_hours=longest_bill_hours) }}
        and quantity is not null
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

month_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
        and role = 'main'
),

ending_bills as (
    select
        bills.site,
        periods.period,
        bills.account,
        bills.bill_number,
        bills.evidence_id,
        bills.period_start,
        bills.period_end,
        {{ converted('bills.quantity', 'units.factor') }} as billed_mwh,
        bills.period_start = periods.period_start and bills.period_end = periods.period_end as is_whole_month
    from bills
    inner join periods
        on bills.site = periods.site
        and bills.period_end > periods.period_start
        and bills.period_end <= periods.period_end
    inner join units
        on bills.unit = units.unit
        and units.canonical_unit = 'MWh'
),

-- Only bills that are not exactly the month need readings beyond its sums.
crossing as (
    select
        ending_bills.site,
        ending_bills.period,
        ending_bills.account,
        ending_bills.bill_number,
        ending_bills.period_start,
        ending_bills.period_end,
        meters.meter,
        meters.multiplier,
        units.factor,
        coalesce(meters.interval_minutes, 15) as interval_minutes
    from ending_bills
    inner join meters
        on ending_bills.site = meters.site
        and ending_bills.account = meters.account
        and meters.valid_from < ending_bills.period_end
        and meters.valid_to > ending_bills.period_start
    inner join units
        on meters.unit = units.unit
        and units.canonical_unit = 'MWh'
    where not ending_bills.is_whole_month
),

ranked as (
    select
        crossing.site,
        crossing.period,
        crossing.account,
        crossing.bill_number,
        crossing.meter,
        crossing.multiplier,
        crossing.factor,
        readings.quantity,
        row_number() over (
            partition by crossing.site, crossing.period, crossing.account, crossing.bill_number, crossing.meter,
                readings.interval_start_local
            order by {{ best_reading_first('readings', 'active_evidence') }}
        ) as reading_rank
    from readings
    inner join crossing
        on readings.site = crossing.site
        and readings.meter = crossing.meter
        and readings.interval_start_local >= cast(crossing.period_start as timestamp)
        and readings.interval_start_local < cast(crossing.period_end as timestamp)
    inner join active_evidence
        on readings.site = active_evidence.site
        and readings.evidence_id = active_evidence.evidence_id
),

crossing_energy as (
    select
        site,
        period,
        account,
        bill_number,
        sum(quantity * cast(multiplier as decimal(18, 3)) * cast(factor as decimal(12, 6))) as metered_mwh,
        count(*) as interval_count
    from ranked
    where reading_rank = 1
    group by site, period, account, bill_number
),

crossing_expected as (
    select
        site,
        period,
        account,
        bill_number,
        sum({{ minutes_between('cast(period_start as timestamp)', 'cast(period_end as timestamp)') }} / interval_minutes)
            as expected_interval_count
    from crossing
    group by site, period, account, bill_number
),

whole_months as (
    select
        site,
        period,
        account,
        sum(energy_mwh) as metered_mwh
    from month_energy
    group by site, period, account
)

select
    ending_bills.account,
    ending_bills.bill_number,
    ending_bills.evidence_id,
    ending_bills.period_start,
    ending_bills.period_end,
    ending_bills.billed_mwh,
    cast(
        case
            when ending_bills.is_whole_month then whole_months.metered_mwh
            else crossing_energy.metered_mwh
        end as decimal(38, 12)
    ) as metered_mwh,
    cast(
        crossing_expected.expected_interval_count - coalesce(crossing_energy.interval_count, 0) as bigint
    ) as missing_interval_count,
    ending_bills.site,
    ending_bills.period
from ending_bills
left join whole_months
    on ending_bills.site = whole_months.site
    and ending_bills.period = whole_months.period
    and ending_bills.account = whole_months.account
left join crossing_energy
    on ending_bills.site = crossing_energy.site
    and ending_bills.period = crossing_energy.period
    and ending_bills.account = crossing_energy.account
    and ending_bills.bill_number = crossing_energy.bill_number
left join crossing_expected
    on ending_bills.site = crossing_expected.site
    and ending_bills.period = crossing_expected.period
    and ending_bills.account = crossing_expected.account
    and ending_bills.bill_number = crossing_expected.bill_number
