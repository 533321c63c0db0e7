-- Every factor that the calculation may cite, whatever its origin, under the id that calculation lines use.
with
emission_factors as (
    select * from {{ ref('emission_factor') }}
),

warming_potentials as (
    select * from {{ ref('global_warming_potential') }}
),

pfc_factors as (
    select * from {{ ref('pfc_technology_factor') }}
),

regime_rules as (
    select * from {{ ref('regime_rule') }}
),

default_values as (
    select * from {{ ref('cbam_default_value') }}
    where status = 'value'
),

origin_countries as (
    select * from {{ ref('cbam_origin_country') }}
    where is_zero_rated
),

certificates as (
    select * from {{ ref('stg_factor__lab_certificate') }}
),

documents as (
    select * from {{ ref('stg_factor__factor_document') }}
),

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
),

published as (
    select
        'factor:' || factor_code || '@' || version as factor_id,
        factor_code,
        version,
        parameter,
        cast(null as varchar) as material,
        material_class,
        value,
        unit,
        published_value,
        published_unit,
        source_class,
        source,
        document,
        gas,
        factor_use,
        country_code,
        valid_from,
        valid_to,
        known_since,
        licence,
        status,
        note
    from emission_factors
    union all
    select
        'factor:' || factor_code || '@' || version,
        factor_code,
        version,
        'gwp',
        cast(null as varchar),
        cast(null as varchar),
        value,
        unit,
        cast(value as varchar),
        unit,
        'type_1',
        source,
        document,
        gas,
        'any',
        cast(null as varchar),
        valid_from,
        valid_to,
        known_since,
        licence,
        case when is_confirmed then 'active' else 'context' end,
        note
    from warming_potentials
    union all
    select
        'factor:' || factor_code || '@' || version,
        factor_code,
        version,
        'pfc_' || method || '_coefficient',
        cast(null as varchar),
        cast(null as varchar),
        coefficient,
        coefficient_unit,
        cast(coefficient as varchar),
        coefficient_unit,
        'type_1',
        source,
        document,
        'CF4',
        technology,
        cast(null as varchar),
        valid_from,
        valid_to,
        known_since,
        licence,
        'active',
        note
    from pfc_factors
    union all
    select
        'constant:' || rule_code || '@' || version,
        rule_code,
        version,
        subject,
        cast(null as varchar),
        cast(null as varchar),
        value,
        unit,
        cast(value as varchar),
        unit,
        'regulation',
        source,
        clause,
        'none',
        regime,
        cast(null as varchar),
        valid_from,
        valid_to,
        known_since,
        licence,
        'active',
        note
    from regime_rules
    where value is not null
),

-- One row a default line and year of its mark-up. The mark-up is on the total, which is authoritative; what is not
-- indirect is direct. Printed figures (3 decimals) are the law, the unrounded ones are for comparison.
default_years as (
    select
        default_values.*,
        '2026' as mark_up_year,
        date '2026-01-01' as year_from,
        date '2027-01-01' as year_to,
        published_see_total_2026 as marked_up_total,
        mark_up_2026_share as mark_up_share
    from default_values
    union all
    select
        default_values.*,
        '2027',
        date '2027-01-01',
        date '2028-01-01',
        published_see_total_2027,
        mark_up_2027_share
    from default_values
    union all
    select
        default_values.*,
        '2028',
        date '2028-01-01',
        cast(null as date),
        published_see_total_2028,
        mark_up_2028_share
    from default_values
),

defaults_split as (
    select
        *,
        round(coalesce(published_see_indirect, 0) * (1 + mark_up_share), 3) as marked_up_indirect
    from default_years
),

default_factors as (
    select
        'factor:' || factor_code || '/' || mark_up_year || '/direct@' || version as factor_id,
        factor_code || '/' || mark_up_year || '/direct' as factor_code,
        'see_direct' as parameter,
        round(marked_up_total - marked_up_indirect, 3) as value,
        published_see_direct as published_value,
        version,
        source,
        document,
        country_code,
        year_from,
        year_to,
        known_since,
        licence,
        cn_prefix,
        note
    from defaults_split
    union all
    select
        'factor:' || factor_code || '/' || mark_up_year || '/indirect@' || version,
        factor_code || '/' || mark_up_year || '/indirect',
        'see_indirect',
        marked_up_indirect,
        published_see_indirect,
        version,
        source,
        document,
        country_code,
        year_from,
        year_to,
        known_since,
        licence,
        cn_prefix,
        note
    from defaults_split
    where published_see_indirect is not null
),

