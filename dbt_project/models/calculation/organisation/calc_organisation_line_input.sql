{{ scoped() }}

with
electricity as (
    select * from {{ ref('calc_organisation_electricity') }}
    where {{ in_scope() }}
),

consumption as (
    select * from {{ ref('calc_organisation_consumption') }}
    where {{ in_scope() }}
),

claims as (
    select * from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
        and (fact_type = 'wheeling' or (fact_type = 'certificate' and subject = 'unbundled'))
),

activities as (
    select * from {{ ref('calc_organisation_activity') }}
    where {{ in_scope() }}
),

records as (
    select * from {{ ref('calc_organisation_record') }}
    where {{ in_scope() }}
        and basis <> 'booked_elsewhere'
),

facts as (
    select * from {{ ref('calc_organisation_fact') }}
    where {{ in_scope() }}
),

fuels as (
    select * from {{ ref('calc_taiwan_activity') }}
    where {{ in_scope() }}
        and method = 'combustion'
),

items as (
    select * from {{ ref('calc_organisation_item') }}
    where {{ in_scope() }}
),

categories as (
    select * from {{ ref('calc_organisation_category') }}
    where {{ in_scope() }}
),

members as (
    select * from {{ ref('calc_organisation_member') }}
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
        and series = 'management'
        and attributed_indirect_tco2e is not null
),

mean_factors as (
    select * from {{ ref('calc_organisation_flow') }}
    where {{ in_scope() }}
        and flow = 'electricity'
),

parts as (
    select * from {{ ref('calc_organisation_reconciliation_part') }}
    where {{ in_scope() }}
),

reconciliation as (
    select * from {{ ref('calc_organisation_reconciliation') }}
    where {{ in_scope() }}
),

activity_facts as (
    select distinct
        activities.activity_id,
        activities.formula_name,
        records.amount_id,
        -- Amounts that nothing multiplies are one fact of many records.
        case when records.is_service then records.distance_id end as distance_id,
        records.is_service,
        records.site,
        records.period
    from activities
    inner join records
        on activities.site = records.site
        and activities.period = records.period
        and activities.item_class = records.item_class
        and activities.factor_subject = records.factor_subject
        and activities.activity_unit = records.activity_unit
),

