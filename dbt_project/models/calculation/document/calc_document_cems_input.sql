-- No site or period in this view: it stands between two refreshes, and its readers ask for theirs.
with
streams as (
    select
        site,
        source_stream,
        method,
        max(source_stream_name) as source_stream_name
    from {{ ref('stg_master__source_stream') }}
    where method in ('cems_co2', 'cems_n2o')
    group by site, source_stream, method
),

facts as (
    select
        site,
        period,
        subject as source_stream
        {%- for quantity in [
            'consumption', 'valid_hours', 'concentration', 'concentration_squared', 'unmeasured_flow'
        ] %},
        max(case when quantity_name = '{{ quantity }}' then value end) as {{ quantity }},
        max(case when quantity_name = '{{ quantity }}' then fact_id end) as {{ quantity }}_id
        {%- endfor %}
    from {{ ref('calc_document_fact') }}
    where fact_type in ('activity', 'measurement')
    group by site, period, subject
),

factors as (
    select
        site,
        period,
        source_stream,
        value as biomass,
        factor_id as biomass_id
    from {{ ref('calc_document_stream_factor') }}
    where month = ''
        and parameter = 'biomass_fraction'
),

named as (
    select
        facts.*,
        streams.source_stream_name,
        streams.method,
        coalesce(facts.unmeasured_flow, 0) > 0 as has_substitute
    from facts
    inner join streams
        on facts.site = streams.site
        and facts.source_stream = streams.source_stream
)

select
    named.site,
    named.period,
    named.source_stream as emission_source,
    named.source_stream_name as emission_source_name,
    case when named.method = 'cems_n2o' then 'N2O' else 'CO2' end as ghg,
    named.consumption as measured_mass,
    named.consumption_id as measured_mass_id,
    named.has_substitute,
    named.valid_hours,
    named.valid_hours_id,
    named.concentration as concentration_sum,
    named.concentration_id as concentration_sum_id,
    named.concentration_squared,
    named.concentration_squared_id,
    named.unmeasured_flow,
    named.unmeasured_flow_id,
    -- Biomass counts as fossil unless proven.
    coalesce(factors.biomass, 0) as biomass,
    coalesce(factors.biomass_id, 'constant:fossil_unless_proven') as biomass_id
from named
left join factors
    on named.site = factors.site
    and named.period = factors.period
    and named.source_stream = factors.source_stream
