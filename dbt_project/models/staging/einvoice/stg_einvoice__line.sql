{%- set day = '[0-9]{3,4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}' -%}
{%- set billing_period = "'計費期間[^0-9]*(" ~ day ~ ")[^0-9]+(" ~ day ~ ")'" -%}
{#- Credit notes among the type codes of EN 16931 (UNTDID 1001); 389, a self-billed invoice, is none of them. -#}
{%- set credit_notes = "('81', '83', '261', '262', '296', '308', '381', '396', '420', '458', '532')" -%}
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

unit_codes as (
    select * from {{ ref('rec20_unit') }}
),

active_lines as (
    select
        invoice_lines.*,
        active_evidence.arrival_order,
        -- Of e-invoices the billing period stands in free text only, of the line or else of the invoice.
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
        case
            when action = 'issue' and (document_type_code in {{ credit_notes }} or document_format = 'UBL CreditNote')
                then 'credit_note'
            else action
        end as action,
        document_number,
        document_type_code,
        -- Where the document stands in the evidence, which may hold many: the place of the line without its last step.
        regexp_replace(coalesce(locator, ''), '(/Details)?/[A-Za-z]+[[][0-9]+[]]$', '') as document_place,
        {{ landed_date('document_date') }} as document_date,
        -- A VAT number is the same with and without blanks.
        case
            when seller_tax_id is not null then replace({{ landed_text('seller_id') }}, ' ', '')
            else {{ landed_text('seller_id') }}
        end as seller_id,
        {{ landed_text('line_number') }} as line_number,
        {{ landed_text('description') }} as description,
        {{ landed_number('quantity') }} as quantity,
        {{ landed_text('unit') }} as written_unit,
        coalesce(document_format, 'MIG') <> 'MIG' as has_unit_code,
        {{ landed_number('unit_price') }} as unit_price,
        {{ landed_number('price_base_quantity') }} as price_base_quantity,
        {{ landed_number('amount') }} as amount,
        currency,
        -- A line that sums up or explains other lines buys nothing (EXTENDED profile of Factur-X).
        coalesce(line_status, '') not in ('GROUP', 'INFORMATION') as is_purchase_line,
        {{ landed_text('original_invoice_number') }} as original_invoice_number,
        {{ landed_date('original_invoice_date') }} as original_invoice_date,
        {{ landed_text('original_line_number') }} as original_line_number,
        {{ landed_date('line_period_start') }} as line_first_day,
        {{ landed_date('line_period_end') }} as line_last_day,
        {{ landed_date('billing_first_day') }} as billing_first_day,
        {{ landed_date('billing_last_day') }} as billing_last_day,
        {{ landed_date('header_period_start') }} as header_first_day,
        {{ landed_date('header_period_end') }} as header_last_day
    from active_lines
),

-- The period of the line, else of the document, else its date; of a period with one end only, that day.
dated as (
    select
        *,
        coalesce(
            line_first_day, line_last_day, billing_first_day, header_first_day, header_last_day
        ) as stated_first_day,
        case
            when line_first_day is not null or line_last_day is not null then coalesce(line_last_day, line_first_day)
            when billing_first_day is not null then billing_last_day
            else coalesce(header_last_day, header_first_day)
        end as stated_last_day
    from typed
)

select
    dated.evidence_id,
    dated.record_number,
    dated.arrival_order,
    dated.message_type,
    dated.action,
    dated.document_number,
    dated.document_type_code,
    dated.document_place,
    dated.document_date,
    dated.seller_id,
    dated.line_number,
    dated.description,
    dated.quantity,
    -- A code of Rec 20 means what the list says: TJ is no terajoule, GJ no gigajoule. One without a conversion stays
    -- apart from the spellings that other documents use.
    case
        when unit_codes.code is null then dated.written_unit
        else coalesce(unit_codes.unit, 'Rec 20 ' || unit_codes.code)
    end as unit,
    dated.unit_price / nullif(coalesce(dated.price_base_quantity, 1), 0) as price_per_unit,
    dated.amount,
    dated.currency,
    dated.is_purchase_line,
    dated.original_invoice_number,
    dated.original_invoice_date,
    dated.original_line_number,
    -- Numbers start again, so a number names an invoice only with its seller and year.
    cast(extract(year from coalesce(dated.original_invoice_date, dated.document_date)) as integer) as invoice_year,
    coalesce(dated.stated_first_day, dated.document_date) as period_start,
    cast(coalesce(dated.stated_last_day, dated.document_date) + interval 1 day as date) as period_end,
    dated.stated_first_day is not null as has_billing_period,
    dated.site
from dated
left join unit_codes
    on dated.has_unit_code
    and dated.written_unit = unit_codes.code
