{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

edges as (
    select * from {{ ref('calc_document_fact_edge') }}
    where {{ in_scope() }}
),

meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope() }}
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
),

processes as (
    select * from {{ ref('stg_master__process') }}
),

products as (
    select * from {{ ref('stg_master__product') }}
),

units as (
    select * from {{ ref('calc_document_unit') }}
),

-- Facts that exist also where no record speaks of them: nothing was bought, nothing was made. They are zero.
expected_facts as (
    select
        periods.site,
        periods.period,
        'activity' as fact_type,
        streams.source_stream as subject,
        '' as object,
        'consumption' as quantity_name,
        max(coalesce(units.canonical_unit, streams.unit)) as unit,
        max(streams.activity_source) as method_id
    from periods
    inner join streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
    left join units
        on streams.unit = units.unit
    where streams.method <> 'electricity'
        and streams.activity_source <> 'clinker_balance'
    group by periods.site, periods.period, streams.source_stream

    union all

    select
        periods.site,
        periods.period,
        'production' as fact_type,
        processes.process as subject,
        '' as object,
        'good_quantity' as quantity_name,
        't' as unit,
        'ledger' as method_id
    from periods
    inner join processes
        on periods.site = processes.site

    union all

    select distinct
        periods.site,
        periods.period,
        'product' as fact_type,
        products.product as subject,
        products.process as object,
        'good_quantity' as quantity_name,
        't' as unit,
        'ledger' as method_id
    from periods
    inner join products
        on periods.site = products.site
        and products.valid_from < periods.period_end
        and products.valid_to > periods.period_start
),

summed as (
    select
        site,
        period,
        fact_type,
        subject,
        object,
        quantity_name,
        unit,
        method_id,
        sum(quantity) as quantity,
        count(*) as record_count,
        max(case when role = 'manual' and quantity <> 0 then 1 else 0 end) as has_manual,
        max(case when share < 1 and quantity <> 0 then 1 else 0 end) as has_split
    from edges
    group by site, period, fact_type, subject, object, quantity_name, unit, method_id
),

record_facts as (
    select
        coalesce(summed.site, expected_facts.site) as site,
        coalesce(summed.period, expected_facts.period) as period,
        coalesce(summed.fact_type, expected_facts.fact_type) as fact_type,
        coalesce(summed.subject, expected_facts.subject) as subject,
        coalesce(summed.object, expected_facts.object) as object,
        coalesce(summed.quantity_name, expected_facts.quantity_name) as quantity_name,
        coalesce(summed.quantity, cast(0 as decimal(38, 12))) as quantity,
        coalesce(summed.unit, expected_facts.unit) as unit,
        case
            when summed.has_manual = 1 then 'estimated'
            when summed.fact_type = 'meter_gap' then 'estimated'
            when summed.has_split = 1 then 'estimated'
            when coalesce(summed.method_id, expected_facts.method_id) in ('purchases_and_stock', 'clinker_balance')
                then 'calculated'
            else 'measured'
        end as data_quality,
        coalesce(summed.method_id, expected_facts.method_id)
        || case when summed.has_split = 1 then '_by_days' else '' end as method_id,
        coalesce(summed.record_count, 0) as record_count
    from summed
    full outer join expected_facts
        on summed.site = expected_facts.site
        and summed.period = expected_facts.period
        and summed.fact_type = expected_facts.fact_type
        and summed.subject = expected_facts.subject
        and summed.object = expected_facts.object
        and summed.quantity_name = expected_facts.quantity_name
),

facts as (
    select
        site,
        period,
        fact_type,
        subject,
        object,
        quantity_name,
        quantity as value_exact,
        unit,
        data_quality,
        method_id,
        'records' as source_type,
        cast(null as varchar) as raw_table,
        cast(null as varchar) as meter,
        cast(null as timestamp) as from_local,
        cast(null as timestamp) as to_local,
        record_count,
        cast(null as decimal(38, 12)) as checksum_sum,
        cast(null as varchar) as checksum_hash
    from record_facts

    union all

    -- The share that the meter operator estimated makes the whole sum estimated above the materiality level of 5 %
    -- (IR (EU) 2025/2546 Art. 5).
    select
        site,
        period,
        'meter_reading' as fact_type,
        meter as subject,
        '' as object,
        'quantity' as quantity_name,
        quantity_total as value_exact,
        unit,
        case when estimated_quantity > quantity_total / 20 then 'estimated' else 'measured' end as data_quality,
        'meter_reading' as method_id,
        'readings' as source_type,
        'meter_reading' as raw_table,
        meter,
        from_local,
        to_local,
        record_count,
        quantity_total as checksum_sum,
        cast(hash_total as varchar) as checksum_hash
    from meter_totals
    where record_count > 0
)

select
    'fact:' || site || ':' || period || ':' || fact_type || ':' || subject || ':' || quantity_name
    || case when object = '' then '' else ':' || object end as fact_id,
    fact_type,
    subject,
    object,
    quantity_name,
    cast(value_exact as double) as value,
    cast(value_exact as decimal(38, 12)) as value_exact,
    unit,
    data_quality,
    method_id,
    source_type,
    raw_table,
    meter,
    from_local,
    to_local,
    cast(record_count as bigint) as record_count,
    cast(checksum_sum as decimal(38, 12)) as checksum_sum,
    checksum_hash,
    site,
    period
from facts
