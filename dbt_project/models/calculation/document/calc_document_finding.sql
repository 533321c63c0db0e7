{{ scoped() }}

-- What is wrong with a document or record: each row stands for something that a person must settle (error) or know
-- (warn). Things that are measured against an expectation are in calc_document_balance.
with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
    where {{ in_scope_site() }}
),

bills as (
    select * from {{ ref('stg_utility__bill') }}
),

invoice_documents as (
    select * from {{ ref('stg_einvoice__document') }}
),

purchases as (
    select * from {{ ref('stg_einvoice__purchase') }}
),

parts as (
    select * from {{ ref('calc_document_calendar_part') }}
    where {{ in_scope_site() }}
),

ledger as (
    select * from {{ ref('calc_document_ledger') }}
    where {{ in_scope_site() }}
),

stock as (
    select * from {{ ref('calc_document_stock') }}
    where {{ in_scope_site() }}
),

meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope() }}
),

registers as (
    select * from {{ ref('calc_document_meter_register') }}
    where {{ in_scope() }}
),

channels as (
    select * from {{ ref('stg_meter__channel') }}
),

meter_months as (
    select * from {{ ref('calc_document_meter_month') }}
    where {{ in_scope() }}
),

meters as (
    select * from {{ ref('stg_master__meter') }}
),

processes as (
    select * from {{ ref('stg_master__process') }}
),

products as (
    select * from {{ ref('stg_master__product') }}
),

document_products as (
    select * from {{ ref('calc_document_product') }}
    where {{ in_scope() }}
),

period_parts as (
    select
        periods.site,
        periods.period,
        parts.part_source,
        parts.evidence_id,
        parts.role,
        parts.document_number,
        parts.line_number,
        parts.seller_id,
        parts.description,
        parts.subject,
        parts.unit,
        parts.canonical_unit,
        parts.document_quantity
    from parts
    inner join periods
        on parts.site = periods.site
        and parts.month_start >= periods.period_start
        and parts.month_start < periods.period_end
),

period_ledger as (
    select
        periods.site,
        periods.period,
        ledger.evidence_id,
        ledger.record_number,
        ledger.production_date,
        ledger.batch,
        ledger.process,
        ledger.product,
        ledger.material,
        ledger.good_quantity,
        ledger.good_unit,
        ledger.input_quantity,
        ledger.input_unit
    from ledger
    inner join periods
        on ledger.site = periods.site
        and ledger.production_date >= periods.period_start
        and ledger.production_date < periods.period_end
),

overlapping_bills as (
    select
        periods.site,
        periods.period,
        'bill_overlap' as balance,
        earlier.account || ':' || earlier.bill_number || '/' || later.bill_number as subject,
        'error' as severity,
        'Bills ' || earlier.bill_number || ' and ' || later.bill_number || ' of account ' || earlier.account
        || ' both cover ' || cast(greatest(earlier.period_start, later.period_start) as varchar) || ' to '
        || cast(least(earlier.period_end, later.period_end) - interval 1 day as date)
        || ': withdraw the one that is wrong, or land the correction.' as message,
        '電號 ' || earlier.account || ' 之帳單 ' || earlier.bill_number || ' 與 ' || later.bill_number || ' 計費期間重疊（'
        || cast(greatest(earlier.period_start, later.period_start) as varchar) || ' 起）：請撤回錯誤者，或匯入更正帳單。'
            as message_zh,
        earlier.evidence_id || ' ' || later.evidence_id as evidence_note
    from bills as earlier
    inner join bills as later
        on earlier.site = later.site
        and earlier.account = later.account
        and earlier.bill_state = 'counted'
        and later.bill_state = 'counted'
        and (
            earlier.period_start < later.period_start
            or (earlier.period_start = later.period_start and earlier.bill_number < later.bill_number)
        )
        and later.period_start < earlier.period_end
    inner join periods
        on earlier.site = periods.site
        and greatest(earlier.period_start, later.period_start) < periods.period_end
        and least(earlier.period_end, later.period_end) > periods.period_start
),

