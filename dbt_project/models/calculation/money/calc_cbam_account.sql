{{ scoped() }}

-- What an importer's account holds at the end of each quarter (Regulation (EU) 2023/956, Articles 16, 20 and 22 to 24), and what
-- the certificates that were bought in the year so far cost.
with
transactions as (
    select * from {{ ref('calc_cbam_transaction') }}
    where {{ in_scope() }}
),

quarters as (
    select quarter from (values (1), (2), (3), (4)) as quarter_numbers (quarter)
),

summed as (
    select
        transactions.site,
        transactions.period,
        transactions.importer_eori,
        quarters.quarter,
        coalesce(
            sum(case when transactions.transaction_kind = 'purchase' then transactions.certificates_exact end), 0
        ) as bought_sum,
        coalesce(
            sum(case when transactions.transaction_kind <> 'purchase' then transactions.certificates_exact end), 0
        ) as given_up_sum,
        sum(
            case
                when transactions.transaction_kind = 'purchase' and transactions.transacted_quarter > 0
                    then transactions.certificates_exact * cast(transactions.price_exact as decimal(18, 6))
            end
        ) as spent_sum,
        sum(
            case
                when transactions.transaction_kind = 'purchase' and transactions.transacted_quarter > 0
                    and transactions.price_exact is null then 1
                else 0
            end
        ) as unpriced_purchases,
        max(transactions.transacted_date) as last_date
    from transactions
    cross join quarters
    where transactions.transacted_quarter <= quarters.quarter
    group by transactions.site, transactions.period, transactions.importer_eori, quarters.quarter
)

select
    importer_eori,
    quarter,
    cast(bought_sum - given_up_sum as double) as held,
    {{ line_id("'cbam_certificates_held'", 'importer_eori', 'cast(quarter as varchar)') }} as held_id,
    case when unpriced_purchases = 0 then cast(spent_sum as double) end as spent,
    {{ line_id("'cbam_certificates_spent'", 'importer_eori', 'cast(quarter as varchar)') }} as spent_id,
    'by transactions up to ' || cast(last_date as varchar) || ' · 依截至該日之交易紀錄'
    || case
        when bought_sum < given_up_sum
            then '; more was given up than bought: purchases are missing · 使用數大於購買數，缺購買紀錄'
        else ''
    end as note,
    site,
    period
from summed