listed_inputs as (
    select
        consumption.consumed_id as line_id,
        'part' as input_name,
        electricity.line_id as sort_key,
        electricity.line_id as source_id,
        cast(electricity.electricity_mwh as double) as value,
        'MWh' as unit,
        consumption.site,
        consumption.period
    from consumption
    inner join electricity
        on consumption.site = electricity.site
        and consumption.period = electricity.period
        and consumption.control = electricity.control

    union all

    select
        consumption.green_id as line_id,
        case claims.fact_type when 'wheeling' then 'wheeled' else 'certificate' end as input_name,
        claims.fact_id as sort_key,
        claims.fact_id as source_id,
        claims.value,
        claims.unit,
        consumption.site,
        consumption.period
    from consumption
    inner join claims
        on consumption.site = claims.site
        and consumption.period = claims.period
    where consumption.control = 'tenant'
    {% for name in ['amount', 'distance'] %}
    union all

    select
        activity_facts.activity_id as line_id,
        '{{ name }}' as input_name,
        case when activity_facts.is_service then activity_facts.distance_id else facts.fact_id end as sort_key,
        facts.fact_id as source_id,
        facts.value,
        facts.unit,
        activity_facts.site,
        activity_facts.period
    from activity_facts
    inner join facts
        on activity_facts.site = facts.site
        and activity_facts.period = facts.period
        and activity_facts.{{ name }}_id = facts.fact_id
    {%- if name == 'distance' %}
    where activity_facts.is_service
    {%- endif %}
    {% endfor %}
    union all

    select
        activities.activity_id as line_id,
        'part' as input_name,
        fuels.activity_id as sort_key,
        fuels.activity_id as source_id,
        fuels.activity as value,
        fuels.activity_unit as unit,
        fuels.site,
        fuels.period
    from activities
    inner join fuels
        on activities.site = fuels.site
        and activities.period = fuels.period
        and activities.factor_subject = fuels.material || '-UPSTREAM'
        and activities.activity_unit = fuels.activity_unit
    where activities.formula_name = 'total_sum'

    union all

    select
        categories.line_id,
        'part' as input_name,
        items.line_id as sort_key,
        items.line_id as source_id,
        cast(items.emissions_tco2e as double) as value,
        'tCO2e' as unit,
        categories.site,
        categories.period
    from categories
    inner join members
        on categories.standard = members.standard
        and categories.category = members.category
    inner join items
        on categories.site = items.site
        and categories.period = items.period
        and members.item_class = items.item_class
        and items.gwp_set in ('any', categories.gwp_set)
        and items.electricity_method in ('any', categories.electricity_method)
    where categories.emissions_tco2e is not null
    {% for name, condition in [
        ('purchased', '1 = 1'), ('specific', "items.factor_class in ('pcf', 'epd')")
    ] %}
    union all

    select
        coverages.line_id,
        '{{ name }}' as input_name,
        items.line_id as sort_key,
        items.line_id as source_id,
        cast(items.emissions_tco2e as double) as value,
        'tCO2e' as unit,
        items.site,
        items.period
    from {{ ref('calc_organisation_coverage') }} as coverages
    inner join items
        on coverages.site = items.site
        and coverages.period = items.period
        and items.item_class in ('purchased_goods', 'purchased_services')
    where {{ in_scope('coverages.site', 'coverages.period') }}
        and {{ condition }}
    {% endfor %}
    {%- for target, name, value, unit, source, condition in [
        ('quality_product', 'quality', 'qualities.quality_product', '1', 'qualities.line_id', '1 = 1'),
        ('quality_product', 'emissions', 'qualities.emissions', 'tCO2e', 'qualities.emissions_id', '1 = 1'),
        ('quality_grade', 'quality', 'qualities.grade', '1', 'qualities.grade_id', '1 = 1'),
        ('quality_grade', 'emissions', 'qualities.emissions', 'tCO2e', 'qualities.emissions_id', '1 = 1'),
        ('assessed', 'part', 'qualities.emissions', 'tCO2e', 'qualities.emissions_id', 'qualities.is_assessed'),
        ('uncertainty', 'spread', 'cast(qualities.spread_tco2e as double)', 'tCO2e', 'qualities.spread_id',
            'qualities.is_assessed')
    ] %}
    union all

    select
        summaries.{{ target }}_id as line_id,
        '{{ name }}' as input_name,
        qualities.item_key as sort_key,
        {{ source }} as source_id,
        {{ value }} as value,
        '{{ unit }}' as unit,
        summaries.site,
        summaries.period
    from {{ ref('calc_organisation_quality_summary') }} as summaries
    inner join {{ ref('calc_organisation_quality') }} as qualities
        on summaries.site = qualities.site
        and summaries.period = qualities.period
        and (
            summaries.category = qualities.ghg_category
            or (summaries.category = 'scope_3' and qualities.ghg_category <> 'scope_2')
        )
    where {{ in_scope('summaries.site', 'summaries.period') }}
        and {{ condition }}
    {% endfor %}
    {%- for name, value, unit, source in [
        ('indirect', 'cast(attributed.attributed_indirect_tco2e as double)', 'tCO2e', 'attributed.indirect_line_id'),
        ('electricity', 'attributed.electricity', 'MWh', 'attributed.electricity_id')
    ] %}
    union all

    select
        mean_factors.specific_id as line_id,
        '{{ name }}' as input_name,
        attributed.process as sort_key,
        {{ source }} as source_id,
        {{ value }} as value,
        '{{ unit }}' as unit,
        attributed.site,
        attributed.period
    from mean_factors
    inner join attributed
        on mean_factors.site = attributed.site
        and mean_factors.period = attributed.period
    {% endfor %}
    union all

    select
        line_id,
        case sign when 1 then 'added' else 'removed' end as input_name,
        part_id as sort_key,
        part_id as source_id,
        cast(value_exact as double) as value,
        'tCO2e' as unit,
        site,
        period
    from parts

    union all

    select
        residuals.line_id,
        case reconciliation.line_name when 'organisation_total' then 'added' else 'removed' end as input_name,
        reconciliation.line_id as sort_key,
        reconciliation.line_id as source_id,
        cast(reconciliation.emissions_tco2e as double) as value,
        'tCO2e' as unit,
        residuals.site,
        residuals.period
    from reconciliation as residuals
    inner join reconciliation
        on residuals.site = reconciliation.site
        and residuals.period = reconciliation.period
        and residuals.gwp_set = reconciliation.gwp_set
        and residuals.electricity_method = reconciliation.electricity_method
        and reconciliation.line_name <> 'residual'
    where residuals.line_name = 'residual'
),

{{ line_inputs(organisation_steps()) }}
