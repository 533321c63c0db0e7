{%- set day = '[0-9]{3,4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}' -%}
{%- set billing_period = "'計費期間[^0-9]*(" ~ day ~ ")[^0-9]+(" ~ day ~ ")'" -%}
{{ scoped(period_column=none) }}

-- A table, not a view: invoices are one small file each, and several models read them.
with
invoice_lines as (
    select * from {{ source('raw', 'invoice_line') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

active_lines as (
    select
        invoice_lines.*,
        active_evidence.arrival_order,
        -- The billing period stands in free text only, of the line or else of the invoice.
        coalesce(
            nullif(regexp_extract(invoice_lines.line_remark, {{ billing_period }}, 1), ''),
            nullif(regexp_extract(invoice_lines.main_remark, {{ billing_period }}, 1), '')
        ) as billing_first_day,
        coalesce(
            nullif(regexp_extract(invoice_lines.line_remark, {{ billing_period }}, 2), ''),
            nullif(regexp_extract(invoice_lines.main_remark, {{ billing_period }}, 2), '')
        ) as billing_last_day
    from invoice_lines
    inner join active_evidence
        on invoice_lines.site = active_evidence.site
        and invoice_lines.evidence_id = active_evidence.evidence_id
),

typed as (
    select
        site,
        evidence_id,
        record_number,
        arrival_order,
        message_type,
        action,
        document_number,
        {{ landed_date('document_date') }} as document_date,
        {{ landed_text('seller_id') }} as seller_id,
        {{ landed_text('line_number') }} as line_number,
        {{ landed_text('description') }} as description,
        {{ landed_number('quantity') }} as quantity,
        {{ landed_text('unit') }} as unit,
        {{ landed_number('amount') }} as amount,
        {{ landed_text('original_invoice_number') }} as original_invoice_number,
        {{ landed_date('original_invoice_date') }} as original_invoice_date,
        {{ landed_text('original_line_number') }} as original_line_number,
        {{ landed_date('billing_first_day') }} as billing_first_day,
        {{ landed_date('billing_last_day') }} as billing_last_day
    from active_lines
)

select
    evidence_id,
    record_number,
    arrival_order,
    message_type,
    action,
    document_number,
    document_date,
    seller_id,
    line_number,
    description,
    quantity,
    unit,
    amount,
    original_invoice_number,
    original_invoice_date,
    original_line_number,
    -- Numbers start again, so a number names an invoice only with its seller and year.
    cast(extract(year from coalesce(original_invoice_date, document_date)) as integer) as invoice_year,
    coalesce(billing_first_day, document_date) as period_start,
    cast(coalesce(billing_last_day, document_date) + interval 1 day as date) as period_end,
    billing_first_day is not null as has_billing_period,
    site
from typed
