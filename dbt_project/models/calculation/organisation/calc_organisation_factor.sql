{{ scoped() }}

-- What an activity of the year counts with: of the factors that were looked at the one that won.
with
winners as (
    select
        *,
        'fact:' || site || ':' || period || ':footprint:' || subject as footprint_fact_id
    from {{ ref('calc_organisation_factor_candidate') }}
    where {{ in_scope() }}
        and is_winner
)

select
    parameter,
    subject,
    activity_unit,
    case when raw_table = 'factor_document' then 'factor_document' else coalesce(raw_table, 'published') end
        as factor_class,
    source_class,
    factor,
    case
        when footprint_kgco2e is null then factor_id
        else {{ line_id("'organisation_footprint'", 'subject') }}
    end as factor_id,
    factor_unit,
    factor_match,
    footprint_kgco2e as footprint,
    footprint_fact_id || ':footprint' as footprint_id,
    declared_mass_kg as declared_mass,
    footprint_fact_id || ':declared_mass' as declared_mass_id,
    raw_table,
    evidence_id,
    record_number,
    factor_source,
    valid_from,
    site,
    period
from winners
