{{ scoped() }}

-- What an importer paid for certificates of the year's imports (Regulation (EU) 2023/956, Articles 20, 21, 23 and 24), and the
-- cost of those due with it: certificates bought cost what was paid, the rest what the year's certificates cost on average.
-- Certificates bought back return the price paid, by default its mean; those cancelled return nothing and surrender nothing.
with
transactions as (
    select * from {{ ref('calc_cbam_transaction') }}
    where {{ in_scope() }}
        and is_of_year
),

importers as (
    select * from {{ ref('calc_cbam_importer') }}
    where {{ in_scope() }}
),

summed as (
    select
        site,
        period,
        importer_eori,
        {%- for name, kind in [('bought', 'purchase'), ('given_back', 'repurchase'), ('cancelled', 'cancellation')] %}
        sum(case when transaction_kind = '{{ kind }}' then certificates_exact else 0 end) as {{ name }}_sum,
        sum(
            case
                when transaction_kind = '{{ kind }}'
                    then {{ line_value('cast(certificates_exact as double) * cast(price_exact as double)') }}
                else 0
            end
        ) as {{ name }}_price_sum,
        {%- endfor %}
        sum(case when transaction_kind = 'repurchase' and price_exact is null then certificates_exact else 0 end)
            as back_at_cost_sum,
        sum(case when transaction_kind = 'purchase' and price_exact is null then 1 else 0 end) as unpriced_purchases
    from transactions
    group by site, period, importer_eori
),

held as (
    select
        summed.site,
        summed.period,
        summed.importer_eori,
        cast(summed.bought_sum - summed.given_back_sum - summed.cancelled_sum as double) as bought_net,
        {{ line_id("'cbam_bought_of_year'", 'summed.importer_eori', site='summed.site', period='summed.period') }} as bought_net_id,
        cast(summed.bought_price_sum as double) - cast(summed.given_back_price_sum as double)
        - cast(summed.back_at_cost_sum as double) * cast(summed.bought_price_sum as double) / cast(summed.bought_sum as double)
            as paid_net,
        {{ line_id("'cbam_paid_of_year'", 'summed.importer_eori', site='summed.site', period='summed.period') }} as paid_net_id,
        cast(summed.cancelled_sum as double) as cancelled,
        importers.importer,
        importers.certificates,
        importers.certificates_id,
        cast(importers.certificate_cost as double) as certificate_cost,
        importers.certificate_cost_id,
        importers.is_cscf_assumed,
        importers.is_assumed,
        importers.note
    from summed
    inner join importers
        on summed.site = importers.site
        and summed.period = importers.period
        and summed.importer_eori = importers.importer_eori
    where summed.unpriced_purchases = 0
        and summed.bought_sum > summed.given_back_sum
        and summed.bought_sum >= summed.given_back_sum + summed.cancelled_sum
        and importers.certificates > 0
),

costed as (
    select
        *,
        {{ modules.re.sub('sum[(]cancelled[)]', 'cancelled', formula_sql('cost_paid')) }} as cost_paid,
        {{ line_id("'cbam_cost_paid'", 'importer_eori') }} as cost_paid_id,
        {{ formula_sql('cost_open') }} as cost_open,
        {{ line_id("'cbam_cost_open'", 'importer_eori') }} as cost_open_id
    from held
)

select
    importer_eori,
    importer,
    bought_net,
    bought_net_id,
    paid_net,
    paid_net_id,
    cancelled,
    certificates,
    certificates_id,
    certificate_cost,
    certificate_cost_id,
    cost_paid,
    cost_paid_id,
    cost_open,
    cost_open_id,
    {{ formula_sql('cost_with_paid') }} as cost_with_paid,
    {{ line_id("'cbam_cost_with_paid'", 'importer_eori') }} as cost_with_paid_id,
    is_cscf_assumed,
    is_assumed and bought_net < certificates as is_assumed,
    'of ' || {{ shown('certificates') }} || ' certificates due ' || {{ shown('least(certificates, bought_net)') }}
    || ' are bought · 應繳憑證中已購買之數'
    || case
        when cancelled > 0
            then '; ' || {{ shown('cancelled') }} || ' were cancelled without compensation and keep their cost · 已無償註銷，成本不退'
        else ''
    end
    || case when bought_net < certificates and note is not null then '; ' || note else '' end as note,
    site,
    period
from costed
