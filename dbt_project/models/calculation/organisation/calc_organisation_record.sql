{{ scoped() }}

-- A purchase counts by mass where its item has a factor by mass, else by spend where its kind of spend has a factor.
with
years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

activities as (
    select * from {{ ref('stg_organisation__activity') }}
    where record_state = 'counted'
),

-- Precursors, fuels and power come from invoices, bills and meters; a ledger that books them too does not add to them.
materials as (
    select * from {{ ref('stg_master__material') }}
),

units as (
    select * from {{ ref('calc_document_unit') }}
),

factors as (
    select * from {{ ref('calc_organisation_factor') }}
    where {{ in_scope() }}
),

dated as (
    select
        years.site,
        years.period,
        activities.raw_table,
        activities.evidence_id,
        activities.record_number,
        activities.item_class,
        activities.subject,
        activities.subject_name,
        activities.quantity,
        activities.spend,
        activities.currency,
        activities.spend_category,
        coalesce(materials.role in ('precursor', 'fuel', 'waste_gas', 'electricity'), false) as is_booked_elsewhere,
        case when units.canonical_unit = 't' then {{ converted('activities.quantity', 'units.factor') }} end as mass_t,
        activities.distance_km,
        activities.nights
    from activities
    inner join years
        on activities.site = years.site
        and activities.activity_date >= years.period_start
        and activities.activity_date < years.period_end
    left join units
        on activities.unit = units.unit
    left join materials
        on activities.site = materials.site
        and activities.subject = materials.material
),

based as (
    select
        dated.*,
        case
            when dated.raw_table <> 'purchase_ledger' then 'service'
            when dated.is_booked_elsewhere then 'booked_elsewhere'
            when dated.mass_t is not null and mass_factors.subject is not null then 'mass'
            when spend_factors.subject is not null then 'spend'
            when dated.mass_t is not null then 'mass'
            else 'spend'
        end as basis
    from dated
    left join factors as mass_factors
        on dated.site = mass_factors.site
        and dated.period = mass_factors.period
        and dated.subject = mass_factors.subject
        and mass_factors.activity_unit = 't'
    left join factors as spend_factors
        on dated.site = spend_factors.site
        and dated.period = spend_factors.period
        and dated.spend_category = spend_factors.subject
        and dated.currency = spend_factors.activity_unit
),

shaped as (
    select
        *,
        case when basis = 'spend' then coalesce(spend_category, subject) else subject end as factor_subject,
        case
            when raw_table = 'transport_leg' then 'tkm'
            when raw_table = 'business_travel' and distance_km is null then 'night'
            when raw_table in ('business_travel', 'commuting_survey') then 'pkm'
            when basis = 'spend' then currency
            else 't'
        end as activity_unit,
        case
            when raw_table in ('business_travel', 'commuting_survey') then quantity
            when basis = 'spend' then spend
            else mass_t
        end as amount,
        case
            when raw_table in ('transport_leg', 'commuting_survey') then distance_km
            when raw_table = 'business_travel' then coalesce(distance_km, nights)
        end as distance,
        'fact:' || site || ':' || period || ':' || raw_table as fact_prefix
    from based
)

select
    raw_table,
    evidence_id,
    record_number,
    item_class,
    factor_subject,
    subject,
    subject_name,
    basis,
    activity_unit,
    raw_table in ('transport_leg', 'business_travel', 'commuting_survey') as is_service,
    case
        when basis = 'spend' then activity_unit
        when raw_table in ('business_travel', 'commuting_survey') then '1'
        else 't'
    end as amount_unit,
    cast(amount as decimal(38, 12)) as amount,
    fact_prefix || ':' || item_class || '/' || factor_subject || ':amount'
    || case
        when raw_table in ('transport_leg', 'business_travel', 'commuting_survey')
            then ':' || evidence_id || '.' || cast(record_number as varchar)
        else ':' || activity_unit
    end as amount_id,
    case activity_unit when 'night' then '1' else 'km' end as distance_unit,
    cast(distance as decimal(38, 12)) as distance,
    fact_prefix || ':' || item_class || '/' || factor_subject || ':distance:' || evidence_id || '.'
    || cast(record_number as varchar) as distance_id,
    site,
    period
from shaped
