with
items as (
    select * from {{ ref('calc_organisation_item') }}
),

mapping as (
    select * from {{ ref('organisation_mapping') }}
)

select
    items.period,
    items.item_class,
    mapping.iso_category,
    mapping.ghg_category,
    items.subject,
    items.gwp_set,
    items.electricity_method,
    items.gas,
    items.activity as activity_quantity,
    items.activity_unit,
    items.factor,
    items.factor_unit,
    items.factor_class,
    items.factor_source,
    items.emissions_tco2e,
    items.line_id,
    {{ refresh_period('items.period') }} as refresh_period,
    items.site
from items
inner join mapping
    on items.item_class = mapping.item_class
