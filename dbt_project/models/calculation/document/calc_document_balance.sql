{#- Shares within which two accounts of the same thing agree. -#}
{%- set stock_tolerance = 0.005 -%}
{%- set yield_tolerance = 0.02 -%}
{#- Meters without a stated uncertainty are taken as class 1. -#}
{%- set assumed_uncertainty_pct = 1.0 -%}
{#- Formats in which bills of electricity come; whichever was expected, every day of the account must be billed. -#}
{%- set electricity_bills = "'taipower_bill', 'taipower_pdf_bill', 'national_grid_statement'" -%}
{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope() }}
),

registers as (
    select * from {{ ref('calc_document_meter_register') }}
    where {{ in_scope_site() }}
),

meter_months as (
    select * from {{ ref('calc_document_meter_month') }}
    where {{ in_scope_site() }}
),

gaps as (
    select * from {{ ref('calc_document_meter_gap') }}
    where {{ in_scope_site() }}
),

meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
),

meters as (
    select * from {{ ref('stg_master__meter') }}
),

expected_documents as (
    select * from {{ ref('stg_master__expected_document') }}
),

materials as (
    select * from {{ ref('stg_master__material') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
    where {{ in_scope_site() }}
),

parts as (
    select * from {{ ref('calc_document_calendar_part') }}
    where {{ in_scope_site() }}
),

fuel_bills as (
    select * from {{ ref('stg_fuel__bill') }}
),

ledger as (
    select * from {{ ref('calc_document_ledger') }}
    where {{ in_scope_site() }}
),

stock as (
    select * from {{ ref('calc_document_stock') }}
    where {{ in_scope_site() }}
),

certificates as (
    select * from {{ ref('stg_factor__lab_certificate') }}
),

factor_documents as (
    select * from {{ ref('stg_factor__factor_document') }}
),

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
),

bill_meters as (
    select * from {{ ref('calc_document_bill_meter') }}
    where {{ in_scope() }}
),

facts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
),

streams as (
    select * from {{ ref('calc_document_source_stream_input') }}
    where {{ in_scope() }}
),

electricity_factors as (
    select * from {{ ref('calc_document_electricity_factor') }}
    where {{ in_scope() }}
),

precursor_inputs as (
    select * from {{ ref('calc_document_precursor_input') }}
    where {{ in_scope() }}
),

findings as (
    select * from {{ ref('calc_document_finding') }}
    where {{ in_scope() }}
),

decisions as (
    select * from {{ ref('stg_register__decision') }}
    where decision = 'waive'
),

months as (
    select * from {{ ref('calendar_month') }}
),

-- Months of each period: itself, or the twelve of a year.
period_months as (
    select
        periods.site,
        periods.period,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        months.period as month,
        months.period_start as month_start,
        months.period_end as month_end
    from periods
    inner join months
        on months.period_start >= periods.period_start
        and months.period_start < periods.period_end
),

meter_evidence as (
    select
        period_months.site,
        period_months.period,
        meter_months.meter,
        {{ joined('meter_months.evidence_id') }} as evidence_ids
    from meter_months
    inner join period_months
        on meter_months.site = period_months.site
        and meter_months.period = period_months.month
    group by period_months.site, period_months.period, meter_months.meter
),

gap_counts as (
    select
        period_months.site,
        period_months.period,
        gaps.meter,
        sum(case when gaps.method_id = 'gap_linear' then gaps.missing_interval_count else 0 end) as bridged_count,
        sum(case when gaps.method_id <> 'gap_linear' then gaps.missing_interval_count else 0 end) as filled_count
    from gaps
    inner join period_months
        on gaps.site = period_months.site
        and gaps.period = period_months.month
    group by period_months.site, period_months.period, gaps.meter
),

