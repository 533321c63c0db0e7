{{ kept_by_evidence() }}

with
ledger as (
    select * from {{ ref('stg_production__ledger') }}
    where {{ in_scope_site() }}
        and {{ of_new_evidence('production_ledger') }}
),

units as (
    select * from {{ ref('calc_document_unit') }}
)

select
    ledger.evidence_id,
    ledger.record_number,
    ledger.production_date,
    ledger.batch,
    ledger.process,
    ledger.product,
    ledger.material,
    {{ converted('ledger.good_quantity', 'good_units.factor') }} as good_quantity,
    good_units.canonical_unit as good_unit,
    {{ converted('ledger.scrap_quantity', 'scrap_units.factor') }} as scrap_quantity,
    scrap_units.canonical_unit as scrap_unit,
    {{ converted('ledger.input_quantity', 'input_units.factor') }} as input_quantity,
    input_units.canonical_unit as input_unit,
    {{ converted('ledger.dispatched_quantity', 'dispatched_units.factor') }} as dispatched_quantity,
    dispatched_units.canonical_unit as dispatched_unit,
    ledger.site,
    substring(cast(ledger.production_date as varchar), 1, 7) as period
from ledger
left join units as good_units
    on ledger.good_unit = good_units.unit
left join units as scrap_units
    on ledger.scrap_unit = scrap_units.unit
left join units as input_units
    on ledger.input_unit = input_units.unit
left join units as dispatched_units
    on ledger.dispatched_unit = dispatched_units.unit
