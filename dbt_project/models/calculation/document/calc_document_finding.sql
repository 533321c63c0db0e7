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
        and {{ in_scope_days('production_date') }}
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
    where {{ in_scope_site() }}
),

meter_months as (
    select * from {{ ref('calc_document_meter_month') }}
    where {{ in_scope() }}
),

meters as (
    select * from {{ ref('stg_master__meter') }}
),

calibrations as (
    select * from {{ ref('stg_calibration__meter') }}
    where {{ in_scope_site() }}
),

processes as (
    select * from {{ ref('stg_master__process') }}
),

operating_events as (
    select * from {{ ref('stg_production__event') }}
    where {{ in_scope_site() }}
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
        ledger.input_unit,
        ledger.dispatched_quantity
    from ledger
    inner join periods
        on ledger.site = periods.site
        and ledger.production_date >= periods.period_start
        and ledger.production_date < periods.period_end
),

{{ bill_finding_ctes() }},

{{ invoice_finding_ctes() }},

{{ ledger_finding_ctes() }},

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

{{ wording_finding_ctes() }},

{{ meter_finding_ctes() }},

{{ attribution_finding_ctes() }},

{{ transfer_finding_ctes() }},

{{ operation_finding_ctes() }},

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
    select * from cbam_goods_outside
    union all
    select * from own_goods_without_content
    union all
    select * from unknown_meters
    union all
    select * from expired_calibrations
    union all
    select * from changed_multipliers
    union all
    select * from late_keys
    union all
    select * from undeducted_transfers
    union all
    select * from abnormal_operations
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
