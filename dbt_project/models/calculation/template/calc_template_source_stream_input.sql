with
cells as (
    select * from {{ ref('calc_template_cell') }}
    where section = 'source_stream'
),

streams as (
    select
        site,
        period,
        'stream-' || lpad(cast(item as varchar), 2, '0') as source_stream,
        {{ template_text('name', 'source_stream_name') }},
        {{ template_text('method') }},
        {{ template_text('activity_unit') }},
        {{ template_text('emission_factor_unit') }},
        {{ template_number('activity_data', 'activity') }},
        {{ template_number('net_calorific_value', 'ncv') }},
        {{ template_number('emission_factor') }},
        {{ template_number('carbon_content') }},
        {{ template_number('oxidation_factor_pct', 'oxidation') }},
        {{ template_number('conversion_factor_pct', 'conversion') }},
        {{ template_number('biomass_pct', 'biomass') }}
    from cells
    group by
        site,
        period,
        item
)

select
    site,
    period,
    source_stream,
    source_stream_name,
    activity,
    activity_id,
    activity_unit,
    ncv,
    ncv_id,
    emission_factor,
    emission_factor_id,
    emission_factor_unit,
    carbon_content,
    carbon_content_id,
    oxidation,
    oxidation_id,
    conversion,
    conversion_id,
    biomass,
    biomass_id,
    case lower(method)
        when 'combustion' then 'combustion'
        when 'process emissions' then 'process'
        when 'mass balance' then 'mass_balance'
    end as method
from streams