repeated_bills as (
    select
        periods.site,
        periods.period,
        case when max(case when bills.has_conflict then 1 else 0 end) = 1
            then 'document_conflict' else 'document_duplicate' end as balance,
        'taipower_bill:' || bills.account || ':' || cast(bills.bill_month as varchar) as subject,
        case when max(case when bills.has_conflict then 1 else 0 end) = 1 then 'error' else 'warn' end as severity,
        case
            when max(case when bills.has_conflict then 1 else 0 end) = 1
                then 'Bills of account ' || bills.account || ' for ' || cast(bills.bill_month as varchar)
                    || ' state different quantities (' || {{ shown('min(bills.quantity)') }} || ' and '
                    || {{ shown('max(bills.quantity)') }} || ' kWh): withdraw the wrong one. The first counts.'
            else 'The bill of account ' || bills.account || ' for ' || cast(bills.bill_month as varchar)
                || ' is landed ' || cast(count(*) as varchar) || ' times; it counts once.'
        end as message,
        case
            when max(case when bills.has_conflict then 1 else 0 end) = 1
                then '電號 ' || bills.account || ' 之 ' || cast(bills.bill_month as varchar) || ' 帳單用電量不一致（'
                    || {{ shown('min(bills.quantity)') }} || ' 與 ' || {{ shown('max(bills.quantity)') }}
                    || ' 度）：請撤回錯誤者。目前採計先到者。'
            else '電號 ' || bills.account || ' 之 ' || cast(bills.bill_month as varchar) || ' 帳單重複匯入 '
                || cast(count(*) as varchar) || ' 次，僅計一次。'
        end as message_zh,
        {{ joined('bills.evidence_id') }} as evidence_note
    from bills
    inner join periods
        on bills.site = periods.site
        and bills.period_start < periods.period_end
        and bills.period_end > periods.period_start
    where bills.bill_state in ('counted', 'duplicate')
    group by periods.site, periods.period, bills.account, bills.bill_month, bills.period_start
    having count(*) > 1
),

repeated_invoices as (
    select
        periods.site,
        periods.period,
        case when max(case when invoice_documents.has_conflict then 1 else 0 end) = 1
            then 'document_conflict' else 'document_duplicate' end as balance,
        'einvoice:' || invoice_documents.seller_id || ':' || invoice_documents.document_number as subject,
        case when max(case when invoice_documents.has_conflict then 1 else 0 end) = 1 then 'error' else 'warn' end
            as severity,
        'Invoice ' || invoice_documents.document_number || ' of seller ' || invoice_documents.seller_id
        || ' is landed ' || cast(count(*) as varchar) || ' times'
        || case
            when max(case when invoice_documents.has_conflict then 1 else 0 end) = 1
                then ' with different content: withdraw the wrong one. The first counts.'
            else '; it counts once.'
        end as message,
        '賣方 ' || invoice_documents.seller_id || ' 之發票 ' || invoice_documents.document_number || ' 匯入 '
        || cast(count(*) as varchar) || ' 次'
        || case
            when max(case when invoice_documents.has_conflict then 1 else 0 end) = 1
                then '且內容不同：請撤回錯誤者。目前採計先到者。'
            else '，僅計一次。'
        end as message_zh,
        {{ joined('invoice_documents.evidence_id') }} as evidence_note
    from invoice_documents
    inner join periods
        on invoice_documents.site = periods.site
        and exists (
            select 1
            from period_parts
            where period_parts.site = periods.site
                and period_parts.period = periods.period
                and period_parts.evidence_id = invoice_documents.evidence_id
        )
    group by
        periods.site,
        periods.period,
        invoice_documents.seller_id,
        invoice_documents.document_number,
        invoice_documents.document_year,
        invoice_documents.action
    having count(*) > 1
),

