-- A fact taken from records must be the sum of what its records contribute, quantity times share: a record that slips
-- out between the two models would change a figure that the trace still claims to explain. The parts themselves add up
-- exactly (calc_document_fact_edge); the product with a share of days is a DOUBLE, good for twelve digits.
with
facts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and source_type = 'records'
),

record_sums as (
    select
        site,
        period,
        fact_id,
        sum(cast(cast(quantity as double) * coalesce(share, 1) as decimal(38, 12))) as quantity,
        count(*) as record_count
    from {{ ref('calc_document_fact_record') }}
    where {{ in_scope() }}
    group by site, period, fact_id
)

select
    facts.site,
    facts.period,
    facts.fact_id,
    facts.value_exact,
    record_sums.quantity
from facts
left join record_sums
    on facts.site = record_sums.site
    and facts.period = record_sums.period
    and facts.fact_id = record_sums.fact_id
where abs(facts.value - cast(coalesce(record_sums.quantity, 0) as double))
    > abs(facts.value) * 1e-12 + 1e-12 * (coalesce(record_sums.record_count, 0) + 1)
