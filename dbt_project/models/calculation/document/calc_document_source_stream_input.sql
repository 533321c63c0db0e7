{{ scoped() }}
-- depends_on: {{ ref('calc_document_obstacle') }}
{%- set parameters = [
    ('ncv', 'ncv_gj_per_unit', 'ncv_id'),
    ('emission_factor', 'emission_factor', 'emission_factor_id'),
    ('carbon_content', 'carbon_content_tc_per_unit', 'carbon_content_id'),
    ('oxidation_factor', 'oxidation_factor', 'oxidation_factor_id'),
    ('conversion_factor', 'conversion_factor', 'conversion_factor_id'),
    ('biomass_fraction', 'biomass_fraction', 'biomass_fraction_id'),
    ('calcination_degree', 'calcination_degree', 'calcination_degree_id'),
] %}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
    where method <> 'electricity'
),

{{ clinker_ctes() }},

activities as (
    select
        site,
        period,
        subject,
        value_exact,
        unit,
        fact_id,
        data_quality
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'activity'

    union all

    select
        site,
        period,
        source_stream as subject,
        clinker_quantity as value_exact,
        't' as unit,
        line_id as fact_id,
        'calculated' as data_quality
    from clinker_made
),

factors as (
    select * from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
        and month = ''
),

in_force as (
    select
        periods.site,
        periods.period,
        streams.source_stream,
        streams.source_stream_name,
        streams.material,
        streams.method,
        streams.corroborates,
        streams.method in ('co2_transfer', 'inherent_co2')
        and streams.direction = 'output'
        and not {{ is_deductible('streams') }} as is_not_deductible,
        row_number() over (
            partition by periods.site, periods.period, streams.source_stream
            order by streams.valid_from desc
        ) as validity_rank
    from periods
    inner join streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
),

pivoted as (
    select
        site,
        period,
        source_stream,
        {%- for parameter, value_column, id_column in parameters %}
        max(case when parameter = '{{ parameter }}' then value end) as {{ value_column }},
        max(case when parameter = '{{ parameter }}' then factor_id end) as {{ id_column }},
        {%- endfor %}
        max(case when parameter = 'emission_factor' then unit end) as emission_factor_unit,
        max(case factor_match
            when 'default' then 4
            when 'previous_period' then 3
            when 'latest_published' then 2
            else 1
        end) as match_rank
    from factors
    group by site, period, source_stream
)

select
    in_force.source_stream,
    in_force.source_stream_name,
    in_force.material,
    in_force.method,
    in_force.corroborates,
    in_force.is_not_deductible,
    activities.value_exact as activity_quantity,
    activities.unit as activity_unit,
    activities.fact_id as activity_id,
    pivoted.ncv_gj_per_unit,
    pivoted.ncv_id,
    pivoted.emission_factor,
    pivoted.emission_factor_unit,
    pivoted.emission_factor_id,
    pivoted.carbon_content_tc_per_unit,
    pivoted.carbon_content_id,
    pivoted.oxidation_factor,
    pivoted.oxidation_factor_id,
    pivoted.conversion_factor,
    pivoted.conversion_factor_id,
    pivoted.biomass_fraction,
    pivoted.biomass_fraction_id,
    pivoted.calcination_degree,
    pivoted.calcination_degree_id,
    case pivoted.match_rank
        when 4 then 'default'
        when 3 then 'previous_period'
        when 2 then 'latest_published'
        when 1 then 'exact'
    end as factor_match,
    activities.data_quality,
    in_force.site,
    in_force.period
from in_force
left join activities
    on in_force.site = activities.site
    and in_force.period = activities.period
    and in_force.source_stream = activities.subject
left join pivoted
    on in_force.site = pivoted.site
    and in_force.period = pivoted.period
    and in_force.source_stream = pivoted.source_stream
where in_force.validity_rank = 1