lone_allowances as (
    select
        periods.site,
        periods.period,
        'allowance_without_invoice' as balance,
        purchases.seller_id || ':' || purchases.document_number as subject,
        'warn' as severity,
        'Document ' || purchases.document_number || ' of seller ' || purchases.seller_id || ' takes back part of '
        || 'invoice ' || coalesce(min(purchases.original_invoice_number), '(none named)')
        || ', which is not landed: it counts on its own date. Land the invoice.' as message,
        '賣方 ' || purchases.seller_id || ' 之折讓或更正單據 ' || purchases.document_number || ' 所指發票 '
        || coalesce(min(purchases.original_invoice_number), '（未載明）') || ' 尚未匯入，暫計於該單據日期：請補匯入發票。'
            as message_zh,
        {{ joined('purchases.evidence_id') }} as evidence_note
    from purchases
    inner join periods
        on purchases.site = periods.site
        and purchases.period_start < periods.period_end
        and purchases.period_end > periods.period_start
    where purchases.role in ('allowance', 'credit_note', 'correction')
        and not purchases.has_original
    group by periods.site, periods.period, purchases.seller_id, purchases.document_number
),

-- Invoices, bills and readings settle repetitions record by record, and master data by version; of other documents two
-- that claim the same key contradict each other.
contradicting_documents as (
    select
        periods.site,
        periods.period,
        'document_conflict' as balance,
        active_evidence.kind || ':' || active_evidence.document_key as subject,
        'error' as severity,
        'Documents ' || {{ joined('active_evidence.file_name', ' and ') }} || ' are both ' || active_evidence.kind
        || ' ' || active_evidence.document_key || ' with different content: withdraw or supersede one of them.'
            as message,
        '文件 ' || {{ joined('active_evidence.file_name', '、') }} || ' 同為 ' || active_evidence.kind || ' '
        || active_evidence.document_key || '，內容不同：請撤回其一或以決定取代。' as message_zh,
        {{ joined('active_evidence.evidence_id') }} as evidence_note
    from active_evidence
    inner join periods
        on active_evidence.site = periods.site
        and active_evidence.period_start < periods.period_end
        and active_evidence.period_end > periods.period_start
    where active_evidence.document_key is not null
        and active_evidence.kind not in (
            'einvoice', 'invoice', 'taipower_bill', 'meter_csv', 'master_data', 'decision'
        )
        -- Readings delivered again supersede interval by interval.
        and active_evidence.evidence_id not in (select channels.evidence_id from channels)
    group by periods.site, periods.period, active_evidence.kind, active_evidence.document_key
    having count(*) > 1
),

repeated_batches as (
    select
        site,
        period,
        'document_conflict' as balance,
        'production_ledger:' || {{ joined('evidence_id', '/') }} as subject,
        'error' as severity,
        'The ledgers ' || {{ joined('evidence_id', ' and ') }} || ' hold the same batches (the first is '
        || min(batch) || '), which would count twice: withdraw one of them.' as message,
        '生產日報 ' || {{ joined('evidence_id', '、') }} || ' 含相同批次（首筆 ' || min(batch)
        || '），將重複計算：請撤回其一。' as message_zh,
        {{ joined('evidence_id') }} as evidence_note
    from (
        select
            period_ledger.site,
            period_ledger.period,
            period_ledger.evidence_id,
            period_ledger.batch,
            min(period_ledger.evidence_id) over (
                partition by period_ledger.site, period_ledger.period, period_ledger.production_date,
                    period_ledger.batch, period_ledger.process, period_ledger.product, period_ledger.material
            ) as first_evidence_id,
            max(period_ledger.evidence_id) over (
                partition by period_ledger.site, period_ledger.period, period_ledger.production_date,
                    period_ledger.batch, period_ledger.process, period_ledger.product, period_ledger.material
            ) as last_evidence_id
        from period_ledger
        where period_ledger.batch is not null
    ) as batches
    where first_evidence_id <> last_evidence_id
    group by site, period, first_evidence_id, last_evidence_id
),

