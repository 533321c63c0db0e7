{{ scoped() }}

-- What was used in each month of a purchased precursor, with its free allocation a tonne: the producer's where the month's
-- value comes from a verified declaration that states it (IR (EU) 2025/2620, point 3.3(1)), else column B by the route of
-- the default value (point 3.3(2)); EU, EEA and Swiss origin zero. A precursor without monthly lots is one lot.
-- A declaration that states a content states its free allocation a tonne of clinker or nitrogen. Column B counts a tonne
-- of clinker of cements too, of fertilisers a tonne of the good (IR (EU) 2025/2547 Article 4(5)).
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

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
),

goods as (
    select * from {{ ref('calc_cbam_good') }}
    where {{ in_scope() }}
        and benchmark_column = 'B'
),

found as (
    select
        precursors.series,
        precursors.precursor,
        coalesce(lots.lot, '') as lot,
        coalesce(lots.lot_quantity_t, 1) as lot_quantity_t,
        coalesce(declarations.sefa_tco2e_per_t, goods.sefa_process) as functional_sefa,
        case
            when declarations.sefa_tco2e_per_t is null then goods.sefa_process_id
            else 'factor:' || declarations.factor_code || '/sefa@' || declarations.evidence_id || '.'
                || cast(declarations.record_number as varchar)
        end as functional_sefa_id,
        declarations.sefa_tco2e_per_t is not null as is_of_producer,
        case
            when declarations.sefa_tco2e_per_t is not null or declarations.content_name = 'clinker_content'
                then declarations.stated_content
        end as stated_content,
        declarations.factor_code,
        declarations.evidence_id || '.' || cast(declarations.record_number as varchar) as declaration,
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
    left join declarations
        on lots.site = declarations.site
        and lots.evidence_id = declarations.evidence_id
        and lots.record_number = declarations.record_number
        and lots.source_class = 'verified_declaration'
)

select
    series,
    precursor,
    lot,
    lot_quantity_t,
    functional_sefa,
    functional_sefa_id,
    stated_content,
    case
        when stated_content is not null then 'factor:' || factor_code || '/functional_content@' || declaration
    end as stated_content_id,
    functional_sefa * coalesce(stated_content, 1) as sefa,
    case
        when stated_content is null then functional_sefa_id
        when functional_sefa is not null
            then {{ line_id("'cbam_precursor_sefa_by_content'", 'precursor', 'declaration') }}
    end as sefa_id,
    is_of_producer,
    declaration,
    site,
    period
from found
