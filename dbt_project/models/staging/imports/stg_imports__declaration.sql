{{ scoped(period_column=none) }}

with
declarations as (
    select * from {{ source('raw', 'import_declaration') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

units as (
    select
        unit_alias.alias,
        conversions.factor as mass_factor
    from {{ ref('unit_alias') }} as unit_alias
    inner join {{ ref('unit_conversion') }} as conversions
        on unit_alias.unit = conversions.from_unit
        and unit_alias.commodity = conversions.commodity
    where unit_alias.commodity = 'any'
        and conversions.quantity = 'mass'
),

typed as (
    select
        declarations.site,
        declarations.evidence_id,
        declarations.record_number,
        active_evidence.arrival_order,
        upper({{ landed_text('declarations.importer_eori') }}) as importer_eori,
        {{ landed_text('declarations.importer') }} as importer,
        {{ landed_text('declarations.mrn') }} as mrn,
        {{ landed_text('declarations.item') }} as item,
        {{ landed_date('declarations.declared_on') }} as declared_date,
        replace(replace({{ landed_text('declarations.cn_code') }}, ' ', ''), '.', '') as commodity_code,
        upper({{ landed_text('declarations.country_code') }}) as country_code,
        {{ landed_number('declarations.net_mass') }} as net_mass,
        {{ landed_text('declarations.unit') }} as unit,
        {{ landed_text('declarations.installation') }} as installation,
        {{ landed_text('declarations.product') }} as product,
        {{ landed_text('declarations.value_basis') }} as value_basis,
        {{ landed_number('declarations.clinker_content') }} as clinker_content,
        {{ landed_number('declarations.carbon_price_credit_t') }} as carbon_price_credit_t,
        {{ landed_text('declarations.carbon_price_certificate') }} as carbon_price_certificate
    from declarations
    inner join active_evidence
        on declarations.site = active_evidence.site
        and declarations.evidence_id = active_evidence.evidence_id
),

-- An item of a declaration is imported once: the document that came last holds.
ranked as (
    select
        *,
        row_number() over (
            partition by site, mrn, item
            order by arrival_order desc, evidence_id desc, record_number desc
        ) as latest_rank
    from typed
)

select
    ranked.evidence_id,
    ranked.record_number,
    ranked.importer_eori,
    ranked.importer,
    ranked.mrn,
    ranked.item,
    ranked.declared_date,
    -- TARIC codes of ten digits begin with the CN code.
    substring(ranked.commodity_code, 1, 8) as cn_code,
    ranked.country_code,
    ranked.net_mass as declared_mass,
    ranked.unit,
    {{ converted('ranked.net_mass', 'units.mass_factor') }} as net_mass_t,
    ranked.installation,
    ranked.product,
    ranked.value_basis,
    ranked.clinker_content,
    ranked.carbon_price_credit_t,
    ranked.carbon_price_certificate,
    case
        when ranked.latest_rank > 1 then 'superseded'
        when regexp_extract(ranked.commodity_code, '^([0-9]{8}|[0-9]{10})$', 0) = '' then 'unreadable_code'
        when units.mass_factor is null then 'no_mass'
        else 'counted'
    end as declaration_state,
    ranked.site
from ranked
left join units
    on ranked.unit = units.alias