-- Every meter, every interval. Gaps of up to an hour are bridged and only warn; longer ones stop.
meter_completeness as (
    select
        meter_totals.site,
        meter_totals.period,
        'meter_completeness' as balance,
        meter_totals.meter as subject,
        cast(meter_totals.expected_interval_count as decimal(38, 12)) as expected_quantity,
        cast(meter_totals.value_count as decimal(38, 12)) as found_quantity,
        'intervals' as unit,
        cast(0 as double) as tolerance_share,
        case
            when meter_totals.missing_interval_count > 0
                and meter_totals.missing_interval_count = coalesce(gap_counts.bridged_count, 0)
                then 'warn'
            when meter_totals.value_count = 0 and entered_meters.subject is not null then 'warn'
            else 'error'
        end as severity,
        'Meter ' || meter_totals.meter || ' has ' || cast(meter_totals.value_count as varchar) || ' of '
        || cast(meter_totals.expected_interval_count as varchar) || ' intervals in ' || meter_totals.period
        || case
            when meter_totals.missing_interval_count = 0 then '.'
            when meter_totals.value_count = 0 and entered_meters.subject is not null
                then ': its consumption was entered by hand. Land its export.'
            when meter_totals.value_count = 0 then ': nothing landed. Land its export.'
            else '; ' || cast(coalesce(gap_counts.bridged_count, 0) as varchar)
                || ' missing ones are bridged by a straight line (gaps of up to one hour), '
                || cast(coalesce(gap_counts.filled_count, 0) as varchar)
                || ' are filled with mean plus two standard deviations. Land the missing readings.'
        end as message,
        '電表 ' || meter_totals.meter || ' 於 ' || meter_totals.period || ' 應有 '
        || cast(meter_totals.expected_interval_count as varchar) || ' 筆，實有 '
        || cast(meter_totals.value_count as varchar) || ' 筆'
        || case
            when meter_totals.missing_interval_count = 0 then '。'
            when meter_totals.value_count = 0 and entered_meters.subject is not null
                then '：用電量暫由人工填報，請補匯入電表資料。'
            when meter_totals.value_count = 0 then '：全無讀值，請匯入電表資料。'
            else '；其中 ' || cast(coalesce(gap_counts.bridged_count, 0) as varchar)
                || ' 筆以線性內插（缺口一小時內），' || cast(coalesce(gap_counts.filled_count, 0) as varchar)
                || ' 筆以平均加兩倍標準差保守填補。請補匯入。'
        end as message_zh,
        meter_evidence.evidence_ids as evidence_note
    from meter_totals
    left join gap_counts
        on meter_totals.site = gap_counts.site
        and meter_totals.period = gap_counts.period
        and meter_totals.meter = gap_counts.meter
    left join meter_evidence
        on meter_totals.site = meter_evidence.site
        and meter_totals.period = meter_evidence.period
        and meter_totals.meter = meter_evidence.meter
    left join facts as entered_meters
        on meter_totals.site = entered_meters.site
        and meter_totals.period = entered_meters.period
        and meter_totals.meter = entered_meters.subject
        and entered_meters.fact_type = 'meter_entry'
),

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
    select site, 'production_ledger' as kind, process as subject, production_date as first_day,
        cast(production_date + interval 1 day as date) as end_day, evidence_id
    from ledger
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
    select fuel_bills.site, active_evidence.kind, subjects.subject, fuel_bills.period_start as first_day,
        fuel_bills.period_end as end_day, fuel_bills.evidence_id
    from fuel_bills
    inner join active_evidence
        on fuel_bills.site = active_evidence.site
        and fuel_bills.evidence_id = active_evidence.evidence_id
    inner join (
        select site, evidence_id, record_number, raw_table, account as subject from fuel_bills
        union all
        select site, evidence_id, record_number, raw_table, material from fuel_bills
    ) as subjects
        on fuel_bills.site = subjects.site
        and fuel_bills.evidence_id = subjects.evidence_id
        and fuel_bills.record_number = subjects.record_number
        and fuel_bills.raw_table = subjects.raw_table
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
),

-- Main meter against the sum of the process meters. Tolerance: both at the limit of their errors.
metered_sites as (
    select
        site,
        period,
        sum(case when role = 'main' then energy_mwh end) as main_mwh,
        sum(case when role = 'process' then energy_mwh end) as process_mwh
    from meter_energy
    group by site, period
),

