{{ scoped(period_column=none) }}

with
shipments as (
    select * from {{ source('raw', 'shipment') }}
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

-- An item is shipped once: the document that came last holds.
ranked as (
    select
        shipments.site,
        shipments.evidence_id,
        shipments.record_number,
        {{ landed_text('shipments.shipment_number') }} as shipment_number,
        {{ landed_text('shipments.item') }} as item,
        {{ landed_date('shipments.shipped_on') }} as shipped_date,
        {{ landed_text('shipments.product') }} as product,
        {{ landed_number('shipments.quantity') }} as quantity,
        {{ landed_text('shipments.unit') }} as unit,
        {{ landed_text('shipments.customer') }} as customer,
        upper({{ landed_text('shipments.destination_country') }}) as destination_country_code,
        upper(coalesce({{ landed_text('shipments.final_market_country') }}, {{ landed_text('shipments.destination_country') }}))
            as final_market_country_code,
        {{ landed_text('shipments.waybill') }} as waybill,
        row_number() over (
            partition by shipments.site, shipments.shipment_number, shipments.item
            order by active_evidence.arrival_order desc, shipments.evidence_id desc, shipments.record_number desc
        ) as latest_rank
    from shipments
    inner join active_evidence
        on shipments.site = active_evidence.site
        and shipments.evidence_id = active_evidence.evidence_id
)

select
    ranked.evidence_id,
    ranked.record_number,
    ranked.shipment_number,
    ranked.item,
    ranked.shipped_date,
    ranked.product,
    {{ converted('ranked.quantity', 'units.mass_factor') }} as mass_t,
    ranked.customer,
    ranked.destination_country_code,
    ranked.final_market_country_code,
    ranked.waybill,
    case
        when ranked.latest_rank > 1 then 'superseded'
        when units.mass_factor is null then 'no_mass'
        else 'counted'
    end as shipment_state,
    ranked.site
from ranked
left join units
    on ranked.unit = units.alias
