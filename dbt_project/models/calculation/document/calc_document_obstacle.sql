{{ scoped() }}
{{ config(post_hook="{{ stop_on_obstacles(this) }}") }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
),

attributions as (
    select * from {{ ref('stg_master__attribution') }}
),

meters as (
    select * from {{ ref('stg_master__meter') }}
),

activities as (
    select
        site,
        period,
        subject,
        value_exact,
        unit
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'activity'

    union all

    -- A stream of clinker is active where cement was made (equation 27).
    select
        site,
        period,
        object as subject,
        sum(value_exact) as value_exact,
        max(unit) as unit
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'cement'
    group by site, period, object
),

products_made as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type in ('cement', 'product')
        and value_exact <> 0
),

measured_hours as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'measurement'
        and quantity_name in ('hours', 'valid_hours', 'cell_days', 'anode_effect_minutes', 'current_efficiency')
),

consumption as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'precursor'
        and quantity_name = 'consumption'
),

site_electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
),

factors as (
    select * from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
        and month = ''
),

factor_gaps as (
    select * from {{ ref('calc_factor_gap') }}
    where {{ in_scope() }}
),

precursor_gaps as (
    select * from {{ ref('calc_precursor_value_gap') }}
    where {{ in_scope() }}
),

in_force as (
    select distinct
        periods.site,
        periods.period,
        periods.period_start,
        periods.period_end,
        streams.source_stream,
        streams.material,
        streams.method,
        streams.activity_source,
        streams.direction,
        streams.corroborates
    from periods
    inner join streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
),

{{ attribution_obstacle_ctes() }},

{{ stream_obstacle_ctes() }},

{{ measurement_obstacle_ctes() }},

{{ factor_obstacle_ctes() }},

unit_mismatch as (
    select
        activities.site,
        activities.period,
        'unit_mismatch' as obstacle,
        activities.subject || '/' || factors.parameter as subject,
        'The ' || factors.parameter || ' of ' || activities.subject || ' is in ' || factors.unit
        || ', its activity data in ' || activities.unit || ' (' || activities.period
        || '): give the factor per ' || activities.unit || '.' as message,
        activities.subject || ' 之 ' || factors.parameter || ' 單位為 ' || factors.unit || '，活動數據單位為 '
        || activities.unit || '（' || activities.period || '）：請提供以 ' || activities.unit || ' 為分母之係數。'
            as message_zh
    from activities
    inner join factors
        on activities.site = factors.site
        and activities.period = factors.period
        and activities.subject = factors.source_stream
    where activities.value_exact <> 0
        and factors.parameter in ('ncv', 'carbon_content')
        and factors.unit not like '%/' || activities.unit
),

obstacles as (
    select * from without_attribution
    union all
    select * from unknown_method
    union all
    select * from without_molar_mass
    union all
    select * from borne_twice
    union all
    select * from without_key_meter
    union all
    select * from half_a_unit
    union all
    select * from unknown_direction
    union all
    select * from unknown_flow_unit
    union all
    select * from unknown_stack
    union all
    select * from without_material
    union all
    select * from unknown_activity_source
    union all
    select * from without_factor
    union all
    select * from without_content
    union all
    select * from without_stock
    union all
    select * from without_measurement
    union all
    select * from without_precursor_value
    union all
    select * from unit_mismatch
)

select
    obstacle,
    subject,
    message,
    message_zh,
    site,
    period
from obstacles
