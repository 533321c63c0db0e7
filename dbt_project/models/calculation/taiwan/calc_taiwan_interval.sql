{{ scoped() }}

with
source_emissions as (
    select * from {{ ref('calc_taiwan_source_emission') }}
    where {{ in_scope() }}
        and is_statutory
),

facts as (
    select * from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
        and fact_type = 'uncertainty'
),

-- Several main meters: the widest interval stands for all.
meter_intervals as (
    select
        *,
        row_number() over (partition by site, period order by value desc, fact_id) as width_rank
    from facts
    where quantity_name = 'meter_interval'
),

intervals as (
    select
        *,
        'constant:' || interval_code || '@' || version as interval_id
    from {{ ref('taiwan_factor_interval') }}
),

t_values as (
    select
        *,
        'constant:STUDENT-T-' || cast(degrees_from as varchar) || '@' || cast(version as varchar) as t_value_id
    from {{ ref('student_t_value') }}
),

-- The certificates behind the year's heating value, each once.
samples as (
    select distinct
        source_emissions.site,
        source_emissions.period,
        source_emissions.source,
        choices.factor_id,
        choices.value
    from source_emissions
    inner join {{ ref('calc_factor_choice') }} as choices
        on source_emissions.site = choices.site
        and source_emissions.source = choices.subject
        and substring(choices.period, 1, 4) = source_emissions.period
    where source_emissions.ncv_match = 'own'
        and choices.parameter = 'ncv'
        and choices.source_class = 'lab'
),

sample_sums as (
    select
        site,
        period,
        source,
        cast(count(*) as double) as samples,
        cast(sum({{ line_value('value') }}) as double) as sample_sum,
        cast(sum({{ line_value('value * value') }}) as double) as square_sum
    from samples
    group by site, period, source
),

heating_values as (
    select
        sample_sums.*,
        t_values.t_value,
        t_values.t_value_id,
        t_values.t_value * sqrt(
            greatest(0, (square_sum - sample_sum * sample_sum / samples) / (samples - 1)) / samples
        ) / (sample_sum / samples) as ncv_interval
    from sample_sums
    inner join t_values
        on sample_sums.samples - 1 between t_values.degrees_from and t_values.degrees_to
    where sample_sums.samples > 1
),

sides as (
    select 'lower' as side union all select 'upper' as side
),

joined as (
    select
        source_emissions.site,
        source_emissions.period,
        source_emissions.series,
        source_emissions.source,
        source_emissions.gas,
        sides.side,
        source_emissions.emissions_tco2e,
        source_emissions.line_id as emissions_id,
        coalesce(
            stated.value,
            case when source_emissions.activity_source in ('main_meter', 'meter') then meter_intervals.value end
        ) as activity_interval,
        coalesce(
            stated.fact_id,
            case when source_emissions.activity_source in ('main_meter', 'meter') then meter_intervals.fact_id end
        ) as activity_interval_id,
        case
            when source_emissions.formula_name like 'taiwan_energy%' then heating_values.ncv_interval
        end as sampled_interval,
        heating_values.samples,
        heating_values.t_value,
        heating_values.t_value_id,
        case sides.side when 'lower' then intervals.lower_share else intervals.upper_share end as factor_interval,
        intervals.interval_id as factor_interval_id,
        {{ line_id(
            "'taiwan_heating_value'", 'source_emissions.source', series='source_emissions.series',
            site='source_emissions.site', period='source_emissions.period'
        ) }} as sampled_id
    from source_emissions
    cross join sides
    left join facts as stated
        on source_emissions.site = stated.site
        and source_emissions.period = stated.period
        and source_emissions.source = stated.subject
        and stated.quantity_name = 'activity_interval'
    left join meter_intervals
        on source_emissions.site = meter_intervals.site
        and source_emissions.period = meter_intervals.period
        and source_emissions.category = 'electricity'
        and meter_intervals.width_rank = 1
    left join intervals
        on source_emissions.gas = intervals.gas
        and intervals.material_class in (source_emissions.material_class, 'any')
        and source_emissions.formula_name not in (
            'taiwan_own', 'cems_n2o_mass', 'taiwan_fugitive', 'taiwan_steam'
        )
    left join heating_values
        on source_emissions.site = heating_values.site
        and source_emissions.period = heating_values.period
        and source_emissions.source = heating_values.source
),

-- A heating value without repeated samples has no interval of its own in the form.
completed as (
    select
        *,
        coalesce(sampled_interval, 0) as ncv_interval,
        case
            when sampled_interval is null then 'constant:no_repeated_samples'
            else sampled_id
        end as ncv_interval_id,
        cast(emissions_tco2e as double) as emissions
    from joined
),

computed as (
    select
        *,
        {{ taiwan_formula_sql('taiwan_interval') }} as interval_share
    from completed
),

spread as (
    select
        *,
        emissions * interval_share as spread_product
    from computed
)

select
    series,
    source,
    gas,
    side,
    emissions_tco2e,
    emissions,
    emissions_id,
    activity_interval,
    activity_interval_id,
    ncv_interval,
    ncv_interval_id,
    sampled_interval,
    sampled_id,
    samples,
    'constant:number_of_certificates' as samples_id,
    t_value,
    t_value_id,
    factor_interval,
    factor_interval_id,
    interval_share as half_interval,
    {{ line_id("'taiwan_interval_' || side", 'source', object='gas', series='series') }} as half_interval_id,
    {{ line_value('spread_product') }} as spread_tco2e,
    {{ line_id("'taiwan_spread_' || side", 'source', object='gas', series='series') }} as spread_id,
    interval_share is not null as is_assessed,
    site,
    period
from spread
