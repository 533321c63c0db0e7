{{ scoped(period_column=none) }}

with
certificates as (
    select * from {{ source('raw', 'renewable_certificate') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

sites as (
    select
        site,
        company_id
    from {{ ref('stg_master__site') }}
),

typed as (
    select
        certificates.site,
        certificates.evidence_id,
        certificates.record_number,
        active_evidence.arrival_order,
        {{ landed_text('certificates.certificate_number') }} as certificate_number,
        {{ landed_text('certificates.generator') }} as generator,
        {{ landed_text('certificates.generator_number') }} as generator_number,
        {{ landed_text('certificates.energy_type') }} as energy_type,
        {{ landed_date('certificates.generation_start') }} as generation_start,
        cast({{ landed_date('certificates.generation_end') }} + interval 1 day as date) as generation_end,
        {{ landed_text('certificates.supply_mode') }} as supply_mode,
        {{ landed_number('certificates.quantity') }} as quantity_kwh,
        {{ landed_text('certificates.holder_id') }} as holder_id,
        {{ landed_text('certificates.transferee_id') }} as transferee_id,
        {{ landed_date('certificates.transfer_date') }} as transfer_date,
        {{ landed_text('certificates.use_purpose') }} as use_purpose,
        cast({{ landed_number('certificates.claim_year') }} as integer) as printed_claim_year,
        {{ landed_date('certificates.registration_date') }} as registration_date,
        {{ landed_text('certificates.certificate_status') }} as certificate_status,
        {{ landed_number('certificates.amount') }} as amount_twd,
        sites.company_id
    from certificates
    inner join active_evidence
        on certificates.site = active_evidence.site
        and certificates.evidence_id = active_evidence.evidence_id
    left join sites
        on certificates.site = sites.site
),

-- A claim year of three digits is ROC.
dated as (
    select
        *,
        case when printed_claim_year < 1000 then printed_claim_year + 1911 else printed_claim_year end as claim_year
    from typed
),

-- A certificate exists once: the document that came last says what has become of it, the others are copies.
ranked as (
    select
        *,
        row_number() over (
            partition by site, certificate_number order by arrival_order desc, evidence_id desc, record_number desc
        ) as latest_rank,
        count(claim_year) over (partition by site, certificate_number) > 0
        and min(claim_year) over (partition by site, certificate_number)
        <> max(claim_year) over (partition by site, certificate_number) as is_claimed_twice
    from dated
)

select
    evidence_id,
    record_number,
    arrival_order,
    certificate_number,
    generator,
    generator_number,
    energy_type,
    generation_start,
    generation_end,
    supply_mode,
    quantity_kwh,
    holder_id,
    transferee_id,
    transfer_date,
    use_purpose,
    claim_year,
    registration_date,
    certificate_status,
    amount_twd,
    -- A certificate of own use that its holder never got by a transfer is evidence of power that no bill shows.
    case
        when company_id is null or coalesce(holder_id, '') <> company_id then 'received'
        when transferee_id <> company_id then 'sold'
        when transferee_id is null and transfer_date is null and supply_mode like '%自用%' then 'own'
        else 'received'
    end as certificate_holding,
    case
        when latest_rank > 1 then 'superseded'
        when certificate_status in ('註銷', '撤銷', 'revoked') then 'revoked'
        when is_claimed_twice then 'claimed_twice'
        -- Only its holder, or whom it was transferred to, may claim it.
        when company_id <> holder_id and coalesce(transferee_id, '') <> company_id then 'held_by_other'
        when claim_year is not null and claim_year <> extract(year from generation_start) then 'wrong_year'
        when generation_start < generation_end then 'valid'
        else 'unreadable_date'
    end as certificate_state,
    site
from ranked