declared as (
    select
        declarations.*,
        'see_direct' as parameter,
        see_direct_tco2e_per_t as value,
        'tCO2e/t' as unit,
        published_see_direct as published_value,
        published_see_direct_unit as published_unit
    from declarations
    union all
    select
        declarations.*,
        'electricity_intensity',
        electricity_mwh_per_t,
        'MWh/t',
        published_electricity,
        published_electricity_unit
    from declarations
    where electricity_mwh_per_t is not null
    union all
    select
        declarations.*,
        'electricity_factor',
        electricity_factor_tco2_per_mwh,
        'tCO2/MWh',
        published_electricity_factor,
        published_electricity_factor_unit
    from declarations
    where electricity_factor_tco2_per_mwh is not null
    union all
    select
        declarations.*,
        'see_indirect',
        see_indirect_tco2e_per_t,
        'tCO2e/t',
        published_see_indirect,
        published_see_indirect_unit
    from declarations
    where see_indirect_tco2e_per_t is not null
)

select
    'seed' as origin,
    factor_id,
    factor_code,
    version,
    parameter,
    material,
    material_class,
    value,
    unit,
    published_value,
    published_unit,
    source_class,
    source,
    document,
    gas,
    factor_use,
    country_code,
    valid_from,
    valid_to,
    known_since,
    licence,
    status,
    note,
    cast(null as varchar) as refusal_code,
    cast(0 as bigint) as arrival_order,
    cast(null as varchar) as raw_table,
    cast(null as varchar) as evidence_id,
    cast(null as bigint) as record_number,
    cast(null as varchar) as site
from published
union all
select
    'seed',
    factor_id,
    factor_code,
    version,
    parameter,
    cast(null as varchar),
    cn_prefix,
    value,
    'tCO2e/t',
    cast(published_value as varchar),
    'tCO2e/t',
    'cbam_default',
    source,
    document,
    'CO2e',
    'mark-up',
    country_code,
    year_from,
    year_to,
    known_since,
    licence,
    'active',
    note,
    cast(null as varchar),
    0,
    cast(null as varchar),
    cast(null as varchar),
    cast(null as bigint),
    cast(null as varchar)
from default_factors
union all
select
    'seed',
    'factor:CBAM-ORIGIN-' || country_code || '@' || version,
    'CBAM-ORIGIN-' || country_code,
    version,
    'see_direct',
    cast(null as varchar),
    cast(null as varchar),
    cast(0 as double),
    'tCO2e/t',
    '0',
    'tCO2e/t',
    'zero_rated_origin',
    source,
    clause,
    'CO2e',
    'any',
    country_code,
    valid_from,
    valid_to,
    known_since,
    licence,
    'active',
    note,
    cast(null as varchar),
    0,
    cast(null as varchar),
    cast(null as varchar),
    cast(null as bigint),
    cast(null as varchar)
from origin_countries
union all
select
    'document',
    'factor:' || factor_code || '@' || evidence_id || '.' || cast(record_number as varchar),
    factor_code,
    evidence_id || '.' || cast(record_number as varchar),
    parameter,
    material,
    cast(null as varchar),
    value,
    unit,
    published_value,
    published_unit,
    'lab',
    laboratory,
    'certificate ' || certificate_number || coalesce(', ' || method, ''),
    'CO2',
    'any',
    cast(null as varchar),
    valid_from,
    valid_to,
    sample_date,
    cast(null as varchar),
    'active',
    basis,
    refusal_code,
    arrival_order,
    'lab_certificate',
    evidence_id,
    record_number,
    site
from certificates
union all
select
    'document',
    'factor:' || coalesce(factor_code, parameter) || '@' || evidence_id || '.' || cast(record_number as varchar),
    coalesce(factor_code, parameter),
    evidence_id || '.' || cast(record_number as varchar),
    parameter,
    material,
    cast(null as varchar),
    value,
    unit,
    published_value,
    published_unit,
    source_class,
    source,
    'factor document, approved by ' || coalesce(approver, '-'),
    'CO2',
    'any',
    cast(null as varchar),
    valid_from,
    valid_to,
    known_since,
    cast(null as varchar),
    'active',
    note,
    refusal_code,
    arrival_order,
    'factor_document',
    evidence_id,
    record_number,
    site
from documents
union all
select
    'document',
    'factor:' || factor_code || '/' || parameter || '@' || evidence_id || '.' || cast(record_number as varchar),
    factor_code || '/' || parameter,
    evidence_id || '.' || cast(record_number as varchar),
    parameter,
    material,
    cn_code,
    value,
    unit,
    published_value,
    published_unit,
    case when is_verified then 'verified_declaration' else 'declaration' end,
    supplier,
    'declaration ' || declaration_number || coalesce(', ' || installation, ''),
    'CO2e',
    see_direct_source,
    country_code,
    valid_from,
    valid_to,
    cast(null as date),
    cast(null as varchar),
    'active',
    coalesce('verification report ' || verification_report, ''),
    refusal_code,
    arrival_order,
    'supplier_declaration',
    evidence_id,
    record_number,
    site
from declared
