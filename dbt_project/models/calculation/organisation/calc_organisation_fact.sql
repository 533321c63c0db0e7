{{ scoped() }}

select
    fact_id,
    fact_type,
    subject,
    object,
    quantity_name,
    unit,
    cast(sum(quantity) as double) as value,
    cast(sum(quantity) as decimal(38, 12)) as value_exact,
    'measured' as data_quality,
    'stated' as method_id,
    cast(count(*) as bigint) as record_count,
    site,
    period
from {{ ref('calc_organisation_fact_record') }}
where {{ in_scope() }}
group by fact_id, fact_type, subject, object, quantity_name, unit, site, period
