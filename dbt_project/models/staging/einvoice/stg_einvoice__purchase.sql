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
        documents.document_state,
        documents.cancellation_evidence_id,
        documents.cancellation_record_number
    from invoice_lines
    inner join documents
        on invoice_lines.site = documents.site
        and invoice_lines.seller_id = documents.seller_id
        and invoice_lines.document_number = documents.document_number
        and extract(year from invoice_lines.document_date) = documents.document_year
        and invoice_lines.action = documents.action
        and invoice_lines.evidence_id = documents.evidence_id
),

issued as (
    select
        site,
        evidence_id,
        record_number,
        case document_state
            when 'counted' then 'purchase'
            else document_state
        end as role,
        seller_id,
        document_number,
        line_number,
        description,
        unit,
        case when document_state = 'counted' then quantity else cast(0 as decimal(38, 12)) end as net_quantity,
        document_date,
        period_start,
        period_end,
        cast(null as varchar) as original_invoice_number,
        true as has_original
    from lines_with_state
    where action = 'issue'
),

-- The message that cancelled an invoice stands beside each line that it took out.
cancellations as (
    select
        site,
        cancellation_evidence_id as evidence_id,
        cancellation_record_number as record_number,
        'cancellation' as role,
        seller_id,
        document_number,
        line_number,
        description,
        unit,
        cast(0 as decimal(38, 12)) as net_quantity,
        document_date,
        period_start,
        period_end,
        document_number as original_invoice_number,
        true as has_original
    from lines_with_state
    where action = 'issue'
        and document_state = 'cancelled'
),

originals as (
    select
        site,
        seller_id,
        document_number,
        invoice_year,
        line_number,
        description,
        unit,
        period_start,
        period_end
    from lines_with_state
    where action = 'issue'
        and document_state <> 'duplicate'
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
            when lines_with_state.document_state = 'counted' then -coalesce(lines_with_state.quantity, 0)
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
        and lines_with_state.invoice_year = originals.invoice_year
        and lines_with_state.original_line_number = originals.line_number
    where lines_with_state.action = 'allowance'
)

select * from issued
union all
select * from cancellations
union all
select * from allowances