uncertainties as (
    select
        meter_energy.site,
        meter_energy.period,
        cast(sum(cast(
            cast(meter_energy.energy_mwh as double)
            * coalesce(meters_once.uncertainty_pct, {{ assumed_uncertainty_pct }}) / 100 as decimal(38, 12)
        )) as double) as error_mwh
    from meter_energy
    left join (
        select
            site,
            meter,
            max(uncertainty_pct) as uncertainty_pct
        from meters
        group by site, meter
    ) as meters_once
        on meter_energy.site = meters_once.site
        and meter_energy.meter = meters_once.meter
    where meter_energy.role in ('main', 'process')
    group by meter_energy.site, meter_energy.period
),

main_and_sub_meters as (
    select
        metered_sites.site,
        metered_sites.period,
        'electricity_main_and_sub_meters' as balance,
        'site' as subject,
        metered_sites.main_mwh as expected_quantity,
        metered_sites.process_mwh as found_quantity,
        'MWh' as unit,
        case
            when metered_sites.main_mwh > 0
                then round(uncertainties.error_mwh / cast(metered_sites.main_mwh as double), 9)
            else 0
        end as tolerance_share,
        'error' as severity,
        'Main meters show ' || {{ shown('metered_sites.main_mwh') }} || ' MWh in ' || metered_sites.period
        || ', process meters ' || {{ shown('metered_sites.process_mwh') }}
        || ' MWh; their uncertainties allow a difference of ' || {{ shown('uncertainties.error_mwh') }}
        || ' MWh. Beyond it check multipliers and missing meters.' as message,
        metered_sites.period || ' 總表 ' || {{ shown('metered_sites.main_mwh') }} || ' MWh，製程電表合計 '
        || {{ shown('metered_sites.process_mwh') }} || ' MWh；依電表不確定度容許差 '
        || {{ shown('uncertainties.error_mwh') }} || ' MWh。超出時請檢查倍率及漏裝電表。' as message_zh,
        cast(null as varchar) as evidence_note
    from metered_sites
    inner join uncertainties
        on metered_sites.site = uncertainties.site
        and metered_sites.period = uncertainties.period
    where metered_sites.main_mwh is not null
        and metered_sites.process_mwh is not null
),

main_uncertainty as (
    select
        site,
        account,
        max(coalesce(uncertainty_pct, {{ assumed_uncertainty_pct }})) as uncertainty_pct
    from meters
    where role = 'main'
    group by site, account
),

-- The utility's meter and the plant's own: both at the limit of their errors, and the bill rounded to whole kWh.
main_and_bill as (
    select
        bill_meters.site,
        bill_meters.period,
        'electricity_main_and_bill' as balance,
        bill_meters.account || ':' || bill_meters.bill_number as subject,
        bill_meters.billed_mwh as expected_quantity,
        bill_meters.metered_mwh as found_quantity,
        'MWh' as unit,
        round(
            2 * coalesce(main_uncertainty.uncertainty_pct, {{ assumed_uncertainty_pct }}) / 100
            + case when bill_meters.billed_mwh > 0 then 0.001 / cast(bill_meters.billed_mwh as double) else 0 end,
            9
        ) as tolerance_share,
        case when bill_meters.metered_mwh is null or bill_meters.missing_interval_count > 0 then 'warn' else 'error' end
            as severity,
        'Bill ' || bill_meters.bill_number || ' (' || cast(bill_meters.period_start as varchar) || ' to '
        || cast(cast(bill_meters.period_end - interval 1 day as date) as varchar) || ') says '
        || {{ shown('bill_meters.billed_mwh') }} || ' MWh, the main meter of account ' || bill_meters.account || ' '
        || coalesce({{ shown('bill_meters.metered_mwh') }} || ' MWh', 'nothing')
        || '. Beyond the tolerance check the multiplier and the account.' as message,
        '帳單 ' || bill_meters.bill_number || '（' || cast(bill_meters.period_start as varchar) || ' 至 '
        || cast(cast(bill_meters.period_end - interval 1 day as date) as varchar) || '）為 '
        || {{ shown('bill_meters.billed_mwh') }} || ' MWh，電號 ' || bill_meters.account || ' 總表為 '
        || coalesce({{ shown('bill_meters.metered_mwh') }} || ' MWh', '無讀值') || '。超出容許差時請檢查倍率與電號。' as message_zh,
        bill_meters.evidence_id as evidence_note
    from bill_meters
    left join main_uncertainty
        on bill_meters.site = main_uncertainty.site
        and bill_meters.account = main_uncertainty.account
),

