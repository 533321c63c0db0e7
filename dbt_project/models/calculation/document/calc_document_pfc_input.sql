-- No site or period in this view: it stands between two refreshes, and its readers ask for theirs.
with
streams as (
    select distinct
        site,
        source_stream,
        material,
        method
    from {{ ref('stg_master__source_stream') }}
    where method in ('pfc_slope', 'pfc_overvoltage')
),

facts as (
    select
        site,
        period,
        subject as source_stream
        {%- for quantity in ['consumption', 'cell_days', 'anode_effect_minutes', 'overvoltage', 'current_efficiency'] %},
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
        source_stream
        {%- for parameter in [
            'pfc_slope_coefficient', 'pfc_overvoltage_coefficient', 'pfc_slope_c2f6_share',
            'pfc_overvoltage_c2f6_share', 'pfc_collection_efficiency'
        ] %},
        max(case when parameter = '{{ parameter }}' then value end) as {{ parameter }},
        max(case when parameter = '{{ parameter }}' then factor_id end) as {{ parameter }}_id
        {%- endfor %}
    from {{ ref('calc_document_stream_factor') }}
    where month = ''
    group by site, period, source_stream
)

-- A month in which no cell was in operation has no emissions, and no mean to divide by.
select
    facts.site,
    facts.period,
    streams.source_stream as emission_source,
    streams.material as technology,
    facts.consumption as production,
    facts.consumption_id as production_id,
    facts.anode_effect_minutes,
    facts.anode_effect_minutes_id,
    facts.cell_days,
    facts.cell_days_id,
    factors.pfc_slope_coefficient as slope_factor,
    factors.pfc_slope_coefficient_id as slope_factor_id,
    facts.overvoltage,
    facts.overvoltage_id,
    facts.current_efficiency,
    facts.current_efficiency_id,
    factors.pfc_overvoltage_coefficient as overvoltage_factor,
    factors.pfc_overvoltage_coefficient_id as overvoltage_factor_id,
    coalesce(factors.pfc_slope_c2f6_share, factors.pfc_overvoltage_c2f6_share) as c2f6_fraction,
    coalesce(factors.pfc_slope_c2f6_share_id, factors.pfc_overvoltage_c2f6_share_id) as c2f6_fraction_id,
    factors.pfc_collection_efficiency as collection_efficiency,
    factors.pfc_collection_efficiency_id as collection_efficiency_id,
    case
        when streams.method = 'pfc_slope' then 'pfc_cf4_slope_minutes'
        else 'pfc_cf4_overvoltage'
    end as formula_name
from facts
inner join streams
    on facts.site = streams.site
    and facts.source_stream = streams.source_stream
left join factors
    on facts.site = factors.site
    and facts.period = factors.period
    and facts.source_stream = factors.source_stream
where (streams.method = 'pfc_slope' and facts.cell_days > 0)
    or (streams.method = 'pfc_overvoltage' and facts.current_efficiency > 0)
