with
template_streams as (
    select * from {{ ref('calc_template_source_stream_input') }}
),

document_streams as (
    select * from {{ ref('calc_document_source_stream_input') }}
),

periods as (
    select * from {{ ref('calc_period') }}
),

streams as (
    select
        site,
        period,
        'template' as input_source,
        '_pct' as formula_suffix,
        source_stream,
        source_stream_name,
        method,
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
        -- A blank factor in the template means 100 %, a blank biomass content 0 %.
        coalesce(oxidation, 100) as oxidation,
        coalesce(oxidation_id, 'constant:blank_means_100_pct') as oxidation_id,
        coalesce(conversion, 100) as conversion,
        coalesce(conversion_id, 'constant:blank_means_100_pct') as conversion_id,
        coalesce(biomass, 0) as biomass,
        coalesce(biomass_id, 'constant:blank_means_0_pct') as biomass_id,
        cast(null as double) as calcination,
        cast(null as varchar) as calcination_id,
        cast(null as varchar) as corroborates,
        'exact' as factor_match,
        'measured' as data_quality
    from template_streams

    union all

    select
        site,
        period,
        'document' as input_source,
        '' as formula_suffix,
        source_stream,
        source_stream_name,
        method,
        cast(activity_quantity as double) as activity,
        activity_id,
        activity_unit,
        -- A fuel that is counted in energy is its own energy.
        case when activity_unit = 'GJ' then 1 else ncv_gj_per_unit end as ncv,
        case when activity_unit = 'GJ' then 'unit_conversion:GJ' else ncv_id end as ncv_id,
        emission_factor,
        emission_factor_id,
        emission_factor_unit,
        carbon_content_tc_per_unit as carbon_content,
        carbon_content_id,
        -- OF = 1 and CF = 1 are always allowed (eq. 7 and 11); biomass counts as fossil unless proven.
        coalesce(oxidation_factor, 1) as oxidation,
        coalesce(oxidation_factor_id, 'constant:always_allowed_1') as oxidation_id,
        case when is_not_deductible then 0 else coalesce(conversion_factor, 1) end as conversion,
        case
            when is_not_deductible then 'constant:co2_not_proven_to_stay_stored_or_bound'
            else coalesce(conversion_factor_id, 'constant:always_allowed_1')
        end as conversion_id,
        coalesce(biomass_fraction, 0) as biomass,
        coalesce(biomass_fraction_id, 'constant:fossil_unless_proven') as biomass_id,
        calcination_degree as calcination,
        calcination_degree_id as calcination_id,
        corroborates,
        factor_match,
        data_quality
    from document_streams
    where method in ('combustion', 'process', 'mass_balance', 'kiln_dust', 'co2_transfer', 'inherent_co2')
)

select streams.*
from streams
inner join periods
    on streams.site = periods.site
    and streams.period = periods.period
    and streams.input_source = periods.input_source
