{{ scoped() }}

-- One base of facts: each item stands once, and both standards sort it into their categories. Gases of the site's own
-- sources count by either set of warming potentials; factors that are published as CO2e stay as published.
with
statutory as (
    select * from {{ ref('calc_taiwan_source_emission') }}
    where {{ in_scope() }}
        and series = 'verified'
        and category <> 'electricity'
        -- Counted below gas by gas, as each set of potentials has its own for either.
        and gas <> 'PFC'
),

perfluorocarbons as (
    {%- for gas, name in [('cf4', 'PFC-14 (CF4)'), ('c2f6', 'PFC-116 (C2F6)')] %}
    select
        site,
        period,
        emission_source,
        '{{ name }}' as gas,
        {{ gas }} as mass,
        {{ gas }}_id as mass_id,
        collection_efficiency,
        collection_efficiency_id
    from {{ ref('calc_pfc_emission') }}
    where {{ in_scope() }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

potentials as (
    select
        *,
        'factor:' || factor_code || '@' || version as gwp_id
    from {{ ref('global_warming_potential') }}
    where gwp_set in ('AR5', 'AR6')
        and is_confirmed
),

gwp_sets as (
    select distinct gwp_set from potentials
),

consumption as (
    select * from {{ ref('calc_organisation_consumption') }}
    where {{ in_scope() }}
        and factor is not null
),

activities as (
    select * from {{ ref('calc_organisation_activity') }}
    where {{ in_scope() }}
),

factors as (
    select * from {{ ref('calc_organisation_factor') }}
    where {{ in_scope() }}
),

receipts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'precursor'
        and quantity_name = 'receipts'
),

precursor_values as (
    select * from {{ ref('calc_precursor_value') }}
    where {{ in_scope() }}
        and series = 'management'
),

declared as (
    select * from {{ ref('calc_organisation_fact') }}
    where {{ in_scope() }}
        and fact_type = 'scope3_statement'
),

classes as (
    select * from {{ ref('organisation_mapping') }}
),

items as (
    select
        statutory.site,
        statutory.period,
        statutory.category as item_class,
        statutory.source as subject,
        gwp_sets.gwp_set,
        'any' as electricity_method,
        statutory.gas,
        'organisation_gas' as formula_name,
        cast(null as double) as activity,
        cast(null as varchar) as activity_id,
        cast(null as varchar) as activity_unit,
        cast(null as double) as factor,
        cast(null as varchar) as factor_id,
        cast(null as varchar) as factor_unit,
        cast(statutory.emissions_tco2e as double) as emissions,
        statutory.line_id as emissions_id,
        coalesce(statutory.gwp, 1) as gwp_statutory,
        coalesce(statutory.gwp_id, 'constant:published_as_co2e') as gwp_statutory_id,
        coalesce(potentials.value, statutory.gwp, 1) as gwp,
        coalesce(potentials.gwp_id, statutory.gwp_id, 'constant:published_as_co2e') as gwp_id,
        cast(null as double) as see_indirect,
        cast(null as varchar) as see_indirect_id,
        cast(null as double) as green_electricity,
        cast(null as varchar) as green_electricity_id,
        statutory.factor_match as factor_class,
        cast(null as varchar) as factor_source
    from statutory
    cross join gwp_sets
    left join potentials
        on gwp_sets.gwp_set = potentials.gwp_set
        and statutory.gas = potentials.gas
        and statutory.gwp_id is not null
    -- A gas without a warming potential of the set that sources agree on is a gap.
    where potentials.value is not null
        or statutory.gwp_id is null

    union all

    select
        perfluorocarbons.site,
        perfluorocarbons.period,
        'process' as item_class,
        perfluorocarbons.emission_source as subject,
        potentials.gwp_set,
        'any' as electricity_method,
        perfluorocarbons.gas,
        'organisation_mass' as formula_name,
        perfluorocarbons.mass as activity,
        perfluorocarbons.mass_id as activity_id,
        't' as activity_unit,
        perfluorocarbons.collection_efficiency as factor,
        perfluorocarbons.collection_efficiency_id as factor_id,
        '1' as factor_unit,
        cast(null as double) as emissions,
        cast(null as varchar) as emissions_id,
        cast(null as double) as gwp_statutory,
        cast(null as varchar) as gwp_statutory_id,
        potentials.value as gwp,
        potentials.gwp_id,
        cast(null as double) as see_indirect,
        cast(null as varchar) as see_indirect_id,
        cast(null as double) as green_electricity,
        cast(null as varchar) as green_electricity_id,
        'measured' as factor_class,
        cast(null as varchar) as factor_source
    from perfluorocarbons
    inner join years
        on perfluorocarbons.site = years.site
        and perfluorocarbons.period = years.period
    inner join potentials
        on perfluorocarbons.gas = potentials.gas
    {% for method, formula in [('location', 'organisation_emission'), ('market', 'organisation_market')] %}
    union all

    select
        site,
        period,
        case control when 'tenant' then 'electricity' else 'leased_upstream' end as item_class,
        'purchased_electricity' as subject,
        'any' as gwp_set,
        case control when 'tenant' then '{{ method }}' else 'any' end as electricity_method,
        'CO2e' as gas,
        '{{ formula }}' as formula_name,
        consumed as activity,
        consumed_id as activity_id,
        'MWh' as activity_unit,
        factor,
        factor_id,
        'tCO2e/MWh' as factor_unit,
        cast(null as double) as emissions,
        cast(null as varchar) as emissions_id,
        cast(null as double) as gwp_statutory,
        cast(null as varchar) as gwp_statutory_id,
        cast(null as double) as gwp,
        cast(null as varchar) as gwp_id,
        cast(null as double) as see_indirect,
        cast(null as varchar) as see_indirect_id,
        cast(green_electricity_mwh as double) as green_electricity,
        green_id as green_electricity_id,
        factor_match as factor_class,
        factor_source
    from consumption
    {%- if method == 'market' %}
    where control = 'tenant'
    {%- endif %}
    {% endfor %}
    union all

    select
        activities.site,
        activities.period,
        activities.item_class,
        activities.factor_subject as subject,
        'any' as gwp_set,
        'any' as electricity_method,
        'CO2e' as gas,
        'organisation_emission' as formula_name,
        activities.activity,
        activities.activity_id,
        activities.activity_unit,
        factors.factor,
        factors.factor_id,
        factors.factor_unit,
        cast(null as double) as emissions,
        cast(null as varchar) as emissions_id,
        cast(null as double) as gwp_statutory,
        cast(null as varchar) as gwp_statutory_id,
        cast(null as double) as gwp,
        cast(null as varchar) as gwp_id,
        cast(null as double) as see_indirect,
        cast(null as varchar) as see_indirect_id,
        cast(null as double) as green_electricity,
        cast(null as varchar) as green_electricity_id,
        factors.factor_class,
        factors.factor_source
    from activities
    inner join factors
        on activities.site = factors.site
        and activities.period = factors.period
        and activities.factor_subject = factors.subject
        and activities.activity_unit = factors.activity_unit
    where activities.activity is not null

    union all

    -- Precursors count as bought, by a footprint where there is one, else by the value that products take over.
    select
        receipts.site,
        receipts.period,
        'purchased_goods' as item_class,
        receipts.subject,
        'any' as gwp_set,
        'any' as electricity_method,
        'CO2e' as gas,
        case when factors.subject is not null then 'organisation_emission' else 'organisation_precursor' end
            as formula_name,
        receipts.value as activity,
        receipts.fact_id as activity_id,
        receipts.unit as activity_unit,
        coalesce(factors.factor, precursor_values.see_direct) as factor,
        case when factors.subject is not null then factors.factor_id else precursor_values.see_direct_id end as factor_id,
        'tCO2e/t' as factor_unit,
        cast(null as double) as emissions,
        cast(null as varchar) as emissions_id,
        cast(null as double) as gwp_statutory,
        cast(null as varchar) as gwp_statutory_id,
        cast(null as double) as gwp,
        cast(null as varchar) as gwp_id,
        precursor_values.see_indirect,
        precursor_values.see_indirect_id,
        cast(null as double) as green_electricity,
        cast(null as varchar) as green_electricity_id,
        coalesce(factors.factor_class, 'precursor_value') as factor_class,
        coalesce(factors.factor_source, 'value of the products, management series') as factor_source
    from receipts
    inner join years
        on receipts.site = years.site
        and receipts.period = years.period
    left join factors
        on receipts.site = factors.site
        and receipts.period = factors.period
        and receipts.subject = factors.subject
        and receipts.unit = factors.activity_unit
    left join precursor_values
        on receipts.site = precursor_values.site
        and receipts.period = precursor_values.period
        and receipts.subject = precursor_values.precursor
    where factors.subject is not null
        or (precursor_values.see_direct is not null and precursor_values.see_indirect is not null)

    union all

    select
        declared.site,
        declared.period,
        classes.item_class,
        declared.subject || '/' || declared.object as subject,
        'any' as gwp_set,
        'any' as electricity_method,
        'CO2e' as gas,
        'organisation_declared' as formula_name,
        declared.value as activity,
        declared.fact_id as activity_id,
        'tCO2e' as activity_unit,
        cast(null as double) as factor,
        cast(null as varchar) as factor_id,
        cast(null as varchar) as factor_unit,
        cast(null as double) as emissions,
        cast(null as varchar) as emissions_id,
        cast(null as double) as gwp_statutory,
        cast(null as varchar) as gwp_statutory_id,
        cast(null as double) as gwp,
        cast(null as varchar) as gwp_id,
        cast(null as double) as see_indirect,
        cast(null as varchar) as see_indirect_id,
        cast(null as double) as green_electricity,
        cast(null as varchar) as green_electricity_id,
        'declared' as factor_class,
        cast(null as varchar) as factor_source
    from declared
    inner join classes
        on declared.subject = classes.stated_as
),

computed as (
    select
        *,
        case when gwp_set = 'any' then '-' else gwp_set end as line_series,
        item_class || '/' || subject || coalesce('/' || activity_unit, '')
        || case when electricity_method = 'any' then '' else '/' || electricity_method end as item_key,
        {{ formula_sql_by('formula_name', organisation_item_formulas()) }} as emissions_product
    from items
)

select
    item_class,
    subject,
    gwp_set,
    electricity_method,
    gas,
    item_key,
    line_series,
    formula_name,
    activity,
    activity_id,
    activity_unit,
    factor,
    factor_id,
    factor_unit,
    emissions,
    emissions_id,
    gwp_statutory,
    gwp_statutory_id,
    gwp,
    gwp_id,
    see_indirect,
    see_indirect_id,
    green_electricity,
    green_electricity_id,
    factor_class,
    factor_source,
    {{ line_value('emissions_product') }} as emissions_tco2e,
    {{ line_id("'organisation_item'", 'item_key', object='gas', series='line_series') }} as line_id,
    site,
    period
from computed
