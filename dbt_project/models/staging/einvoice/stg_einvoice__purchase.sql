with
invoice_lines as (
    select * from {{ ref('stg_einvoice__line') }}
),

documents as (
    select * from {{ ref('stg_einvoice__document') }}
),

lines_with_state as (
    select
        invoice_lines.*,
        documents.document_year,
        documents.document_state,
        documents.cancellation_evidence_id,
        documents.cancellation_record_number,
        -- A correction states the difference (type 384), or is an invoice of less than nothing that names another.
        invoice_lines.action = 'credit_note'
        or coalesce(invoice_lines.document_type_code, '') = '384'
        or (documents.is_negative and invoice_lines.original_invoice_number is not null) as is_correcting
    from invoice_lines
    inner join documents
        on invoice_lines.site = documents.site
        and invoice_lines.seller_id = documents.seller_id
        and invoice_lines.document_number = documents.document_number
        and extract(year from invoice_lines.document_date) = documents.document_year
        and invoice_lines.action = documents.action
        and invoice_lines.evidence_id = documents.evidence_id
        and invoice_lines.document_place = documents.document_place
    where invoice_lines.is_purchase_line
        and invoice_lines.quantity is not null
),

originals as (
    select
        site,
        seller_id,
        document_number,
        document_year,
        line_number,
        description,
        unit,
        period_start,
        period_end
    from lines_with_state
    where action = 'issue'
        and not is_correcting
        and document_state <> 'duplicate'
),

original_documents as (
    select
        site,
        seller_id,
        document_number,
        document_year,
        min(period_start) as period_start,
        max(period_end) as period_end
    from originals
    group by site, seller_id, document_number, document_year
),

-- The invoice that a credit note or correction names; without its date, the latest one of that number.
corrected as (
    select
        lines_with_state.site,
        lines_with_state.evidence_id,
        lines_with_state.record_number,
        original_documents.document_number,
        original_documents.period_start,
        original_documents.period_end,
        row_number() over (
            partition by lines_with_state.site, lines_with_state.evidence_id, lines_with_state.record_number
            order by original_documents.document_year desc
        ) as original_rank
    from lines_with_state
    inner join original_documents
        on lines_with_state.site = original_documents.site
        and lines_with_state.seller_id = original_documents.seller_id
        and lines_with_state.original_invoice_number = original_documents.document_number
        and (
            lines_with_state.invoice_year = original_documents.document_year
            or (
                lines_with_state.original_invoice_date is null
                and lines_with_state.invoice_year > original_documents.document_year
            )
        )
    where lines_with_state.is_correcting
),

-- Quantities of credit notes are positive and those of corrections signed, so both become signed here. What corrects
-- counts in the period that it states, else in that of the invoice it names, whenever it was written.
issued as (
    select
        lines_with_state.site,
        lines_with_state.evidence_id,
        lines_with_state.record_number,
        case
            when lines_with_state.document_state <> 'counted' then lines_with_state.document_state
            when lines_with_state.action = 'credit_note' then 'credit_note'
            when lines_with_state.is_correcting then 'correction'
            else 'purchase'
        end as role,
        lines_with_state.seller_id,
        lines_with_state.document_number,
        lines_with_state.line_number,
        lines_with_state.description,
        lines_with_state.unit,
        case
            when lines_with_state.document_state <> 'counted' then cast(0 as decimal(38, 12))
            when lines_with_state.action = 'credit_note' then -lines_with_state.quantity
            else lines_with_state.quantity
        end as net_quantity,
        lines_with_state.document_date,
        case
            when lines_with_state.has_billing_period then lines_with_state.period_start
            else coalesce(corrected.period_start, lines_with_state.period_start)
        end as period_start,
        case
            when lines_with_state.has_billing_period then lines_with_state.period_end
            else coalesce(corrected.period_end, lines_with_state.period_end)
        end as period_end,
        lines_with_state.original_invoice_number,
        not lines_with_state.is_correcting
        or lines_with_state.has_billing_period
        or corrected.document_number is not null as has_original
    from lines_with_state
    left join corrected
        on lines_with_state.site = corrected.site
        and lines_with_state.evidence_id = corrected.evidence_id
        and lines_with_state.record_number = corrected.record_number
        and corrected.original_rank = 1
    where lines_with_state.action in ('issue', 'credit_note')
),

-- An allowance takes back part of an invoice line, so it counts in that line's period, whenever it was written.
allowances as (
    select
        lines_with_state.site,
        lines_with_state.evidence_id,
        lines_with_state.record_number,
        case lines_with_state.document_state
            when 'counted' then 'allowance'
            else lines_with_state.document_state
        end as role,
        lines_with_state.seller_id,
        lines_with_state.document_number,
        lines_with_state.line_number,
        coalesce(originals.description, lines_with_state.description) as description,
        coalesce(lines_with_state.unit, originals.unit) as unit,
        case
            when lines_with_state.document_state = 'counted' then -lines_with_state.quantity
            else cast(0 as decimal(38, 12))
        end as net_quantity,
        lines_with_state.document_date,
        coalesce(originals.period_start, lines_with_state.period_start) as period_start,
        coalesce(originals.period_end, lines_with_state.period_end) as period_end,
        lines_with_state.original_invoice_number,
        originals.document_number is not null as has_original
    from lines_with_state
    left join originals
        on lines_with_state.site = originals.site
        and lines_with_state.seller_id = originals.seller_id
        and lines_with_state.original_invoice_number = originals.document_number
        and lines_with_state.invoice_year = originals.document_year
        and lines_with_state.original_line_number = originals.line_number
    where lines_with_state.action = 'allowance'
),

taken_out as (
    select * from issued
    where role = 'cancelled'
    union all
    select * from allowances
    where role = 'cancelled'
),

-- The message that cancelled an invoice or allowance stands beside each line that it took out.
cancellations as (
    select
        taken_out.site,
        lines_with_state.cancellation_evidence_id as evidence_id,
        lines_with_state.cancellation_record_number as record_number,
        'cancellation' as role,
        taken_out.seller_id,
        taken_out.document_number,
        taken_out.line_number,
        taken_out.description,
        taken_out.unit,
        cast(0 as decimal(38, 12)) as net_quantity,
        taken_out.document_date,
        taken_out.period_start,
        taken_out.period_end,
        coalesce(taken_out.original_invoice_number, taken_out.document_number) as original_invoice_number,
        true as has_original
    from taken_out
    inner join lines_with_state
        on taken_out.site = lines_with_state.site
        and taken_out.evidence_id = lines_with_state.evidence_id
        and taken_out.record_number = lines_with_state.record_number
)

select * from issued
union all
select * from cancellations
union all
select * from allowances
