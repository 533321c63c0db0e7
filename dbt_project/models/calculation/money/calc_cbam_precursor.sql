{{ scoped() }}

-- Free allocation of a purchased precursor: no producer's verified value is on record, so column B by the route of the
-- default value (IR (EU) 2025/2620, point 3.3(2)); EU, EEA and Swiss origin zero.
with
precursors as (
    select * from {{ ref('calc_precursor_value') }}
    where {{ in_scope() }}
        and series = 'regime'
        and cn_code is not null
),

goods as (
    select * from {{ ref('calc_cbam_good') }}
    where {{ in_scope() }}
        and benchmark_column = 'B'
)

select
    precursors.series,
    precursors.precursor,
    goods.good_key,
    goods.sefa_process as sefa,
    goods.sefa_process_id as sefa_id,
    goods.note,
    precursors.site,
    precursors.period
from precursors
inner join goods
    on precursors.site = goods.site
    and precursors.period = goods.period
    and goods.good_key
    = 'B:' || {{ cn_eight('precursors.cn_code') }} || ':' || coalesce(precursors.country_code, 'OTHER')
