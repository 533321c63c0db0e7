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

reference_efficiencies as (
    select * from {{ ref('reference_efficiency') }}
),

regime_rules as (
    select * from {{ ref('regime_rule') }}
),

default_factors as (
    select * from {{ ref('calc_cbam_default_factor') }}
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
        cast(page as varchar) as page,
        basis,
        nullif(gwp_set, 'none') as gwp_set,
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
        cast(null as varchar),
        cast(null as varchar),
        gwp_set,
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
        technology,
        coefficient,
        coefficient_unit,
        cast(coefficient as varchar),
        coefficient_unit,
        'type_1',
        source,
        document,
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        'CF4',
        'any',
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
        'factor:' || factor_code || '/c2f6@' || version,
        factor_code || '/c2f6',
        version,
        'pfc_' || method || '_c2f6_share',
        cast(null as varchar),
        technology,
        c2f6_weight_share,
        '1',
        cast(c2f6_weight_share as varchar),
        '1',
        'type_1',
        source,
        document,
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        'none',
        'any',
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
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
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
    union all
    select
        declarations.*,
        'sefa',
        sefa_tco2e_per_t,
        'tCO2e/t',
        published_sefa,
        published_sefa_unit
    from declarations
    where sefa_tco2e_per_t is not null
    union all
    select
        declarations.*,
        'functional_content',
        stated_content,
        '1',
        published_functional_content,
        '1'
    from declarations
    where stated_content is not null
)

{{ register_columns(
    material='material', material_class='material_class', page='page', basis='basis', gwp_set='gwp_set', gas='gas',
    factor_use='factor_use', country_code='country_code', licence='licence', status='status'
) }}
from published
union all
{{ register_columns(
    material_class='cn_prefix', unit="'tCO2e/t'", published_unit="'tCO2e/t'", source_class="'cbam_default'", gas="'CO2e'", factor_use="'mark-up'",
    country_code='country_code', licence='licence'
) }}
from default_factors
union all
{{ register_columns(
    factor_id="'factor:CBAM-ORIGIN-' || country_code || '@' || version",
    factor_code="'CBAM-ORIGIN-' || country_code", parameter="'see_direct'", value='cast(0 as double)',
    unit="'tCO2e/t'", published_value="'0'", published_unit="'tCO2e/t'", source_class="'zero_rated_origin'",
    document='clause', gas="'CO2e'", country_code='country_code', licence='licence'
) }}
from origin_countries
union all
{{ register_columns(
    factor_id="'factor:' || factor_code || '@' || version", material_class='efficiency_class',
    source_class="'regulation'", page='page', gas="'none'", factor_use='construction', licence='licence'
) }}
from reference_efficiencies
union all
{{ register_columns(
    origin="'document'",
    factor_id="'factor:' || factor_code || '@' || evidence_id || '.' || cast(record_number as varchar)",
    version="evidence_id || '.' || cast(record_number as varchar)", material='material', source_class="'lab'",
    source='laboratory', basis="case when parameter = 'ncv' then 'ncv' end", document="'certificate ' || certificate_number || coalesce(' of ' || source_stream, '') || coalesce(', ' || method, '')",
    known_since='sample_date', note='basis', refusal_code='refusal_code', arrival_order='arrival_order',
    raw_table="'lab_certificate'", evidence_id='evidence_id', record_number='record_number', source_stream='source_stream',
    site='site'
) }}
from certificates
union all
{{ register_columns(
    origin="'document'",
    factor_id="'factor:' || coalesce(factor_code, parameter) || '@' || evidence_id || '.' || cast(record_number as varchar)",
    factor_code='coalesce(factor_code, parameter)', version="evidence_id || '.' || cast(record_number as varchar)",
    material='material', document="'factor document, approved by ' || coalesce(approver, '-') || coalesce(', ' || page, '')", page='page',
    basis='basis', gwp_set='gwp_set', author='author', approver='approver',
    status="case when approver is null then 'proposed' else 'active' end", refusal_code='refusal_code', arrival_order='arrival_order', raw_table="'factor_document'",
    evidence_id='evidence_id', record_number='record_number', site='site'
) }}
from documents
union all
{{ register_columns(
    origin="'document'",
    factor_id="'factor:' || factor_code || '/' || parameter || '@' || evidence_id || '.' || cast(record_number as varchar)",
    factor_code="factor_code || '/' || parameter", version="evidence_id || '.' || cast(record_number as varchar)",
    material='material', material_class='cn_code',
    source_class="case when is_verified then 'verified_declaration' else 'declaration' end", source='supplier',
    document="'declaration ' || declaration_number || coalesce(', ' || installation, '')", gas="'CO2e'",
    factor_use='see_direct_source', country_code='country_code', known_since='cast(null as date)',
    note="coalesce('verification report ' || verification_report, '')", refusal_code='refusal_code',
    arrival_order='arrival_order', raw_table="'supplier_declaration'", evidence_id='evidence_id',
    record_number='record_number', site='site'
) }}
from declared
