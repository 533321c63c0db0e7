{{ scoped() }}

with
site_electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
),

meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
        and role = 'process'
),

periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
    where method = 'electricity'
),

attributions as (
    select * from {{ ref('stg_master__attribution') }}
),

production as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'production'
        and quantity_name = 'good_quantity'
),

-- Where the attribution of a stream changes within a period, what holds at its end holds for all of it.
in_force as (
    select
        periods.site,
        periods.period,
        attributions.process,
        attributions.attribution_method,
        attributions.declared_share,
        row_number() over (
            partition by periods.site, periods.period, attributions.source_stream, attributions.process
            order by attributions.valid_from desc
        ) as validity_rank,
        least(attributions.valid_to, periods.period_end) = max(least(attributions.valid_to, periods.period_end)) over (
            partition by periods.site, periods.period, attributions.source_stream
        ) as is_last
    from periods
    inner join streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
    inner join attributions
        on streams.site = attributions.site
        and streams.source_stream = attributions.source_stream
        and attributions.valid_from < periods.period_end
        and attributions.valid_to > periods.period_start
),

consumers as (
    select distinct
        site,
        period,
        process,
        attribution_method,
        declared_share
    from in_force
    where validity_rank = 1
        and is_last
),

process_meters as (
    select
        site,
        period,
        process,
        sum(energy_mwh) as energy_mwh,
        max(case when data_quality = 'estimated' then 1 else 0 end) as is_estimated
    from meter_energy
    group by site, period, process
),

-- Equation 41: what the whole installation used, over the sum of what its processes' meters show.
metered as (
    select
        consumers.site,
        consumers.period,
        sum(process_meters.energy_mwh) as energy_mwh
    from consumers
    inner join process_meters
        on consumers.site = process_meters.site
        and consumers.period = process_meters.period
        and consumers.process = process_meters.process
    where consumers.attribution_method = 'sub_meter'
    group by consumers.site, consumers.period
),

levels as (
    select
        consumers.site,
        consumers.period,
        sum(production.value_exact) as activity_level,
        max(production.unit) as activity_unit
    from consumers
    inner join production
        on consumers.site = production.site
        and consumers.period = production.period
        and consumers.process = production.subject
    where consumers.attribution_method = 'functional_unit'
    group by consumers.site, consumers.period
),

shares as (
    select
        consumers.site,
        consumers.period,
        consumers.process,
        consumers.attribution_method,
        consumers.declared_share,
        site_electricity.supply_mwh as installation_mwh,
        site_electricity.electricity_source,
        site_electricity.data_quality as installation_quality,
        process_meters.energy_mwh as process_meter_mwh,
        process_meters.is_estimated,
        metered.energy_mwh as all_process_meters_mwh,
        production.value_exact as activity_level,
        levels.activity_level as all_activity_levels,
        levels.activity_unit,
        case
            when site_electricity.electricity_source = 'process_meter' then 1.0
            when metered.energy_mwh = site_electricity.supply_mwh then 1.0
            when metered.energy_mwh <> 0
                then cast(site_electricity.supply_mwh as double) / cast(metered.energy_mwh as double)
        end as reconciliation_factor
    from consumers
    inner join site_electricity
        on consumers.site = site_electricity.site
        and consumers.period = site_electricity.period
    left join process_meters
        on consumers.site = process_meters.site
        and consumers.period = process_meters.period
        and consumers.process = process_meters.process
    left join metered
        on consumers.site = metered.site
        and consumers.period = metered.period
    left join production
        on consumers.site = production.site
        and consumers.period = production.period
        and consumers.process = production.subject
    left join levels
        on consumers.site = levels.site
        and consumers.period = levels.period
)

-- Equation 42 for metered processes; the declared key or the functional unit elsewhere. A period in which nothing was
-- made has no key by functional unit: its electricity stays with the site.
select
    process,
    attribution_method,
    declared_share,
    installation_mwh,
    electricity_source,
    process_meter_mwh,
    all_process_meters_mwh,
    activity_level,
    all_activity_levels,
    activity_unit,
    'line:' || site || ':' || period || ':-:electricity_denominator:site' as levels_line_id,
    reconciliation_factor,
    cast(
        case attribution_method
            when 'sub_meter' then cast(process_meter_mwh as double) * reconciliation_factor
            when 'declared_share' then cast(installation_mwh as double) * declared_share
            when 'functional_unit'
                then case
                    when all_activity_levels > 0
                        then cast(installation_mwh as double) * cast(activity_level as double)
                            / cast(all_activity_levels as double)
                    else 0
                end
        end as decimal(38, 12)
    ) as electricity_mwh,
    case
        when installation_quality = 'estimated' or is_estimated = 1 then 'estimated'
        when attribution_method = 'sub_meter' then 'measured'
        else 'calculated'
    end as data_quality,
    'line:' || site || ':' || period || ':-:process_electricity:' || process as line_id,
    site,
    period
from shares
