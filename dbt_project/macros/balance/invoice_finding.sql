{#-
  Findings of invoices and of documents that contradict each other.
-#}
{% macro invoice_finding_ctes() -%}
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
)
{%- endmacro %}