-- A year: what its days were billed against what its main meters show.
main_and_year_bill as (
    select
        facts.site,
        facts.period,
        'electricity_main_and_bill' as balance,
        facts.subject,
        facts.value_exact as expected_quantity,
        sum(meter_energy.energy_mwh) as found_quantity,
        'MWh' as unit,
        round(2 * max(coalesce(main_uncertainty.uncertainty_pct, {{ assumed_uncertainty_pct }})) / 100, 9)
            as tolerance_share,
        'error' as severity,
        'Bills of account ' || facts.subject || ' say ' || {{ shown('facts.value_exact') }} || ' MWh for '
        || facts.period || ', the main meter ' || {{ shown('sum(meter_energy.energy_mwh)') }} || ' MWh.' as message,
        '電號 ' || facts.subject || ' 於 ' || facts.period || ' 之帳單合計 ' || {{ shown('facts.value_exact') }}
        || ' MWh，總表 ' || {{ shown('sum(meter_energy.energy_mwh)') }} || ' MWh。' as message_zh,
        cast(null as varchar) as evidence_note
    from facts
    inner join periods
        on facts.site = periods.site
        and facts.period = periods.period
        and periods.period_type = 'year'
    inner join meter_energy
        on facts.site = meter_energy.site
        and facts.period = meter_energy.period
        and facts.subject = meter_energy.account
        and meter_energy.role = 'main'
    left join main_uncertainty
        on facts.site = main_uncertainty.site
        and facts.subject = main_uncertainty.account
    where facts.fact_type = 'bill'
    group by facts.site, facts.period, facts.subject, facts.value_exact
),

-- Precursors: opening stock + receipts - closing stock is what the ledger says went into processes.
precursor_accounts as (
    select
        site,
        period,
        subject as material,
        sum(case when quantity_name = 'opening_stock' then value_exact end) as opening_t,
        sum(case when quantity_name = 'receipts' then value_exact end) as receipts_t,
        sum(case when quantity_name = 'closing_stock' then value_exact end) as closing_t,
        sum(case when quantity_name = 'consumption' then value_exact end) as consumed_t
    from facts
    where fact_type = 'precursor'
    group by site, period, subject
),

precursor_stock as (
    select
        precursor_accounts.site,
        precursor_accounts.period,
        'precursor_stock' as balance,
        precursor_accounts.material as subject,
        case
            when opening_t is not null and closing_t is not null
                then opening_t + coalesce(receipts_t, 0) - closing_t
        end as expected_quantity,
        coalesce(consumed_t, 0) as found_quantity,
        't' as unit,
        cast({{ stock_tolerance }} as double) as tolerance_share,
        'error' as severity,
        'Of ' || precursor_accounts.material || ' in ' || precursor_accounts.period || ': opening stock '
        || coalesce({{ shown('opening_t') }}, 'not counted') || ' t + receipts '
        || {{ shown('coalesce(receipts_t, 0)') }} || ' t - closing stock '
        || coalesce({{ shown('closing_t') }}, 'not counted') || ' t; the ledger consumed '
        || {{ shown('coalesce(consumed_t, 0)') }}
        || ' t. Beyond the tolerance look for a missing invoice, count or batch.' as message,
        precursor_accounts.material || ' 於 ' || precursor_accounts.period || '：期初庫存 '
        || coalesce({{ shown('opening_t') }}, '未盤點') || ' t＋進貨 ' || {{ shown('coalesce(receipts_t, 0)') }}
        || ' t－期末庫存 ' || coalesce({{ shown('closing_t') }}, '未盤點') || ' t；生產日報耗用 '
        || {{ shown('coalesce(consumed_t, 0)') }} || ' t。超出容許差時請查漏發票、盤點或批次。' as message_zh,
        cast(null as varchar) as evidence_note
    from precursor_accounts
),