repeated_counts as (
    select
        periods.site,
        periods.period,
        'document_conflict' as balance,
        'stock_count:' || stock.material || ':' || cast(stock.count_date as varchar) as subject,
        'error' as severity,
        'Stock of ' || stock.material || ' on ' || cast(stock.count_date as varchar) || ' at '
        || coalesce(stock.location, 'the same place') || ' is counted in two documents: withdraw one of them.'
            as message,
        stock.material || ' 於 ' || cast(stock.count_date as varchar) || '（' || coalesce(stock.location, '同一地點')
        || '）有兩份盤點文件：請撤回其一。' as message_zh,
        {{ joined('stock.evidence_id') }} as evidence_note
    from stock
    inner join periods
        on stock.site = periods.site
        and stock.stock_date >= periods.period_start
        and stock.stock_date <= periods.period_end
    group by periods.site, periods.period, stock.material, stock.count_date, stock.location
    having count(distinct stock.evidence_id) > 1
),

mixed_units as (
    select
        site,
        period,
        'meter_unit' as balance,
        meter as subject,
        'error' as severity,
        'The documents of meter ' || meter || ' state different units in ' || period || ': '
        || min(coalesce(quantity_unit, unit, 'none')) || ' and ' || max(coalesce(quantity_unit, unit, 'none'))
        || ', which cannot be added; withdraw one, or export both in one unit.' as message,
        '電表 ' || meter || ' 於 ' || period || ' 之文件單位不一致：' || min(coalesce(quantity_unit, unit, '無')) || '、'
        || max(coalesce(quantity_unit, unit, '無')) || '，無法相加；請撤回其一，或以相同單位匯出。' as message_zh,
        {{ joined('evidence_id') }} as evidence_note
    from meter_months
    group by site, period, meter
    having count(distinct coalesce(quantity_unit, '') || ':' || cast(coalesce(unit_scale, 0) as varchar)) > 1
),

unexplained_registers as (
    select
        site,
        period,
        'register_unexplained' as balance,
        meter as subject,
        'error' as severity,
        'The register of meter ' || meter || ' shows less on ' || cast(min(cast(to_local as date)) as varchar)
        || ' than before: give its digits, or the readings of its exchange, in master data, sheet meters.' as message,
        '電表 ' || meter || ' 之計數器於 ' || cast(min(cast(to_local as date)) as varchar)
        || ' 的讀數小於前次：請於主檔「meters」頁填寫計數器位數，或換表時之讀數。' as message_zh,
        {{ joined('to_evidence_id') }} as evidence_note
    from registers
    where method_id = 'register_unexplained'
    group by site, period, meter
),

negative_readings as (
    select
        site,
        period,
        'negative_reading' as balance,
        meter as subject,
        'error' as severity,
        'Meter ' || meter || ' has ' || cast(negative_count as varchar) || ' negative readings in ' || period
        || ', the lowest ' || {{ shown('lowest_quantity') }} || ' ' || coalesce(unit, '')
        || ': land the corrected export.' as message,
        '電表 ' || meter || ' 於 ' || period || ' 有 ' || cast(negative_count as varchar) || ' 筆負值，最低 '
        || {{ shown('lowest_quantity') }} || ' ' || coalesce(unit, '') || '：請匯入更正檔。' as message_zh,
        cast(null as varchar) as evidence_note
    from meter_totals
    where negative_count > 0
),

unknown_units as (
    select
        site,
        period,
        'unit_unknown' as balance,
        part_source || ':' || coalesce(document_number, '') || ':' || coalesce(line_number, '') as subject,
        'error' as severity,
        'The unit ' || coalesce(unit, '(none)') || ' of ' || coalesce(description, subject) || ' on '
        || coalesce(document_number, evidence_id)
        || ' is not known: give the unit of the item in master data, sheet purchase_items.' as message,
        coalesce(document_number, evidence_id) || ' 之 ' || coalesce(description, subject) || ' 單位「'
        || coalesce(unit, '（無）') || '」無法辨識：請於主檔「purchase_items」頁指定單位。' as message_zh,
        evidence_id as evidence_note
    from period_parts
    where canonical_unit is null
        and subject is not null
        and role in ('purchase', 'allowance', 'credit_note', 'correction', 'bill', 'manual')
),

