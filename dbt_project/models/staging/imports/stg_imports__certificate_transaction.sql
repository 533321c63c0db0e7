{{ scoped(period_column=none) }}

with
transactions as (
    select * from {{ source('raw', 'certificate_transaction') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

-- A transaction happens once: the document that came last holds.
ranked as (
    select
        transactions.site,
        transactions.evidence_id,
        transactions.record_number,
        {{ landed_text('transactions.transaction_id') }} as transaction_id,
        upper({{ landed_text('transactions.importer_eori') }}) as importer_eori,
        {{ landed_text('transactions.transaction_kind') }} as transaction_kind,
        {{ landed_date('transactions.transacted_on') }} as transacted_date,
        {{ landed_number('transactions.certificates') }} as certificates_exact,
        {{ landed_number('transactions.price_eur') }} as price_eur_per_tco2e,
        {{ cn_eight(landed_text('transactions.cn_code')) }} as cn_code,
        upper({{ landed_text('transactions.country_code') }}) as country_code,
        cast({{ landed_number('transactions.import_year') }} as integer) as stated_import_year,
        row_number() over (
            partition by transactions.site, transactions.importer_eori, transactions.transaction_id
            order by active_evidence.arrival_order desc, transactions.evidence_id desc, transactions.record_number desc
        ) as latest_rank
    from transactions
    inner join active_evidence
        on transactions.site = active_evidence.site
        and transactions.evidence_id = active_evidence.evidence_id
)

select
    evidence_id,
    record_number,
    transaction_id,
    importer_eori,
    transaction_kind,
    transacted_date,
    certificates_exact,
    price_eur_per_tco2e,
    cn_code,
    country_code,
    -- A year is declared by 30 September of the next, and what is left of its certificates is cancelled on 1 November.
    coalesce(
        stated_import_year,
        year(transacted_date) - case when transaction_kind in ('surrender', 'cancellation') then 1 else 0 end
    ) as import_year,
    case
        when latest_rank > 1 then 'superseded'
        when certificates_exact is null then 'no_quantity'
        else 'counted'
    end as transaction_state,
    site
from ranked
