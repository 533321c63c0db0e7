{#-
  Power of the site's own making and its factor: the emissions of the fuels that are attributed as power, over what the
  generators of the same processes show (IR (EU) 2025/2547 Annex II D, equation 38; for combined heat and power, whose
  fuel is shared by the outputs, Annex III A, equation 52).
-#}

{#- CTEs `power_emissions`, `power_meters`, one row a part, and `own_power`, one row a site and period. -#}
{% macro own_power_ctes() -%}
power_emissions as (
    select
        emissions.site,
        emissions.period,
        emissions.process,
        emissions.line_id,
        emissions.attributed_tco2e
    from {{ ref('calc_stream_attribution') }} as emissions
    inner join {{ ref('calc_document_attribution') }} as attributions
        on emissions.site = attributions.site
        and emissions.period = attributions.period
        and emissions.source_stream = attributions.source_stream
        and emissions.process = attributions.process
        and attributions.is_power
    where {{ in_scope('emissions.site', 'emissions.period') }}
),

power_meters as (
    select
        meter_energy.site,
        meter_energy.period,
        meter_energy.line_id,
        meter_energy.energy_mwh
    from {{ ref('calc_document_meter_energy') }} as meter_energy
    inner join (
        select distinct site, period, process
        from power_emissions
    ) as generators
        on meter_energy.site = generators.site
        and meter_energy.period = generators.period
        and meter_energy.process = generators.process
    where {{ in_scope('meter_energy.site', 'meter_energy.period') }}
        and meter_energy.role = 'export'
),

own_power as (
    select
        generated.site,
        generated.period,
        emitted.emissions / generated.energy_mwh as own_factor_tco2_per_mwh,
        {{ line_id("'own_power_factor'", "'site'", site='generated.site', period='generated.period') }} as own_factor_id
    from (
        select site, period, cast(sum(energy_mwh) as double) as energy_mwh
        from power_meters
        group by site, period
    ) as generated
    inner join (
        select site, period, cast(sum(attributed_tco2e) as double) as emissions
        from power_emissions
        group by site, period
    ) as emitted
        on generated.site = emitted.site
        and generated.period = emitted.period
    where generated.energy_mwh > 0
)
{%- endmacro %}
