{{ scoped() }}

-- Transactions of certificates up to the end of a calendar year, with the quarter of the year in which they happened, 0 before
-- it, and those after it (5) by which certificates for its imports were bought, given back or cancelled. Each states a fact: so many certificates, and of a purchase its price.
with
years as (
    select
        site,
        period,
        cast(period as integer) as import_year
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and regime = 'cbam_definitive'
),

transactions as (
    select * from {{ ref('stg_imports__certificate_transaction') }}
    where transaction_state = 'counted'
)

select
    transactions.transaction_id,
    transactions.importer_eori,
    transactions.transaction_kind,
    transactions.transacted_date,
    case
        when year(transactions.transacted_date) = years.import_year then quarter(transactions.transacted_date)
        when year(transactions.transacted_date) > years.import_year then 5
        else 0
    end as transacted_quarter,
    transactions.import_year = years.import_year and transactions.transaction_kind <> 'surrender' as is_of_year,
    transactions.certificates_exact,
    'fact:' || {{ encode_part('transactions.site') }} || ':' || years.period || ':certificates:'
    || {{ encode_part('transactions.importer_eori') }} || ':' || {{ encode_part('transactions.transaction_id') }}
        as certificates_id,
    transactions.price_eur_per_tco2e as price_exact,
    'fact:' || {{ encode_part('transactions.site') }} || ':' || years.period || ':certificate_price_paid:'
    || {{ encode_part('transactions.importer_eori') }} || ':' || {{ encode_part('transactions.transaction_id') }}
        as price_id,
    transactions.evidence_id,
    transactions.record_number,
    transactions.site,
    years.period
from transactions
inner join years
    on transactions.site = years.site
    and (
        year(transactions.transacted_date) <= years.import_year
        or (
            transactions.import_year = years.import_year
            and transactions.transaction_kind <> 'surrender'
        )
    )
