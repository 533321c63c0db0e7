{{ scoped() }}

-- What an importer owes the registry for a calendar year beside money, and what is done (Regulation (EU) 2023/956): the
-- declaration (Article 6(1)) and the surrender (Article 22(1)), both by 30 September of the year after, and the certificates
-- held at the end of each quarter from 2027 on (Article 22(2)). An importer that does not exceed the threshold owes nothing.
with
importers as (
    select * from {{ ref('calc_cbam_importer') }}
    where {{ in_scope() }}
        and not is_exempt
),

holdings as (
    select * from {{ ref('calc_cbam_holding') }}
    where {{ in_scope() }}
        and required is not null
),

{{ last_known_ctes() }},

filed as (
    select
        site,
        cast(import_year as varchar) as period,
        importer_eori,
        min(filed_date) as done_date,
        string_agg(declaration_number, ', ' order by declaration_number) as document
    from {{ ref('stg_imports__cbam_declaration') }}
    where filing_state = 'counted'
    group by site, cast(import_year as varchar), importer_eori
),

surrendered as (
    select
        site,
        cast(import_year as varchar) as period,
        importer_eori,
        max(transacted_date) as done_date,
        sum(certificates_exact) as done_certificates,
        string_agg(transaction_id, ', ' order by transaction_id) as document
    from {{ ref('stg_imports__certificate_transaction') }}
    where transaction_state = 'counted'
        and transaction_kind = 'surrender'
    group by site, cast(import_year as varchar), importer_eori
),

obligations as (
    select
        importers.site,
        importers.period,
        importers.importer_eori,
        importers.importer,
        'declaration' as obligation,
        'Regulation (EU) 2023/956 Article 6(1)' as clause,
        make_date(cast(importers.period as integer) + 1, 9, 30) as due_date,
        cast(null as double) as required_certificates,
        cast(null as double) as done_certificates,
        filed.done_date,
        filed.document,
        filed.done_date is not null as is_done
    from importers
    left join filed
        on importers.site = filed.site
        and importers.period = filed.period
        and importers.importer_eori = filed.importer_eori

    union all

    select
        importers.site,
        importers.period,
        importers.importer_eori,
        importers.importer,
        'surrender' as obligation,
        'Regulation (EU) 2023/956 Article 22(1)' as clause,
        make_date(cast(importers.period as integer) + 1, 9, 30) as due_date,
        importers.certificates as required_certificates,
        cast(coalesce(surrendered.done_certificates, 0) as double) as done_certificates,
        surrendered.done_date,
        surrendered.document,
        coalesce(importers.certificates <= coalesce(cast(surrendered.done_certificates as double), 0), false) as is_done
    from importers
    left join surrendered
        on importers.site = surrendered.site
        and importers.period = surrendered.period
        and importers.importer_eori = surrendered.importer_eori

    union all

    select
        site,
        period,
        importer_eori,
        importer,
        'holding_q' || cast(quarter as varchar) as obligation,
        'Regulation (EU) 2023/956 Article 22(2)' as clause,
        due_date,
        required as required_certificates,
        held as done_certificates,
        cast(null as date) as done_date,
        cast(null as varchar) as document,
        is_due and missing = 0 as is_done
    from holdings
)

select
    obligations.importer_eori,
    obligations.importer,
    obligations.obligation,
    obligations.clause,
    obligations.due_date,
    obligations.required_certificates,
    obligations.done_certificates,
    obligations.done_date,
    obligations.document,
    case
        when obligations.is_done and obligations.done_date > obligations.due_date then 'late'
        when obligations.is_done then 'done'
        when obligations.due_date < known.last_known_date then 'overdue'
        else 'open'
    end as obligation_state,
    known.last_known_date,
    obligations.site,
    obligations.period
from obligations
left join known
    on obligations.site = known.site
