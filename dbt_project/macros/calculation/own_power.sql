{#-
  Power of the site's own making and its factor: the emissions of the fuels that are attributed as power, over what the
  generators of the same processes show (IR (EU) 2025/2547 Annex II D, equation 38; for combined heat and power, whose
  fuel is shared by the outputs, Annex III A, equation 52). In power and heat a waste gas counts at no more than natural gas
  of the same energy; what is beyond that is with the process that makes the gas.
-#}

{#- CTEs `waste_gas_streams` and `waste_gases`, one row a stream, of those whose gas makes power or heat for several. -#}
{% macro waste_gas_ctes() -%}
-- A waste gas is what the master data call one, or known by its name as a gas of class G13 (Annex III C).
waste_gas_streams as (
    select distinct
        streams.site,
        streams.source_stream
    from {{ ref('stg_master__source_stream') }} as streams
    inner join {{ ref('stg_master__material') }} as materials
        on streams.site = materials.site
        and streams.material = materials.material
    left join {{ ref('material_factor_map') }} as names
        on names.efficiency_class = 'G13'
        and names.alias_key in (
            {{ material_alias_key('materials.material') }}, {{ material_alias_key('materials.material_name_zh') }},
            {{ material_alias_key('materials.material_name') }}
        )
    where materials.role = 'waste_gas'
        or names.alias_key is not null
),

burnt_gases as (
    select
        fuels.site,
        fuels.period,
        fuels.source_stream,
        cast(fuels.emissions_fossil_tco2e as double) as emissions,
        fuels.fossil_line_id as emissions_id,
        cast(fuels.energy_tj as double) as energy,
        fuels.energy_line_id as energy_id,
        rules.natural_gas_ef,
        rules.natural_gas_ef_id,
        {{ line_id("'waste_gas_emission'", 'fuels.source_stream', site='fuels.site', period='fuels.period') }} as line_id
    from {{ ref('calc_source_stream_emission') }} as fuels
    inner join waste_gas_streams
        on fuels.site = waste_gas_streams.site
        and fuels.source_stream = waste_gas_streams.source_stream
    inner join (
        select distinct site, period, source_stream
        from {{ ref('calc_document_attribution') }}
        where is_shared_energy
    ) as shared
        on fuels.site = shared.site
        and fuels.period = shared.period
        and fuels.source_stream = shared.source_stream
    inner join {{ ref('calc_period_rule') }} as rules
        on fuels.site = rules.site
        and fuels.period = rules.period
        and rules.series = 'regime'
        and rules.input_source = 'document'
    where {{ in_scope('fuels.site', 'fuels.period') }}
        and fuels.energy_tj > 0
),

waste_gases as (
    select *, {{ formula_sql('waste_gas_emission') }} as counted
    from burnt_gases
)
{%- endmacro %}

{#-
  CTEs `waste_gas_shifts`, one row a stream, bearer and side, and `waste_gas_corrections`, one row a process: what leaves
  the bearers of a waste gas's power and heat, and what its maker bears instead (Annex III A, equations 53 to 55).
-#}
{% macro waste_gas_shift_ctes() -%}
shared_gases as (
    select
        waste_gases.*,
        waste_gases.line_id as counted_id,
        attributions.process,
        attributions.bearer,
        attributions.share,
        {{ line_id(
            "'stream_share'", 'attributions.source_stream', 'attributions.bearer', site='attributions.site',
            period='attributions.period'
        ) }} as share_id,
        rules.waste_gas_export,
        rules.waste_gas_export_id,
        streams.producing_process,
        row_number() over (
            partition by waste_gases.site, waste_gases.period, waste_gases.source_stream, attributions.bearer
            order by streams.valid_from desc
        ) as validity_rank
    from waste_gases
    inner join {{ ref('calc_document_attribution') }} as attributions
        on waste_gases.site = attributions.site
        and waste_gases.period = attributions.period
        and waste_gases.source_stream = attributions.source_stream
        and attributions.is_shared_energy
    inner join {{ ref('calc_period_rule') }} as rules
        on waste_gases.site = rules.site
        and waste_gases.period = rules.period
        and rules.series = 'regime'
        and rules.input_source = 'document'
    inner join {{ ref('calc_document_period') }} as periods
        on waste_gases.site = periods.site
        and waste_gases.period = periods.period
    inner join {{ ref('stg_master__source_stream') }} as streams
        on waste_gases.site = streams.site
        and waste_gases.source_stream = streams.source_stream
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
),

-- A bearer keeps the gas at natural gas. Its maker, where master data name one, has the emissions of the gas as its own,
-- less what equation 54 lets it pass on; a gas of another installation leaves the remainder there.
waste_gas_shifts as (
    {%- for formula, process in [('waste_gas_consumed', 'process'), ('waste_gas_produced', 'producing_process')] %}
    select
        site,
        period,
        source_stream,
        bearer,
        {{ process }} as process,
        '{{ formula }}' as formula_name,
        emissions,
        emissions_id,
        counted,
        counted_id,
        energy,
        energy_id,
        natural_gas_ef,
        natural_gas_ef_id,
        waste_gas_export,
        waste_gas_export_id,
        share,
        share_id,
        {{ line_value(formula_sql(formula)) }} as shifted_tco2e,
        {{ line_id("'" ~ formula ~ "'", 'source_stream', 'bearer') }} as line_id
    from shared_gases
    where validity_rank = 1
        and {{ process }} is not null
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

waste_gas_corrections as (
    select
        site,
        period,
        process,
        cast(sum(shifted_tco2e) as double) as waste_gas_correction,
        {{ line_id("'waste_gas_correction'", 'process') }} as waste_gas_correction_id
    from waste_gas_shifts
    group by site, period, process
)
{%- endmacro %}

{#-
  CTEs of `waste_gas_ctes`, `capped_emissions` of power and of a unit's heat, `power_emissions`, `power_meters`, one row a part, and
  `own_power`, one row a site and period.
-#}
{% macro own_power_ctes() -%}
{{ waste_gas_ctes() }},

capped_emissions as (
    select
        attributions.is_power,
        emissions.site,
        emissions.period,
        emissions.source_stream,
        emissions.process,
        emissions.bearer,
        emissions.share,
        emissions.share_id,
        waste_gases.counted as emissions,
        waste_gases.line_id as emissions_id,
        waste_gases.line_id is not null as is_waste_gas,
        case
            when waste_gases.line_id is null then emissions.line_id
            else {{ line_id(
                "case when attributions.is_power then 'power_emission' else 'heat_emission' end", 'emissions.source_stream', 'emissions.bearer', site='emissions.site',
                period='emissions.period'
            ) }}
        end as line_id,
        case
            when waste_gases.line_id is null then emissions.attributed_tco2e
            else {{ line_value('waste_gases.counted * emissions.share') }}
        end as attributed_tco2e
    from {{ ref('calc_stream_attribution') }} as emissions
    inner join {{ ref('calc_document_attribution') }} as attributions
        on emissions.site = attributions.site
        and emissions.period = attributions.period
        and emissions.source_stream = attributions.source_stream
        and emissions.bearer = attributions.bearer
        and (attributions.is_power or attributions.output_formula_name = 'chp_output')
    left join waste_gases
        on emissions.site = waste_gases.site
        and emissions.period = waste_gases.period
        and emissions.source_stream = waste_gases.source_stream
    where {{ in_scope('emissions.site', 'emissions.period') }}
),

power_emissions as (
    select * from capped_emissions
    where is_power
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

{#-
  CTEs of what combined heat and power and shared boilers are like: `unit_outputs`, one row a fuel and metered output, and
  `boiler_fuels`, one row a fuel that is borne by heat (Annex III A, equations 45, 47, 48, 51 and 52).
-#}
{% macro heat_and_power_ctes() -%}
unit_outputs as (
    select
        outputs.site,
        outputs.period,
        outputs.source_stream,
        outputs.bearer,
        outputs.is_power,
        outputs.output,
        outputs.output_id,
        outputs.output_unit,
        outputs.gj_per_unit,
        outputs.gj_per_unit_id,
        fuels.energy_tj as energy,
        fuels.energy_line_id as energy_id,
        cast(coalesce(capped.attributed_tco2e, borne.attributed_tco2e) as double) as emissions,
        coalesce(capped.line_id, borne.line_id) as emissions_id,
        {{ line_id(
            "'chp_efficiency'", 'outputs.source_stream', 'outputs.bearer', site='outputs.site', period='outputs.period'
        ) }} as efficiency_line_id,
        {{ line_id(
            "'chp_factor'", 'outputs.source_stream', 'outputs.bearer', site='outputs.site', period='outputs.period'
        ) }} as factor_line_id
    from {{ ref('calc_document_attribution') }} as outputs
    inner join {{ ref('calc_source_stream_emission') }} as fuels
        on outputs.site = fuels.site
        and outputs.period = fuels.period
        and outputs.source_stream = fuels.source_stream
    inner join {{ ref('calc_stream_attribution') }} as borne
        on outputs.site = borne.site
        and outputs.period = borne.period
        and outputs.source_stream = borne.source_stream
        and outputs.bearer = borne.bearer
    left join capped_emissions as capped
        on outputs.site = capped.site
        and outputs.period = capped.period
        and outputs.source_stream = capped.source_stream
        and outputs.bearer = capped.bearer
    where {{ in_scope('outputs.site', 'outputs.period') }}
        and outputs.output_formula_name = 'chp_output'
        and outputs.output > 0
),

boiler_fuels as (
    select
        fuels.site,
        fuels.period,
        coalesce(waste_gases.counted, cast(fuels.emissions_fossil_tco2e as double)) as emissions,
        coalesce(waste_gases.line_id, fuels.fossil_line_id) as emissions_id,
        cast(fuels.energy_tj as double) as energy,
        fuels.energy_line_id as energy_id,
        {{ line_id("'heat_mix_factor'", "'site'", site='fuels.site', period='fuels.period') }} as line_id
    from {{ ref('calc_source_stream_emission') }} as fuels
    inner join (
        select distinct site, period, source_stream
        from {{ ref('calc_document_attribution') }}
        where attribution_method = 'heat'
    ) as shared
        on fuels.site = shared.site
        and fuels.period = shared.period
        and fuels.source_stream = shared.source_stream
    left join waste_gases
        on fuels.site = waste_gases.site
        and fuels.period = waste_gases.period
        and fuels.source_stream = waste_gases.source_stream
    where {{ in_scope('fuels.site', 'fuels.period') }}
        and fuels.energy_tj > 0
)
{%- endmacro %}
