{{ scoped() }}

-- Certificates to hold at the end of each quarter from 2027 on: half of the emissions since 1 January, by default values
-- without mark-up, after free allocation (Regulation (EU) 2023/956, Article 22(2)). The other way that the article allows,
-- the certificates surrendered for the year before, is not taken, as it needs that declaration.
with
imports as (
    select * from {{ ref('calc_cbam_import') }}
    where {{ in_scope() }}
        and certificates_formula_name = 'certificates'
),

shares as (
    select * from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
        and rate_name = 'holding_share'
),

quarters as (
    select quarter from (values (1), (2), (3), (4)) as quarter_numbers (quarter)
),

summed as (
    select
        imports.site,
        imports.period,
        imports.importer_eori,
        max(imports.importer) as importer,
        quarters.quarter,
        shares.value as holding_share,
        shares.rate_id as holding_share_id,
        case when count(*) = count(imports.holding_part) then sum(imports.holding_part) end as part_sum
    from imports
    cross join quarters
    inner join shares
        on imports.site = shares.site
        and imports.period = shares.period
    where imports.import_quarter <= quarters.quarter
    group by
        imports.site, imports.period, imports.importer_eori, quarters.quarter, shares.value, shares.rate_id
)

select
    importer_eori,
    importer,
    quarter,
    holding_share,
    holding_share_id,
    part_sum,
    holding_share * cast(part_sum as double) as holding,
    {{ line_id("'cbam_holding'", 'importer_eori', 'cast(quarter as varchar)') }} as holding_id,
    site,
    period
from summed
