{#-
  Balances `bill_coverage` and `document_expected` of calc_document_balance: every day is billed, and every document
  that master data expect is there. Bills of electricity may come in any format.
-#}
{% macro document_coverage_ctes() -%}
{%- set electricity_bills = "'taipower_bill', 'taipower_pdf_bill', 'national_grid_statement'" %}
expected_of_month as (
    select distinct
        period_months.site,
        period_months.period,
        period_months.period_type,
        period_months.month,
        period_months.month_start,
        period_months.month_end,
        expected_documents.kind,
        expected_documents.subject,
        expected_documents.frequency
    from expected_documents
    inner join period_months
        on expected_documents.site = period_months.site
        and expected_documents.valid_from < period_months.month_end
        and expected_documents.valid_to > period_months.month_start
),

-- Every day of the period billed. While the main meter is whole a bill that is not out yet only warns.
billed_days as (
    select
        site,
        subject as account,
        period as month,
        sum(part_days) as day_count,
        {{ joined('evidence_id') }} as evidence_ids
    from parts
    where part_source = 'bill'
        and role = 'bill'
    group by site, subject, period
),

bill_days as (
    select
        expected_of_month.site,
        expected_of_month.period,
        expected_of_month.subject as account,
        sum({{ dbt.datediff('expected_of_month.month_start', 'expected_of_month.month_end', 'day') }}) as expected_days,
        sum(least(
            coalesce(billed_days.day_count, 0),
            {{ dbt.datediff('expected_of_month.month_start', 'expected_of_month.month_end', 'day') }}
        )) as found_days,
        {{ joined("case when billed_days.day_count is null then expected_of_month.month end", ', ') }} as missing_months,
        {{ joined('billed_days.evidence_ids') }} as evidence_ids
    from expected_of_month
    left join billed_days
        on expected_of_month.site = billed_days.site
        and expected_of_month.subject = billed_days.account
        and expected_of_month.month = billed_days.month
    where expected_of_month.kind in ({{ electricity_bills }})
    group by expected_of_month.site, expected_of_month.period, expected_of_month.subject
),

whole_main_meters as (
    select
        site,
        period,
        account,
        max(missing_interval_count) as missing_interval_count
    from meter_totals
    where role = 'main'
    group by site, period, account
),

bill_coverage as (
    select
        bill_days.site,
        bill_days.period,
        'bill_coverage' as balance,
        bill_days.account as subject,
        cast(bill_days.expected_days as decimal(38, 12)) as expected_quantity,
        cast(bill_days.found_days as decimal(38, 12)) as found_quantity,
        'days' as unit,
        cast(0 as double) as tolerance_share,
        case
            when bill_days.found_days > 0
                and bill_days.found_days < bill_days.expected_days
                and bill_days.missing_months is null
                and whole_main_meters.missing_interval_count = 0
                then 'warn'
            else 'error'
        end as severity,
        'Bills of account ' || bill_days.account || ' cover ' || cast(bill_days.found_days as varchar) || ' of '
        || cast(bill_days.expected_days as varchar) || ' days of ' || bill_days.period
        || case
            when bill_days.missing_months is null then ''
            else ', none of ' || bill_days.missing_months
        end
        || case when bill_days.found_days = bill_days.expected_days then '.' else ': land the missing bill.' end
            as message,
        '電號 ' || bill_days.account || ' 之帳單涵蓋 ' || bill_days.period || ' 共 '
        || cast(bill_days.expected_days as varchar) || ' 日中之 ' || cast(bill_days.found_days as varchar) || ' 日'
        || case
            when bill_days.missing_months is null then ''
            else '，' || bill_days.missing_months || ' 全無帳單'
        end
        || case when bill_days.found_days = bill_days.expected_days then '。' else '：請匯入缺漏帳單。' end as message_zh,
        bill_days.evidence_ids as evidence_note
    from bill_days
    left join whole_main_meters
        on bill_days.site = whole_main_meters.site
        and bill_days.period = whole_main_meters.period
        and bill_days.account = whole_main_meters.account
),

-- What speaks for a month of an expected document, by kind.
speaking_records as (
    select site, 'einvoice' as kind, subject, month_start as first_day,
        cast(month_start + interval 1 day as date) as end_day, evidence_id
    from parts
    where part_source = 'purchase' and role = 'purchase' and subject is not null
    union all
    select site, 'einvoice' as kind, seller_id as subject, month_start as first_day,
        cast(month_start + interval 1 day as date) as end_day, evidence_id
    from parts
    where part_source = 'purchase' and role = 'purchase' and seller_id is not null
    union all
    -- What a person entered stands in for the document until it arrives, and is estimated.
    select site, 'einvoice' as kind, subject, month_start as first_day,
        cast(month_start + interval 1 day as date) as end_day, evidence_id
    from parts
    where part_source = 'manual' and line_number in ('purchased_quantity', 'consumption')
    union all
    select site, 'meter_csv' as kind, subject, month_start as first_day,
        cast(month_start + interval 1 day as date) as end_day, evidence_id
    from parts
    where part_source = 'manual' and line_number = 'consumption'
    union all
    select ledger.site, 'production_ledger' as kind, ledger.process as subject, ledger.production_date as first_day,
        cast(ledger.production_date + interval 1 day as date) as end_day, ledger.evidence_id
    from ledger
    inner join (
        select distinct site, subject
        from expected_of_month
        where kind = 'production_ledger'
    ) as expected_ledgers
        on ledger.site = expected_ledgers.site
        and ledger.process = expected_ledgers.subject
    union all
    select site, raw_table as kind, source_stream as subject, measured_on as first_day,
        cast(measured_on + interval 1 day as date) as end_day, evidence_id
    from measurements
    union all
    select site, 'stock_count' as kind, material as subject, count_date as first_day, stock_date as end_day, evidence_id
    from stock
    union all
    select site, 'lab_certificate' as kind, material as subject, valid_from as first_day,
        coalesce(valid_to, date '9999-12-31') as end_day, evidence_id
    from certificates
    union all
    select site, 'factor_document' as kind, material as subject, valid_from as first_day,
        coalesce(valid_to, date '9999-12-31') as end_day, evidence_id
    from factor_documents
    union all
    select site, 'supplier_declaration' as kind, material as subject, valid_from as first_day,
        coalesce(valid_to, date '9999-12-31') as end_day, evidence_id
    from declarations
    union all
    select site, 'meter_csv' as kind, meter as subject, cast(first_interval_local as date) as first_day,
        cast(last_interval_local + interval 1 day as date) as end_day, evidence_id
    from meter_months
    union all
    select site, 'meter_csv' as kind, meter as subject, cast(from_local as date) as first_day,
        cast(to_local + interval 1 day as date) as end_day, to_evidence_id as evidence_id
    from registers
    union all
    -- A gas bill or fuel card speaks for its account and for its material.
    select fuel_bills.site, active_evidence.kind,
        case when named.name = 'account' then fuel_bills.account else fuel_bills.material end as subject,
        fuel_bills.period_start as first_day, fuel_bills.period_end as end_day, fuel_bills.evidence_id
    from fuel_bills
    inner join active_evidence
        on fuel_bills.site = active_evidence.site
        and fuel_bills.evidence_id = active_evidence.evidence_id
    inner join (
        select 'account' as name
        union all
        select 'material' as name
    ) as named
        on 1 = 1
    where fuel_bills.bill_state = 'counted'
    -- A document without a subject of its own is there when any of its kind speaks of the days.
    union all
    select site, kind, '' as subject, period_start as first_day, period_end as end_day, evidence_id
    from active_evidence
    where period_start is not null
),

-- One row a document and slot: a month, a quarter, or the period itself for what is asked for once in it. A document
-- asked for once counts whenever it came.
expectations as (
    select
        expected_of_month.site,
        expected_of_month.period,
        expected_of_month.kind,
        expected_of_month.subject,
        expected_of_month.frequency,
        case
            when expected_of_month.frequency in ('yearly', 'once') then expected_of_month.period
            when expected_of_month.frequency = 'quarterly'
                then substring(expected_of_month.month, 1, 4) || '-Q'
                    || cast(extract(quarter from expected_of_month.month_start) as varchar)
            else expected_of_month.month
        end as slot,
        case
            when expected_of_month.frequency = 'once' then date '1900-01-01'
            when expected_of_month.frequency = 'quarterly'
                then cast(date_trunc('quarter', min(expected_of_month.month_start)) as date)
            else min(expected_of_month.month_start)
        end as slot_start,
        case
            when expected_of_month.frequency = 'quarterly'
                then cast(date_trunc('quarter', min(expected_of_month.month_start)) + interval 3 month as date)
            else max(expected_of_month.month_end)
        end as slot_end
    from expected_of_month
    where expected_of_month.kind not in ({{ electricity_bills }})
    group by
        expected_of_month.site,
        expected_of_month.period,
        expected_of_month.kind,
        expected_of_month.subject,
        expected_of_month.frequency,
        case
            when expected_of_month.frequency in ('yearly', 'once') then expected_of_month.period
            when expected_of_month.frequency = 'quarterly'
                then substring(expected_of_month.month, 1, 4) || '-Q'
                    || cast(extract(quarter from expected_of_month.month_start) as varchar)
            else expected_of_month.month
        end
),

answered as (
    select
        expectations.site,
        expectations.period,
        expectations.kind,
        expectations.subject,
        expectations.slot,
        count(speaking_records.evidence_id) as record_count,
        {{ joined('speaking_records.evidence_id') }} as evidence_ids
    from expectations
    left join speaking_records
        on expectations.site = speaking_records.site
        and expectations.kind = speaking_records.kind
        and expectations.subject = speaking_records.subject
        and speaking_records.first_day < expectations.slot_end
        and speaking_records.end_day > expectations.slot_start
    group by
        expectations.site,
        expectations.period,
        expectations.kind,
        expectations.subject,
        expectations.slot
),

document_counts as (
    select
        site,
        period,
        kind,
        subject,
        count(*) as slot_count,
        count(case when record_count > 0 then 1 end) as found_count,
        {{ joined("case when record_count = 0 then slot end", ', ') }} as missing_slots,
        case when count(*) = 1 then max(evidence_ids) end as evidence_ids
    from answered
    group by site, period, kind, subject
),

document_expected as (
    select
        site,
        period,
        'document_expected' as balance,
        kind || ':' || subject as subject,
        cast(slot_count as decimal(38, 12)) as expected_quantity,
        cast(found_count as decimal(38, 12)) as found_quantity,
        'documents' as unit,
        cast(0 as double) as tolerance_share,
        'error' as severity,
        case
            when missing_slots is null then 'Document ' || kind || ' ' || subject || ' is there for ' || period || '.'
            else 'Document ' || kind || ' ' || subject || ' is missing for ' || missing_slots
                || ': land it, or enter its values by the manual-entry form.'
        end as message,
        case
            when missing_slots is null then period || ' 之文件 ' || kind || ' ' || subject || ' 已到齊。'
            else '缺 ' || missing_slots || ' 之文件 ' || kind || ' ' || subject || '：請匯入，或以人工填報表填寫。'
        end as message_zh,
        evidence_ids as evidence_note
    from document_counts
)
{%- endmacro %}
