-- What an importer of a site brought in by declarations that landed for other sites: the threshold is one of the importer
-- and year (Regulation (EU) 2023/956, Article 2a). Declared items that landed here too are not counted twice.
with
declarations as (
    select
        *,
        cast(extract(year from declared_date) as varchar) as declared_year
    from {{ ref('stg_imports__declaration') }}
    where declaration_state = 'counted'
        and importer_eori is not null
),

here as (
    select * from declarations
    where {{ in_scope('site', 'declared_year') }}
),

importers as (
    select distinct
        site,
        declared_year as period,
        importer_eori
    from here
),

goods as (
    select cn_codes.cn_code
    from {{ ref('cbam_cn_code') }} as cn_codes
    inner join {{ ref('cbam_good') }} as categories
        on cn_codes.good_category = categories.good_category
    where categories.sector not in ('Hydrogen', 'Electricity')
),

origins as (
    select * from {{ ref('cbam_origin_country') }}
    where is_zero_rated
),

-- One item that landed for several other sites counts once.
elsewhere as (
    select
        importers.site,
        importers.period,
        importers.importer_eori,
        declarations.mrn,
        declarations.item,
        max(declarations.net_mass_t) as net_mass_t
    from importers
    inner join declarations
        on importers.importer_eori = declarations.importer_eori
        and importers.period = declarations.declared_year
        and importers.site <> declarations.site
    inner join goods
        on declarations.cn_code = goods.cn_code
    left join origins
        on declarations.country_code = origins.country_code
    left join here
        on importers.site = here.site
        and declarations.mrn = here.mrn
        and declarations.item = here.item
    where origins.country_code is null
        and here.mrn is null
    group by importers.site, importers.period, importers.importer_eori, declarations.mrn, declarations.item
)

select
    site,
    period,
    importer_eori,
    sum(net_mass_t) as elsewhere_t
from elsewhere
group by site, period, importer_eori
