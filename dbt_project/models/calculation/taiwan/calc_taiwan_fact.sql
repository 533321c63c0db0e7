{{ scoped() }}

with
summed as (
    select
        fact_id,
        fact_type,
        subject,
        object,
        quantity_name,
        unit,
        site,
        period,
        sum(cast(cast(quantity as double) * share as decimal(38, 12))) as value_exact,
        count(*) as record_count,
        max(case when share < 1 then 1 else 0 end) as has_split
    from {{ ref('calc_taiwan_fact_record') }}
    where {{ in_scope() }}
    group by fact_id, fact_type, subject, object, quantity_name, unit, site, period
)

select
    fact_id,
    fact_type,
    subject,
    object,
    quantity_name,
    cast(value_exact as double) as value,
    cast(value_exact as decimal(38, 12)) as value_exact,
    unit,
    case when has_split = 1 then 'estimated' else 'measured' end as data_quality,
    case when has_split = 1 then 'stated_by_days' else 'stated' end as method_id,
    cast(record_count as bigint) as record_count,
    site,
    period
from summed