-- Processes: what went in is what came out, good or scrap.
process_flows as (
    select
        site,
        period,
        process,
        sum(consumed_t) as consumed_t,
        sum(good_t) as good_t,
        sum(scrap_t) as scrap_t
    from (
        select site, period, object as process, value_exact as consumed_t,
            cast(0 as decimal(38, 12)) as good_t, cast(0 as decimal(38, 12)) as scrap_t
        from facts
        where fact_type = 'precursor' and quantity_name = 'consumption'
        union all
        select site, period, subject as process, cast(0 as decimal(38, 12)) as consumed_t,
            case when quantity_name = 'good_quantity' then value_exact else cast(0 as decimal(38, 12)) end as good_t,
            case when quantity_name = 'scrap_quantity' then value_exact else cast(0 as decimal(38, 12)) end as scrap_t
        from facts
        where fact_type = 'production' and unit = 't'
    ) as flows
    group by site, period, process
),

precursor_users as (
    select distinct
        ledger.site,
        ledger.process
    from ledger
    inner join materials
        on ledger.site = materials.site
        and ledger.material = materials.material
        and materials.role = 'precursor'
),

precursor_mass as (
    select
        process_flows.site,
        process_flows.period,
        'precursor_mass' as balance,
        process_flows.process as subject,
        process_flows.consumed_t as expected_quantity,
        process_flows.good_t + process_flows.scrap_t as found_quantity,
        't' as unit,
        cast({{ yield_tolerance }} as double) as tolerance_share,
        'error' as severity,
        'Process ' || process_flows.process || ' took ' || {{ shown('process_flows.consumed_t') }} || ' t in '
        || process_flows.period || ' and gave ' || {{ shown('process_flows.good_t') }} || ' t good and '
        || {{ shown('process_flows.scrap_t') }} || ' t scrap.' as message,
        '製程 ' || process_flows.process || ' 於 ' || process_flows.period || ' 投入 '
        || {{ shown('process_flows.consumed_t') }} || ' t，產出良品 ' || {{ shown('process_flows.good_t') }}
        || ' t、廢料 ' || {{ shown('process_flows.scrap_t') }} || ' t。' as message_zh,
        cast(null as varchar) as evidence_note
    from process_flows
    inner join precursor_users
        on process_flows.site = precursor_users.site
        and process_flows.process = precursor_users.process
),

-- Stock that a source stream's consumption rests on must have been counted at both ends.
stream_stock as (
    select
        facts.site,
        facts.period,
        'stream_stock' as balance,
        facts.subject,
        cast(2 as decimal(38, 12)) as expected_quantity,
        cast(stock_ends.found_count as decimal(38, 12)) as found_quantity,
        'counts' as unit,
        cast(0 as double) as tolerance_share,
        'error' as severity,
        'The consumption of ' || facts.subject || ' in ' || facts.period || ' is opening stock + receipts - closing '
        || 'stock; ' || cast(stock_ends.found_count as varchar) || ' of the two counts are dated at its ends.' as message,
        facts.subject || ' 於 ' || facts.period || ' 之用量為期初庫存＋進貨－期末庫存；兩次盤點中有 '
        || cast(stock_ends.found_count as varchar) || ' 次落在期初與期末。' as message_zh,
        cast(null as varchar) as evidence_note
    from facts
    inner join streams
        on facts.site = streams.site
        and facts.period = streams.period
        and facts.subject = streams.source_stream
    inner join (
        select
            periods.site,
            periods.period,
            materials.material,
            count(distinct case
                when stock.stock_date in (periods.period_start, periods.period_end) then stock.stock_date
            end) as found_count
        from periods
        inner join materials
            on periods.site = materials.site
        left join stock
            on materials.site = stock.site
            and materials.material = stock.material
        group by periods.site, periods.period, materials.material
    ) as stock_ends
        on facts.site = stock_ends.site
        and facts.period = stock_ends.period
        and streams.material = stock_ends.material
    where facts.fact_type = 'activity'
        and facts.method_id like 'purchases_and_stock%'
),

