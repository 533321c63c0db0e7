with
invoice_lines as (
    select * from {{ ref('stg_einvoice__line') }}
),

-- The number of an allowance or credit note is unique like an invoice's, with the year of its own date.
documents as (
    select
        site,
        seller_id,
        document_number,
        cast(extract(year from document_date) as integer) as document_year,
        action,
        evidence_id,
        document_place,
        min(record_number) as first_record_number,
        min(arrival_order) as arrival_order,
        min(document_date) as document_date,
        count(*) as line_count,
        sum(quantity) as quantity_total,
        sum(amount) as amount_total
    from invoice_lines
    where action in ('issue', 'credit_note', 'allowance')
    group by
        site,
        seller_id,
        document_number,
        cast(extract(year from document_date) as integer),
        action,
        evidence_id,
        document_place
),

cancellations as (
    select
        site,
        seller_id,
        document_number,
        invoice_year as document_year,
        case when action = 'cancel_allowance' then 'allowance' else 'issue' end as cancelled_action,
        evidence_id,
        record_number,
        row_number() over (
            partition by
                site,
                seller_id,
                document_number,
                invoice_year,
                case when action = 'cancel_allowance' then 'allowance' else 'issue' end
            order by arrival_order, evidence_id, record_number
        ) as cancellation_rank
    from invoice_lines
    where action in ('cancel', 'void', 'reject', 'cancel_allowance')
),

compared as (
    select
        *,
        row_number() over (
            partition by site, seller_id, document_number, document_year, action
            order by arrival_order, evidence_id, first_record_number
        ) as copy_number,
        first_value(evidence_id) over (
            partition by site, seller_id, document_number, document_year, action
            order by arrival_order, evidence_id, first_record_number
        ) as first_evidence_id,
        first_value(document_place) over (
            partition by site, seller_id, document_number, document_year, action
            order by arrival_order, evidence_id, first_record_number
        ) as first_document_place,
        min(coalesce(quantity_total, 0)) over (
            partition by site, seller_id, document_number, document_year, action
        ) <> max(coalesce(quantity_total, 0)) over (
            partition by site, seller_id, document_number, document_year, action
        )
        or min(coalesce(amount_total, 0)) over (
            partition by site, seller_id, document_number, document_year, action
        ) <> max(coalesce(amount_total, 0)) over (
            partition by site, seller_id, document_number, document_year, action
        ) as has_conflict
    from documents
)

select
    compared.site,
    compared.seller_id,
    compared.document_number,
    compared.document_year,
    compared.action,
    compared.evidence_id,
    compared.document_place,
    compared.document_date,
    compared.line_count,
    compared.first_evidence_id,
    compared.first_document_place,
    compared.has_conflict,
    coalesce(compared.amount_total, compared.quantity_total, 0) < 0 as is_negative,
    case
        when compared.copy_number > 1 then 'duplicate'
        when cancellations.evidence_id is not null then 'cancelled'
        else 'counted'
    end as document_state,
    cancellations.evidence_id as cancellation_evidence_id,
    cancellations.record_number as cancellation_record_number
from compared
left join cancellations
    on compared.site = cancellations.site
    and compared.seller_id = cancellations.seller_id
    and compared.document_number = cancellations.document_number
    and compared.document_year = cancellations.document_year
    and compared.action = cancellations.cancelled_action
    and cancellations.cancellation_rank = 1