unknown_items as (
    select
        site,
        period,
        'invoice_item_unknown' as balance,
        coalesce(seller_id, '') || ':' || coalesce(description, '') as subject,
        'warn' as severity,
        cast(count(*) as varchar) || ' invoice lines "' || coalesce(description, '') || '" of seller '
        || coalesce(seller_id, '') || ' mean no material: add the item to master data, sheet purchase_items, if it '
        || 'is a fuel or precursor.' as message,
        '賣方 ' || coalesce(seller_id, '') || ' 之發票品名「' || coalesce(description, '') || '」（'
        || cast(count(*) as varchar) || ' 筆）未對應物料：若為燃料或前驅物，請於主檔「purchase_items」頁新增。' as message_zh,
        {{ joined('evidence_id') }} as evidence_note
    from period_parts
    where part_source = 'purchase'
        and subject is null
        and role = 'purchase'
    group by site, period, seller_id, description
),

ledger_without_unit as (
    select
        site,
        period,
        'unit_unknown' as balance,
        'production_ledger:' || evidence_id || ':' || cast(record_number as varchar) as subject,
        'error' as severity,
        'The unit of record ' || cast(record_number as varchar) || ' of the ledger ' || evidence_id
        || ' is not known.' as message,
        '生產日報 ' || evidence_id || ' 第 ' || cast(record_number as varchar) || ' 筆之單位無法辨識。' as message_zh,
        evidence_id as evidence_note
    from period_ledger
    where (good_quantity is null and product is not null and good_unit is null and material is null)
        or (material is not null and input_quantity is null and input_unit is null)
),

unknown_processes as (
    select
        period_ledger.site,
        period_ledger.period,
        'ledger_process_unknown' as balance,
        coalesce(period_ledger.process, '') as subject,
        'error' as severity,
        'The ledger names process ' || coalesce(period_ledger.process, '(none)') || ' in '
        || cast(count(*) as varchar) || ' records, which master data do not know: add it to the sheet processes.'
            as message,
        '生產日報之製程 ' || coalesce(period_ledger.process, '（空白）') || '（' || cast(count(*) as varchar)
        || ' 筆）不在主檔：請於「processes」頁新增。' as message_zh,
        {{ joined('period_ledger.evidence_id') }} as evidence_note
    from period_ledger
    left join processes
        on period_ledger.site = processes.site
        and period_ledger.process = processes.process
    where processes.process is null
    group by period_ledger.site, period_ledger.period, period_ledger.process
),

unknown_products as (
    select
        period_ledger.site,
        period_ledger.period,
        'ledger_product_unknown' as balance,
        period_ledger.product as subject,
        'error' as severity,
        'The ledger names product ' || period_ledger.product || ' in ' || cast(count(*) as varchar)
        || ' records, which master data do not know: add it to the sheet products.' as message,
        '生產日報之產品 ' || period_ledger.product || '（' || cast(count(*) as varchar)
        || ' 筆）不在主檔：請於「products」頁新增。' as message_zh,
        {{ joined('period_ledger.evidence_id') }} as evidence_note
    from period_ledger
    left join (select distinct site, product from products) as known_products
        on period_ledger.site = known_products.site
        and period_ledger.product = known_products.product
    where period_ledger.product is not null
        and known_products.product is null
    group by period_ledger.site, period_ledger.period, period_ledger.product
),

products_without_code as (
    select
        site,
        period,
        'product_code' as balance,
        product as subject,
        'error' as severity,
        'Product ' || product || ' has no CN code of 8 digits (found ' || coalesce(cn_code, 'nothing')
        || '): enter it in master data, sheet products.' as message,
        '產品 ' || product || ' 無 8 碼 CN 碼（現為 ' || coalesce(cn_code, '空白')
        || '）：請於主檔「products」頁填寫。' as message_zh,
        cast(null as varchar) as evidence_note
    from document_products
    where regexp_extract(coalesce(cn_code, ''), '^[0-9]{8}$', 0) = ''
),

