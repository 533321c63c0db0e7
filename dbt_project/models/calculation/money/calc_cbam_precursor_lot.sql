{{ scoped() }}

-- What was used in each month of a purchased precursor, with its free allocation a tonne: the producer's where the month's
-- value comes from a verified declaration that states it (IR (EU) 2025/2620, point 3.3(1)), else column B by the route of
-- the default value (point 3.3(2)); EU, EEA and Swiss origin zero. A precursor without monthly lots is one lot.
with
precursors as (
    select * from {{ ref('calc_precursor_value') }}
    where {{ in_scope() }}
        and series = 'regime'
        and cn_code is not null
),

lots as (
    select * from {{ ref('calc_document_precursor_lot') }}
    where {{ in_scope() }}
        and series = 'regime'
        and lot_quantity_t <> 0
),

choices as (
    select * from {{ ref('calc_precursor_value_choice') }}
    where {{ in_scope_site() }}
        and series = 'regime'
        and source_class = 'verified_declaration'
),

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
    where sefa_tco2e_per_t is not null
),

goods as (
    select * from {{ ref('calc_cbam_good') }}
    where {{ in_scope() }}
        and benchmark_column = 'B'
)

select
    precursors.series,
    precursors.precursor,
    coalesce(lots.lot, '') as lot,
    coalesce(lots.lot_quantity_t, 1) as lot_quantity_t,
    coalesce(declarations.sefa_tco2e_per_t, goods.sefa_process) as sefa,
    case
        when declarations.sefa_tco2e_per_t is null then goods.sefa_process_id
        else 'factor:' || declarations.factor_code || '/sefa@' || declarations.evidence_id || '.'
            || cast(declarations.record_number as varchar)
    end as sefa_id,
    declarations.sefa_tco2e_per_t is not null as is_of_producer,
    precursors.site,
    precursors.period
from precursors
inner join goods
    on precursors.site = goods.site
    and precursors.period = goods.period
    and goods.good_key
    = 'B:' || {{ cn_eight('precursors.cn_code') }} || ':' || coalesce(precursors.country_code, 'UNKNOWN')
left join lots
    on precursors.site = lots.site
    and precursors.period = lots.period
    and precursors.precursor = lots.material
left join choices
    on lots.site = choices.site
    and lots.lot = choices.period
    and lots.material = choices.material
left join declarations
    on choices.site = declarations.site
    and choices.evidence_id = declarations.evidence_id
    and choices.record_number = declarations.record_number
