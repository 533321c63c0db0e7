{{ scoped() }}

-- What each line of the reconciliation adds and takes off. Each step leaves the accounting of products and enters that
-- of the organisation for one reason, so that everything added once is taken off once.
with
variants as (
    {%- for gwp_set in ['AR5', 'AR6'] %}
    {%- set last_set = loop.last %}
    {%- for method in ['location', 'market'] %}
    select '{{ gwp_set }}' as gwp_set, '{{ method }}' as electricity_method
    {{- ' union all' if not (last_set and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

years as (
    select
        periods.site,
        periods.period,
        variants.gwp_set,
        variants.electricity_method
    from {{ ref('calc_period') }} as periods
    cross join variants
    where {{ in_scope('periods.site', 'periods.period') }}
        and periods.period_type = 'year'
        and periods.input_source = 'document'
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
        and series = 'management'
),

embedded as (
    select * from {{ ref('calc_process_see') }}
    where {{ in_scope() }}
        and series = 'management'
        and chain in ('see_direct', 'see_indirect')
),

plants as (
    select distinct site, period from attributed
),

direct_totals as (
    select * from {{ ref('calc_direct_total') }}
    where {{ in_scope() }}
),

indirect_totals as (
    select * from {{ ref('calc_indirect_total') }}
    where {{ in_scope() }}
        and series = 'management'
),

installation_totals as (
    select * from {{ ref('calc_installation_total') }}
    where {{ in_scope() }}
        and quantity in ('co2', 'n2o', 'pfc')
),

statutory as (
    select * from {{ ref('calc_taiwan_source_emission') }}
    where {{ in_scope() }}
        and series = 'verified'
        and category not in ('electricity', 'fugitive', 'steam')
        and gas <> 'PFC'
),

flows as (
    select * from {{ ref('calc_organisation_flow') }}
    where {{ in_scope() }}
),

items as (
    select * from {{ ref('calc_organisation_item') }}
    where {{ in_scope() }}
),

-- Lines that are the same whatever the set of potentials and the method.
common_parts as (
    {%- for chain, column, line in [
        ('direct', 'attributed_direct_tco2e', 'direct_line_id'),
        ('indirect', 'attributed_indirect_tco2e', 'indirect_line_id')
    ] %}
    select site, period, 'product_life_cycle' as line_name, 1 as sign, {{ line }} as part_id, {{ column }} as value_exact
    from attributed

    union all

    select site, period, 'unattributed_{{ chain }}' as line_name, -1 as sign, {{ line }} as part_id,
        {{ column }} as value_exact
    from attributed

    union all
    {% endfor %}
    select site, period, 'product_life_cycle' as line_name, 1 as sign, embedded_id as part_id,
        embedded_exact as value_exact
    from embedded

    union all

    select site, period, 'own_intermediates' as line_name, -1 as sign, line_id as part_id,
        emissions_tco2e as value_exact
    from flows
    where flow = 'own'

    union all

    select direct_totals.site, direct_totals.period, 'unattributed_direct' as line_name, 1 as sign,
        direct_totals.line_id as part_id, direct_totals.total_direct as value_exact
    from direct_totals
    inner join plants
        on direct_totals.site = plants.site
        and direct_totals.period = plants.period

    union all

    select indirect_totals.site, indirect_totals.period, 'unattributed_indirect' as line_name, 1 as sign,
        indirect_totals.line_id as part_id, indirect_totals.total_indirect as value_exact
    from indirect_totals
    inner join plants
        on indirect_totals.site = plants.site
        and indirect_totals.period = plants.period

    union all

    select site, period, 'statutory_factors' as line_name, 1 as sign, line_id as part_id, emissions_tco2e as value_exact
    from statutory
    where gas = 'CO2'

    union all

    select installation_totals.site, installation_totals.period,
        case installation_totals.quantity when 'co2' then 'statutory_factors' else 'warming_potentials' end as line_name,
        -1 as sign, installation_totals.line_id as part_id, installation_totals.total as value_exact
    from installation_totals
    inner join plants
        on installation_totals.site = plants.site
        and installation_totals.period = plants.period

    union all

    select site, period, 'other_gases' as line_name, 1 as sign, line_id as part_id, emissions_tco2e as value_exact
    from statutory
    where gas <> 'CO2'

    union all

    select site, period, 'warming_potentials' as line_name, -1 as sign, line_id as part_id,
        emissions_tco2e as value_exact
    from statutory

    union all

    select indirect_totals.site, indirect_totals.period,
        case when flows.line_id is null then 'grid_factor' else 'electricity_quantity' end as line_name,
        -1 as sign, indirect_totals.line_id as part_id, indirect_totals.total_indirect as value_exact
    from indirect_totals
    inner join plants
        on indirect_totals.site = plants.site
        and indirect_totals.period = plants.period
    left join flows
        on indirect_totals.site = flows.site
        and indirect_totals.period = flows.period
        and flows.flow = 'electricity'

    union all

    select site, period, 'electricity_quantity' as line_name, 1 as sign, line_id as part_id,
        emissions_tco2e as value_exact
    from flows
    where flow = 'electricity'

    union all

    select site, period, 'grid_factor' as line_name, -1 as sign, line_id as part_id, emissions_tco2e as value_exact
    from flows
    where flow = 'electricity'

    union all

    select site, period, 'stock_change' as line_name, case flow when 'bought' then 1 else -1 end as sign,
        line_id as part_id, emissions_tco2e as value_exact
    from flows
    where flow in ('bought', 'consumed')

    union all

    select site, period, 'precursor_factors' as line_name, -1 as sign, line_id as part_id,
        emissions_tco2e as value_exact
    from flows
    where flow = 'bought'
),

item_parts as (
    select
        items.site,
        items.period,
        items.gwp_set,
        items.electricity_method,
        case
            when plants.site is null then 'outside_' || items.item_class
            when items.item_class in ('stationary', 'mobile', 'process') and items.factor_class <> 'declared'
                then 'warming_potentials'
            when items.item_class = 'electricity' then 'grid_factor'
            when flows.line_id is not null then 'precursor_factors'
            else 'outside_' || items.item_class
        end as line_name,
        items.line_id,
        items.emissions_tco2e
    from items
    left join plants
        on items.site = plants.site
        and items.period = plants.period
    left join flows
        on items.site = flows.site
        and items.period = flows.period
        and items.subject = flows.precursor
        and items.activity_id = flows.consumed_id
        and flows.flow = 'bought'
        and flows.subject like '%/see_direct'
),

-- The grid factor is the location's for both methods; what the market takes off is a line of its own.
parts as (
    select
        years.site,
        years.period,
        years.gwp_set,
        years.electricity_method,
        common_parts.line_name,
        common_parts.sign,
        common_parts.part_id,
        common_parts.value_exact
    from years
    inner join common_parts
        on years.site = common_parts.site
        and years.period = common_parts.period

    union all

    select
        years.site,
        years.period,
        years.gwp_set,
        years.electricity_method,
        item_parts.line_name,
        1 as sign,
        item_parts.line_id as part_id,
        item_parts.emissions_tco2e as value_exact
    from years
    inner join item_parts
        on years.site = item_parts.site
        and years.period = item_parts.period
        and item_parts.gwp_set in ('any', years.gwp_set)
        and item_parts.electricity_method in ('any', 'location')

    union all

    select
        years.site,
        years.period,
        years.gwp_set,
        years.electricity_method,
        'market_instruments' as line_name,
        case item_parts.electricity_method when 'market' then 1 else -1 end as sign,
        item_parts.line_id as part_id,
        item_parts.emissions_tco2e as value_exact
    from years
    inner join item_parts
        on years.site = item_parts.site
        and years.period = item_parts.period
        and item_parts.electricity_method <> 'any'
    where years.electricity_method = 'market'
)

select
    gwp_set,
    electricity_method,
    line_name,
    sign,
    part_id,
    value_exact,
    {{ line_id(
        "'organisation_reconciliation'", 'line_name', object='electricity_method', series='gwp_set'
    ) }} as line_id,
    site,
    period
from parts
where value_exact is not null