unknown_meters as (
    select
        meter_months.site,
        meter_months.period,
        'meter_unknown' as balance,
        meter_months.meter as subject,
        'warn' as severity,
        'Meter ' || meter_months.meter || ' sent ' || cast(sum(meter_months.record_count) as varchar)
        || ' readings in ' || meter_months.period || ', but is not in master data: they are not used.' as message,
        '電表 ' || meter_months.meter || ' 於 ' || meter_months.period || ' 有 '
        || cast(sum(meter_months.record_count) as varchar) || ' 筆讀值，但不在主檔，未採用。' as message_zh,
        {{ joined('meter_months.evidence_id') }} as evidence_note
    from meter_months
    left join (select distinct site, meter from meters) as known_meters
        on meter_months.site = known_meters.site
        and meter_months.meter = known_meters.meter
    where known_meters.meter is null
    group by meter_months.site, meter_months.period, meter_months.meter
),

expired_calibrations as (
    select
        periods.site,
        periods.period,
        'meter_calibration' as balance,
        meters.meter as subject,
        'warn' as severity,
        'The calibration of meter ' || meters.meter || ' ended on ' || cast(meters.calibration_valid_to as varchar)
        || '.' as message,
        '電表 ' || meters.meter || ' 之校正已於 ' || cast(meters.calibration_valid_to as varchar) || ' 到期。' as message_zh,
        meters.evidence_id as evidence_note
    from meters
    inner join periods
        on meters.site = periods.site
        and meters.valid_from < periods.period_end
        and meters.valid_to > periods.period_start
    where meters.calibration_valid_to < periods.period_end
),

changed_multipliers as (
    select
        periods.site,
        periods.period,
        'meter_multiplier' as balance,
        meters.meter as subject,
        'error' as severity,
        'The multiplier of meter ' || meters.meter || ' changes within ' || periods.period
        || ': give the exchanged meter a code of its own.' as message,
        '電表 ' || meters.meter || ' 之倍率於 ' || periods.period || ' 期間變更：請為更換後之電表另編代碼。' as message_zh,
        {{ joined('meters.evidence_id') }} as evidence_note
    from meters
    inner join periods
        on meters.site = periods.site
        and meters.valid_from < periods.period_end
        and meters.valid_to > periods.period_start
    group by periods.site, periods.period, meters.meter
    having min(meters.multiplier) <> max(meters.multiplier)
),

unreadable_records as (
    select
        periods.site,
        periods.period,
        'rejected_record' as balance,
        active_evidence.evidence_id as subject,
        'warn' as severity,
        cast(active_evidence.records_rejected as varchar) || ' records of ' || active_evidence.file_name
        || ' could not be read; the rest counts.' as message,
        active_evidence.file_name || ' 有 ' || cast(active_evidence.records_rejected as varchar)
        || ' 筆無法讀取，其餘已採計。' as message_zh,
        active_evidence.evidence_id as evidence_note
    from active_evidence
    inner join periods
        on active_evidence.site = periods.site
        and active_evidence.period_start < periods.period_end
        and active_evidence.period_end > periods.period_start
    where active_evidence.records_rejected > 0
        and active_evidence.kind <> 'master_data'
),

findings as (
    select * from overlapping_bills
    union all
    select * from repeated_bills
    union all
    select * from repeated_invoices
    union all
    select * from lone_allowances
    union all
    select * from contradicting_documents
    union all
    select * from repeated_batches
    union all
    select * from repeated_counts
    union all
    select * from negative_readings
    union all
    select * from mixed_units
    union all
    select * from unexplained_registers
    union all
    select * from unknown_units
    union all
    select * from unknown_items
    union all
    select * from ledger_without_unit
    union all
    select * from unknown_processes
    union all
    select * from unknown_products
    union all
    select * from products_without_code
    union all
    select * from unknown_meters
    union all
    select * from expired_calibrations
    union all
    select * from changed_multipliers
    union all
    select * from unreadable_records
)

select
    balance,
    subject,
    min(severity) as severity,
    min(message) as message,
    min(message_zh) as message_zh,
    min(evidence_note) as evidence_note,
    site,
    period
from findings
group by balance, subject, site, period
