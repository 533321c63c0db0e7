{{ scoped(period_column=none) }}

-- Kept as a table: where the register of factors joined it as a view, the engine lost the dictionary of a joined column
-- (DuckDB 2.0.0, internal error "dict-surviving cache").
with
declarations as (
    select * from {{ source('raw', 'supplier_declaration') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

factor_units as (
    select * from {{ ref('factor_unit') }}
),

materials as (
    select * from {{ ref('stg_master__material') }}
    where role = 'precursor'
),

cn_codes as (
    select * from {{ ref('cbam_cn_code') }}
),

goods as (
    select * from {{ ref('cbam_good') }}
),

purchase_items as (
    select * from {{ ref('stg_master__purchase_item') }}
),

accreditation_countries as (
    select * from {{ ref('accreditation_country') }}
),

scope_words as (
    select * from {{ ref('accreditation_scope_word') }}
),

-- A communication template does not know the buyer's codes: its product is found by the name on invoices, else by the
-- CN code, where only one material of the site fits.
materials_by_name as (
    select
        purchase_items.site,
        lower(purchase_items.description) as product_key,
        min(purchase_items.material) as material
    from purchase_items
    inner join materials
        on purchase_items.site = materials.site
        and purchase_items.material = materials.material
    group by purchase_items.site, lower(purchase_items.description)
    having count(distinct purchase_items.material) = 1
),

materials_by_code as (
    select
        site,
        substring(cn_code, 1, 8) as cn_code,
        min(material) as material
    from materials
    where cn_code is not null
    group by site, substring(cn_code, 1, 8)
    having count(distinct material) = 1
),

typed as (
    select
        declarations.site,
        declarations.evidence_id,
        declarations.record_number,
        active_evidence.arrival_order,
        {{ landed_text('declarations.declaration_number') }} as declaration_number,
        {{ landed_text('declarations.supplier') }} as supplier,
        {{ landed_text('declarations.installation') }} as installation,
        upper({{ landed_text('declarations.country_code') }}) as country_code,
        {{ landed_text('declarations.material') }} as stated_material,
        {{ landed_text('declarations.product_name') }} as product_name,
        replace({{ landed_text('declarations.cn_code') }}, ' ', '') as cn_code,
        {{ landed_date('declarations.valid_from') }} as valid_from,
        {{ landed_text('declarations.valid_to') }} as valid_to_text,
        {{ landed_date('declarations.valid_to') }} as valid_to,
        {{ landed_text('declarations.see_direct') }} as published_see_direct,
        {{ landed_factor('declarations.see_direct') }} as printed_see_direct,
        {{ landed_text('declarations.see_direct_unit') }} as published_see_direct_unit,
        lower({{ landed_text('declarations.see_direct_source') }}) as stated_see_direct_source,
        {{ landed_text('declarations.see_indirect') }} as published_see_indirect,
        {{ landed_factor('declarations.see_indirect') }} as printed_see_indirect,
        {{ landed_text('declarations.see_indirect_unit') }} as published_see_indirect_unit,
        {{ landed_factor('declarations.default_share') }} as default_share,
        {{ landed_text('declarations.electricity') }} as published_electricity,
        {{ landed_factor('declarations.electricity') }} as printed_electricity,
        {{ landed_text('declarations.electricity_unit') }} as published_electricity_unit,
        {{ landed_text('declarations.electricity_factor') }} as published_electricity_factor,
        {{ landed_factor('declarations.electricity_factor') }} as printed_electricity_factor,
        {{ landed_text('declarations.electricity_factor_unit') }} as published_electricity_factor_unit,
        {{ landed_text('declarations.electricity_factor_source') }} as electricity_factor_source,
        {{ landed_text('declarations.sefa') }} as published_sefa,
        {{ landed_factor('declarations.sefa') }} as printed_sefa,
        {{ landed_text('declarations.sefa_unit') }} as published_sefa_unit,
        {{ landed_text('declarations.functional_content') }} as published_functional_content,
        {{ landed_factor('declarations.functional_content') }} as stated_content,
        {{ landed_text('declarations.carbon_price_paid_twd_per_t') }} as published_carbon_price,
        {{ landed_factor('declarations.carbon_price_paid_twd_per_t') }} as carbon_price_paid_twd_per_t,
        {{ landed_reference('declarations.carbon_price_proof') }} as carbon_price_proof,
        {{ landed_reference('declarations.import_exemption') }} as import_exemption,
        {{ landed_reference('declarations.verification_report') }} as verification_report,
        {{ landed_reference('declarations.verifier') }} as verifier,
        {{ landed_reference('declarations.verifier_accreditation') }} as verifier_accreditation,
        {{ landed_reference('declarations.accreditation_body') }} as accreditation_body,
        -- Not read as the name of a paper, where NO is none: it is Norway.
        {{ landed_text('declarations.accreditation_country') }} as accreditation_country,
        {{ landed_reference('declarations.verifier_accreditation_scope') }} as verifier_accreditation_scope,
        {{ landed_date('declarations.accreditation_from') }} as accreditation_from,
        {{ landed_date('declarations.accreditation_to') }} as accreditation_to,
        {{ landed_date('declarations.verified_on') }} as verified_on,
        {{ landed_text('declarations.request_id') }} as request_id,
        {{ landed_date('declarations.verified_from') }} as verified_from,
        {{ landed_date('declarations.verified_to') }} as verified_to
    from declarations
    inner join active_evidence
        on declarations.site = active_evidence.site
        and declarations.evidence_id = active_evidence.evidence_id
),

converted as (
    select
        typed.*,
        coalesce(typed.stated_material, materials_by_name.material, materials_by_code.material) as material,
        -- The template states a share of default values instead of a source; a part of defaults counts as default.
        coalesce(
            typed.stated_see_direct_source,
            case when typed.default_share = 0 then 'measured' when typed.default_share > 0 then 'default' end
        ) as see_direct_source,
        typed.printed_see_indirect * indirect_units.factor as see_indirect_tco2e_per_t,
        typed.printed_see_direct * see_units.factor as see_direct_tco2e_per_t,
        typed.printed_sefa * sefa_units.factor as sefa_tco2e_per_t,
        typed.printed_electricity * electricity_units.factor as electricity_mwh_per_t,
        typed.printed_electricity_factor * grid_units.factor as electricity_factor_tco2_per_mwh
    from typed
    left join factor_units as see_units
        on see_units.parameter = 'see_direct'
        and {{ factor_unit_key('typed.published_see_direct_unit') }} = see_units.unit_key
    left join factor_units as indirect_units
        on indirect_units.parameter = 'see_direct'
        and {{ factor_unit_key('typed.published_see_indirect_unit') }} = indirect_units.unit_key
    left join factor_units as sefa_units
        on sefa_units.parameter = 'see_direct'
        and {{ factor_unit_key('typed.published_sefa_unit') }} = sefa_units.unit_key
    left join materials_by_name
        on typed.site = materials_by_name.site
        and lower(typed.product_name) = materials_by_name.product_key
    left join materials_by_code
        on typed.site = materials_by_code.site
        and substring(typed.cn_code, 1, 8) = materials_by_code.cn_code
    left join factor_units as electricity_units
        on electricity_units.parameter = 'electricity_intensity'
        and {{ factor_unit_key('typed.published_electricity_unit') }} = electricity_units.unit_key
    left join factor_units as grid_units
        on grid_units.parameter = 'electricity_factor'
        and {{ factor_unit_key('typed.published_electricity_factor_unit') }} = grid_units.unit_key
),

-- What the material counts by: clinker or nitrogen (IR (EU) 2025/2547 Art. 4), else its own mass.
classed as (
    select
        converted.*,
        goods.functional_content as content_name,
        goods.sector
    from converted
    left join materials
        on converted.site = materials.site
        and converted.material = materials.material
    left join cn_codes
        on substring(coalesce(converted.cn_code, materials.cn_code), 1, 8) = cn_codes.cn_code
    left join goods
        on cn_codes.good_category = goods.good_category
),

-- What an accreditation covers is written in words; one of them must be a word for the goods.
scope_fits as (
    select distinct
        classed.site,
        classed.evidence_id,
        classed.record_number
    from classed
    inner join scope_words
        on classed.sector = scope_words.sector
        and regexp_matches(
            lower(classed.verifier_accreditation_scope), '(^|[^a-z])' || scope_words.word || '([^a-z]|$)'
        )
),

-- A verification has five parts (IR (EU) 2025/2547, Annex II, A.1(4)) and a verifier who was accredited for the goods, by a
-- national body of the EU or EEA, when the report was written: where its day is not stated, no earlier than the verified
-- period ended (DR (EU) 2025/2551).
checked as (
    select
        classed.*,
        classed.verification_report is not null
        and classed.verifier is not null
        and classed.verifier_accreditation is not null
        and coalesce(classed.verified_to > classed.verified_from, false) as has_verification,
        case
            when classed.accreditation_body is null or classed.accreditation_country is null then 'no_accreditation_body'
            when accreditation_countries.country_code is null then 'accreditation_outside_eea'
            when coalesce(classed.verified_on, classed.verified_to) < classed.accreditation_from
                or coalesce(classed.verified_on, classed.verified_to) >= classed.accreditation_to
                then 'accreditation_not_in_force'
            when classed.verifier_accreditation_scope is null then 'no_accreditation_scope'
            when scope_fits.site is null then 'other_accreditation_scope'
        end as accreditation_fault
    from classed
    left join accreditation_countries
        on lower(classed.accreditation_country)
        in (lower(accreditation_countries.country_code), lower(accreditation_countries.country_name))
        and coalesce(accreditation_countries.valid_to, date '9999-12-31')
        > coalesce(classed.verified_on, classed.verified_to)
    left join scope_fits
        on classed.site = scope_fits.site
        and classed.evidence_id = scope_fits.evidence_id
        and classed.record_number = scope_fits.record_number
),

judged as (
    select
        *,
        case
            when printed_see_direct is null then 'unreadable_value'
            when see_direct_tco2e_per_t is null
                or (printed_electricity is not null and electricity_mwh_per_t is null)
                or (printed_electricity_factor is not null and electricity_factor_tco2_per_mwh is null)
                or (printed_see_indirect is not null and see_indirect_tco2e_per_t is null)
                or (printed_sefa is not null and sefa_tco2e_per_t is null)
                then 'unknown_unit'
            when (published_electricity is not null and printed_electricity is null)
                or (published_electricity_factor is not null and printed_electricity_factor is null)
                or (published_sefa is not null and printed_sefa is null)
                or (published_functional_content is not null and stated_content is null)
                or (published_carbon_price is not null and carbon_price_paid_twd_per_t is null)
                then 'unreadable_value'
            when see_direct_tco2e_per_t < 0 or electricity_mwh_per_t < 0 or electricity_factor_tco2_per_mwh < 0
                or see_indirect_tco2e_per_t < 0 or sefa_tco2e_per_t < 0
                or stated_content <= 0 or stated_content > 1
                or carbon_price_paid_twd_per_t < 0
                then 'impossible_value'
            when stated_content is not null and content_name is null then 'good_without_content'
            when valid_from is null
                or (valid_to_text is not null and valid_to is null)
                or valid_to <= valid_from
                then 'unreadable_date'
            when see_direct_source in ('epd', 'lca', 'pcf') then 'life_cycle_value'
            when see_direct_source is null or see_direct_source not in ('measured', 'default', 'unknown')
                then 'unknown_source_class'
        end as refusal_code
    from checked
)

select
    site,
    evidence_id,
    record_number,
    arrival_order,
    declaration_number || '/' || coalesce(material, product_name, cn_code) as factor_code,
    declaration_number,
    supplier,
    installation,
    country_code,
    material,
    cn_code,
    valid_from,
    valid_to,
    see_direct_tco2e_per_t,
    published_see_direct,
    published_see_direct_unit,
    see_direct_source,
    default_share,
    -- Where electricity and its factor are stated, indirect emissions are computed from them.
    case when electricity_factor_tco2_per_mwh is null then see_indirect_tco2e_per_t end as see_indirect_tco2e_per_t,
    published_see_indirect,
    published_see_indirect_unit,
    electricity_mwh_per_t,
    published_electricity,
    published_electricity_unit,
    electricity_factor_tco2_per_mwh,
    published_electricity_factor,
    published_electricity_factor_unit,
    electricity_factor_source,
    sefa_tco2e_per_t,
    published_sefa,
    published_sefa_unit,
    stated_content,
    published_functional_content,
    carbon_price_paid_twd_per_t,
    carbon_price_proof,
    import_exemption,
    content_name,
    verification_report,
    verifier,
    verifier_accreditation,
    accreditation_body,
    accreditation_country,
    verifier_accreditation_scope,
    accreditation_from,
    accreditation_to,
    request_id,
    verified_from,
    verified_to,
    verified_on,
    has_verification and accreditation_fault is null as is_verified,
    case when has_verification then accreditation_fault end as accreditation_fault,
    refusal_code is null as is_usable,
    refusal_code
from judged
