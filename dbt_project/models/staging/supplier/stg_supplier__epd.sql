with
datasets as (
    select * from {{ source('raw', 'epd') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

units as (
    select * from {{ ref('footprint_unit') }}
),

typed as (
    select
        datasets.site,
        datasets.evidence_id,
        datasets.record_number,
        active_evidence.arrival_order,
        datasets.format,
        lower({{ landed_text('datasets.dataset_uuid') }}) as dataset_uuid,
        {{ landed_text('datasets.dataset_version') }} as dataset_version,
        {{ landed_text('datasets.name') }} as name,
        {{ landed_text('datasets.registration_number') }} as registration_number,
        {{ landed_text('datasets.owner') }} as owner,
        coalesce(
            {{ landed_text('datasets.programme_operator') }}, {{ landed_text('datasets.registration_authority') }}
        ) as programme_operator,
        {{ landed_text('datasets.location') }} as location,
        {{ landed_text('datasets.background_database') }} as background_database,
        {{ landed_text('datasets.subtype') }} as subtype,
        case
            when lower(datasets.subtype) like 'specific%' then 'specific'
            when lower(datasets.subtype) like 'average%' then 'average'
            when lower(datasets.subtype) like 'representative%' then 'representative'
            when lower(datasets.subtype) like 'generic%' or lower(datasets.subtype) like 'template%' then 'generic'
            else 'unknown'
        end as data_class,
        case
            when lower(datasets.compliance) like '%15804%a2%' then 'A2'
            when lower(datasets.compliance) like '%15804%' then 'A1'
        end as stated_en15804_version,
        {{ landed_factor('datasets.flow_amount') }} as flow_amount,
        {{ landed_factor('datasets.property_amount') }} as property_amount,
        {{ landed_factor('datasets.declared_amount') }} as printed_declared_amount,
        coalesce(
            {{ landed_text('datasets.declared_unit') }}, {{ flow_property_unit('datasets.declared_property_uuid') }}
        ) as declared_unit,
        {{ landed_factor('datasets.mass_amount') }} as mass_amount,
        {{ footprint_unit_key('datasets.mass_unit') }} as mass_unit_key,
        -- Density and weight in other units than these are left out: no mass is safer than a wrong one.
        case
            when {{ footprint_unit_key('datasets.gross_density_unit') }} in ('kg/m3', 'kg/m^3', 'kg/m³')
                then {{ landed_factor('datasets.gross_density') }}
        end as density_kg_per_m3,
        case
            when {{ footprint_unit_key('datasets.grammage_unit') }} in ('kg/m2', 'kg/m^2', 'kg/m²')
                then {{ landed_factor('datasets.grammage') }}
        end as grammage_kg_per_m2,
        case
            when {{ footprint_unit_key('datasets.weight_per_unit_unit') }} like 'kg%'
                then {{ landed_factor('datasets.weight_per_unit') }}
        end as weight_kg_per_piece,
        case
            when {{ footprint_unit_key('datasets.linear_density_unit') }} = 'kg/m'
                then {{ landed_factor('datasets.linear_density') }}
        end as linear_density_kg_per_m,
        coalesce(
            {{ landed_date("substring(datasets.valid_from, 1, 10)") }}, {{ moment_date('datasets.publication_date') }}
        ) as valid_from,
        {{ landed_text('datasets.valid_until') }} as published_valid_until,
        coalesce(
            {{ landed_date("substring(datasets.valid_until, 1, 10)") }},
            {{ day_of_year_in_text('datasets.validity_text', 'datasets.valid_until') }}
        ) as stated_last_day,
        try_cast(regexp_extract(datasets.valid_until, '^([0-9]{4})$', 1) as integer) as last_year
    from datasets
    inner join active_evidence
        on datasets.site = active_evidence.site
        and datasets.evidence_id = active_evidence.evidence_id
),

measured as (
    select
        typed.*,
        coalesce(typed.flow_amount * typed.property_amount, typed.printed_declared_amount) as declared_amount,
        units.quantity as declared_quantity,
        units.factor as declared_unit_factor,
        typed.flow_amount * typed.mass_amount * mass_units.factor as stated_mass_kg,
        row_number() over (
            partition by typed.site, typed.dataset_uuid
            order by typed.dataset_version desc nulls last, typed.arrival_order desc, typed.record_number desc
        ) = 1 as is_newest
    from typed
    left join units
        on {{ footprint_unit_key('typed.declared_unit') }} = units.unit_key
    left join units as mass_units
        on typed.mass_unit_key = mass_units.unit_key
        and mass_units.quantity = 'mass'
),

weighed as (
    select
        *,
        case declared_quantity
            when 'mass' then declared_amount * declared_unit_factor
            when 'volume' then declared_amount * declared_unit_factor * density_kg_per_m3
            when 'area' then declared_amount * declared_unit_factor * grammage_kg_per_m2
            when 'length' then declared_amount * declared_unit_factor * linear_density_kg_per_m
            when 'piece' then declared_amount * weight_kg_per_piece
        end as property_mass_kg
    from measured
)

select
    site,
    evidence_id,
    record_number,
    arrival_order,
    format,
    dataset_uuid,
    dataset_version,
    is_newest,
    name,
    registration_number,
    owner,
    programme_operator,
    location,
    background_database,
    subtype,
    data_class,
    case data_class when 'specific' then 1 when 'average' then 2 when 'representative' then 3 when 'generic' then 4 else 5
    end as data_quality_rank,
    stated_en15804_version,
    declared_amount,
    declared_unit,
    declared_quantity,
    coalesce(property_mass_kg, stated_mass_kg) as declared_mass_kg,
    case
        when declared_unit is null or declared_amount is null or declared_amount <= 0 then 'no_declared_unit'
        when declared_quantity is null then 'unknown_unit'
        when abs(declared_amount - printed_declared_amount) > 0.001 * declared_amount then 'amount_disagrees'
        when abs(property_mass_kg - stated_mass_kg) > 0.05 * property_mass_kg then 'mass_disagrees'
        when coalesce(property_mass_kg, stated_mass_kg) is null or coalesce(property_mass_kg, stated_mass_kg) <= 0
            then 'no_mass'
        when declared_quantity = 'volume'
            and coalesce(property_mass_kg, stated_mass_kg) / (declared_amount * declared_unit_factor)
            not between 5 and 25000
            then 'impossible_density'
    end as mass_null_reason,
    valid_from,
    published_valid_until,
    -- The day after the last one. A year alone holds to its end.
    coalesce(
        cast(stated_last_day + interval 1 day as date),
        try_cast(cast(last_year + 1 as varchar) || '-01-01' as date)
    ) as valid_to,
    stated_last_day is null and last_year is not null as is_valid_to_year_only
from weighed