-- How well each chosen factor fits its period: anything but exact is shown to a person and makes figures provisional.
matches as (
    select site, period, 'source_stream:' || source_stream as subject, factor_match,
        emission_factor_id as factor_id
    from streams
    where activity_quantity <> 0
    union all
    select site, period, 'electricity:' || series || ':' || process as subject, factor_match,
        electricity_factor_id as factor_id
    from electricity_factors
    union all
    select site, period, 'precursor:' || series || ':' || precursor || ':' || process as subject,
        value_match as factor_match, see_direct_id as factor_id
    from precursor_inputs
    where consumed_quantity <> 0
),

factor_choice as (
    select
        site,
        period,
        'factor_choice' as balance,
        subject,
        cast(1 as decimal(38, 12)) as expected_quantity,
        cast(case when factor_match = 'exact' then 1 else 0 end as decimal(38, 12)) as found_quantity,
        'factor' as unit,
        cast(0 as double) as tolerance_share,
        'warn' as severity,
        'The factor of ' || subject || ' in ' || period || ' is ' || coalesce(factor_match, 'none') || ' ('
        || coalesce(factor_id, 'nothing') || ').' as message,
        subject || ' 於 ' || period || ' 採用之係數：' || coalesce(factor_match, '無') || '（'
        || coalesce(factor_id, '無') || '）。' as message_zh,
        cast(null as varchar) as evidence_note
    from matches
),

finding_rows as (
    select
        site,
        period,
        balance,
        subject,
        cast(0 as decimal(38, 12)) as expected_quantity,
        cast(1 as decimal(38, 12)) as found_quantity,
        'findings' as unit,
        cast(0 as double) as tolerance_share,
        severity,
        message,
        message_zh,
        evidence_note
    from findings
),

balances as (
    select * from meter_completeness
    union all
    select * from bill_coverage
    union all
    select * from document_expected
    union all
    select * from main_and_sub_meters
    union all
    select * from main_and_bill
    union all
    select * from main_and_year_bill
    union all
    select * from precursor_stock
    union all
    select * from precursor_mass
    union all
    select * from stream_stock
    union all
    select * from factor_choice
    union all
    select * from finding_rows
),

waived as (
    select
        site,
        subject,
        min(reason) as reason,
        min(approver) as approver
    from decisions
    group by site, subject
)

-- A waiver is a decision of two people on one balance row: it then warns and says who let it pass.
select
    balances.balance,
    balances.subject,
    balances.expected_quantity,
    balances.found_quantity,
    balances.found_quantity - balances.expected_quantity as difference_quantity,
    balances.unit,
    balances.tolerance_share,
    case
        when balances.found_quantity is null or balances.expected_quantity is null then null
        when balances.found_quantity = balances.expected_quantity then 0
        when balances.expected_quantity = 0 then 1
        else round(
            abs(cast(balances.found_quantity - balances.expected_quantity as double))
            / abs(cast(balances.expected_quantity as double)), 12
        )
    end as deviation_share,
    case when waived.subject is not null then 'warn' else balances.severity end as severity,
    case
        when waived.subject is not null
            then 'Waived by ' || coalesce(waived.approver, '') || ' (' || coalesce(waived.reason, '') || '): '
        else ''
    end || balances.message as message,
    case
        when waived.subject is not null
            then '經 ' || coalesce(waived.approver, '') || ' 核可豁免（' || coalesce(waived.reason, '') || '）：'
        else ''
    end || balances.message_zh as message_zh,
    balances.evidence_note,
    balances.site,
    balances.period
from balances
left join waived
    on balances.site = waived.site
    and waived.subject
        = 'balance:' || balances.site || ':' || balances.period || ':' || balances.balance || ':' || balances.subject
