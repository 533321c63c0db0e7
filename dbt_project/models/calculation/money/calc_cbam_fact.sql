{{ scoped() }}

with
summed as (
    select
        fact_id,
        fact_type,
        importer_eori as subject,
        cn_code as object,
        quantity_name,
        unit,
        sum(
            case
                when share = 1 then quantity
                else cast(cast(quantity as double) * share as decimal(38, 12))
            end
        ) as value_exact,
        count(*) as record_count,
        site,
        period
    from {{ ref('calc_cbam_fact_record') }}
    where {{ in_scope() }}
    group by fact_id, fact_type, importer_eori, cn_code, quantity_name, unit, site, period
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
    'measured' as data_quality,
    'stated' as method_id,
    cast(record_count as bigint) as record_count,
    site,
    period
from summed
