{{ scoped() }}

-- What an activity of the year counts with: the supplier's product footprint or EPD before a factor document.
with
years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

documents as (
    select * from {{ ref('calc_factor_register') }}
    where {{ in_scope_site() }}
        and parameter = 'life_cycle_factor'
        and raw_table = 'factor_document'
        and refusal_code is null
),

links as (
    select * from {{ ref('stg_supplier__footprint_link') }}
),

footprints as (
    select * from {{ ref('calc_pcf_intensity') }}
    where null_reason is null
        and not is_superseded
),

declarations as (
    select * from {{ ref('calc_epd_intensity') }}
    where null_reason is null
        and is_newest
),

candidates as (
    select
        years.site,
        years.period,
        links.material as subject,
        't' as activity_unit,
        'pcf' as factor_class,
        1 as class_rank,
        footprints.valid_from,
        footprints.arrival_order,
        footprints.pcf_excluding_biogenic_kgco2e_per_kg as factor,
        cast(null as varchar) as document_factor_id,
        footprints.pcf_excluding_biogenic_kgco2e as footprint_kgco2e,
        footprints.declared_mass_kg,
        'pcf' as raw_table,
        footprints.evidence_id,
        footprints.record_number,
        coalesce(footprints.company_name, '') || ', ' || footprints.standard || ' ' || footprints.pcf_id as factor_source
    from years
    inner join links
        on years.site = links.site
    inner join footprints
        on links.site = footprints.site
        and (
            links.footprint_key = footprints.pcf_id
            or ' ' || footprints.product_ids || ' ' like '% ' || links.footprint_key || ' %'
        )
        and footprints.valid_from < years.period_end
        and coalesce(footprints.valid_to, date '9999-12-31') > years.period_start

    union all

    select
        years.site,
        years.period,
        links.material as subject,
        't' as activity_unit,
        'epd' as factor_class,
        2 as class_rank,
        declarations.valid_from,
        declarations.arrival_order,
        declarations.gwp_total_kgco2e_per_kg as factor,
        cast(null as varchar) as document_factor_id,
        declarations.gwp_total_kgco2e as footprint_kgco2e,
        declarations.declared_mass_kg,
        'epd' as raw_table,
        declarations.evidence_id,
        declarations.record_number,
        coalesce(declarations.owner, '') || ', EPD ' || coalesce(declarations.registration_number, declarations.dataset_uuid)
            as factor_source
    from years
    inner join links
        on years.site = links.site
    inner join declarations
        on links.site = declarations.site
        and (
            links.footprint_key = declarations.dataset_uuid
            or links.footprint_key = lower(declarations.registration_number)
        )
        and coalesce(declarations.valid_from, date '1900-01-01') < years.period_end
        and coalesce(declarations.valid_to, date '9999-12-31') > years.period_start

    union all

    select
        years.site,
        years.period,
        documents.material as subject,
        replace(documents.unit, 'tCO2e/', '') as activity_unit,
        'factor_document' as factor_class,
        3 as class_rank,
        documents.valid_from,
        documents.arrival_order,
        documents.value as factor,
        documents.factor_id as document_factor_id,
        cast(null as double) as footprint_kgco2e,
        cast(null as double) as declared_mass_kg,
        documents.raw_table,
        documents.evidence_id,
        documents.record_number,
        documents.source as factor_source
    from years
    inner join documents
        on years.site = documents.site
        and documents.valid_from < years.period_end
        and coalesce(documents.valid_to, date '9999-12-31') > years.period_start
),

-- Of several that hold in the year the one that began last, then the one that came last.
ranked as (
    select
        *,
        row_number() over (
            partition by site, period, subject, activity_unit
            order by class_rank, valid_from desc nulls last, arrival_order desc, evidence_id desc, record_number desc
        ) as choice_rank
    from candidates
),

chosen as (
    select
        *,
        'fact:' || site || ':' || period || ':footprint:' || subject as footprint_fact_id
    from ranked
    where choice_rank = 1
)

select
    subject,
    activity_unit,
    factor_class,
    factor,
    case
        when document_factor_id is null then {{ line_id("'organisation_footprint'", 'subject') }}
        else document_factor_id
    end as factor_id,
    'tCO2e/' || activity_unit as factor_unit,
    footprint_kgco2e as footprint,
    footprint_fact_id || ':footprint' as footprint_id,
    declared_mass_kg as declared_mass,
    footprint_fact_id || ':declared_mass' as declared_mass_id,
    raw_table,
    evidence_id,
    record_number,
    factor_source,
    site,
    period
from chosen
