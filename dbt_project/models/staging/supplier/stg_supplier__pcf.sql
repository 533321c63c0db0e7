with
footprints as (
    select * from {{ source('raw', 'pcf') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

typed as (
    select
        footprints.site,
        footprints.evidence_id,
        footprints.record_number,
        active_evidence.arrival_order,
        footprints.standard,
        {{ landed_text('footprints.spec_version') }} as spec_version,
        -- From PACT 3 and Catena-X 9 on values and mass are for the declared amount; before, formats left it open.
        footprints.spec_version like '3.%' or footprints.spec_version like '%:9.%' as is_for_declared_amount,
        lower({{ landed_text('footprints.pcf_id') }}) as pcf_id,
        {{ landed_text('footprints.pcf_version') }} as pcf_version,
        try_cast(footprints.pcf_version as integer) as version_number,
        {{ landed_text('footprints.status') }} as status,
        {{ landed_text('footprints.created') }} as created_at,
        {{ moment_date('footprints.created') }} as created_date,
        lower({{ landed_text('footprints.preceding_ids') }}) as preceding_ids,
        {{ landed_text('footprints.company_name') }} as company_name,
        {{ landed_text('footprints.product_name') }} as product_name,
        lower({{ landed_text('footprints.product_ids') }}) as product_ids,
        {{ landed_factor('footprints.declared_unit_amount') }} as declared_amount,
        {{ landed_text('footprints.declared_unit') }} as declared_unit,
        {{ footprint_unit_key('footprints.declared_unit') }} as declared_unit_key,
        {{ landed_factor('footprints.product_mass') }} as product_mass_kg,
        {{ landed_factor('footprints.excluding_biogenic') }} as pcf_excluding_biogenic_kgco2e,
        {{ landed_factor('footprints.including_biogenic') }} as pcf_including_biogenic_kgco2e,
        {{ landed_factor('footprints.fossil_emissions') }} as fossil_kgco2e,
        {{ moment_date('footprints.reference_start') }} as reference_from,
        {{ moment_date('footprints.reference_end') }} as reference_to,
        {{ moment_date('footprints.valid_from') }} as stated_valid_from,
        {{ moment_date('footprints.valid_to') }} as stated_last_day,
        {{ landed_text('footprints.country') }} as country_code,
        {{ landed_text('footprints.boundary') }} as boundary,
        {{ landed_factor('footprints.primary_data_share') }} as primary_data_share_pct,
        {{ landed_text('footprints.verifier') }} as verifier,
        {{ landed_text('footprints.verification_coverage') }} as verification_coverage,
        {{ moment_date('footprints.verified_on') }} as verified_on
    from footprints
    inner join active_evidence
        on footprints.site = active_evidence.site
        and footprints.evidence_id = active_evidence.evidence_id
),

-- A footprint names those that it takes the place of; the chain may skip some, so each name counts by itself.
replaced as (
    select distinct
        older.site,
        older.pcf_id
    from typed as older
    inner join typed as newer
        on older.site = newer.site
        and older.pcf_id <> newer.pcf_id
        and ' ' || newer.preceding_ids || ' ' like '% ' || older.pcf_id || ' %'
),

ranked as (
    select
        *,
        row_number() over (
            partition by site, pcf_id
            order by version_number desc nulls last, created_at desc nulls last, arrival_order desc, record_number desc
        ) as version_rank
    from typed
)

select
    ranked.site,
    ranked.evidence_id,
    ranked.record_number,
    ranked.arrival_order,
    ranked.standard,
    ranked.spec_version,
    ranked.is_for_declared_amount,
    ranked.pcf_id,
    ranked.pcf_version,
    ranked.status,
    ranked.created_at,
    ranked.created_date,
    ranked.status = 'Deprecated' or ranked.version_rank > 1 or replaced.pcf_id is not null as is_superseded,
    ranked.company_name,
    ranked.product_name,
    ranked.product_ids,
    ranked.declared_amount,
    ranked.declared_unit,
    ranked.declared_unit_key,
    ranked.product_mass_kg,
    ranked.pcf_excluding_biogenic_kgco2e,
    ranked.pcf_including_biogenic_kgco2e,
    ranked.fossil_kgco2e,
    ranked.reference_from,
    ranked.reference_to,
    coalesce(ranked.stated_valid_from, ranked.reference_to) as valid_from,
    -- Without a stated end a footprint holds for three years from the end of its data (PACT, validityPeriodStart).
    cast(coalesce(ranked.stated_last_day, ranked.reference_to + interval 3 year) + interval 1 day as date) as valid_to,
    ranked.country_code,
    ranked.boundary,
    ranked.primary_data_share_pct,
    ranked.verifier,
    ranked.verification_coverage,
    ranked.verified_on
from ranked
left join replaced
    on ranked.site = replaced.site
    and ranked.pcf_id = replaced.pcf_id
