-- A fact taken from records must be the exact sum of what its records contribute: a record that slips out between the
-- two models would change a figure that the trace still claims to explain.
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
        sum(quantity) as quantity
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
where facts.value_exact <> coalesce(record_sums.quantity, 0)
