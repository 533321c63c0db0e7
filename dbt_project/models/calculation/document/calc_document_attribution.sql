{{ scoped() }}
-- depends_on: {{ ref('calc_document_obstacle') }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
    where method <> 'electricity'
),

attributions as (
    select * from {{ ref('stg_master__attribution') }}
),

processes as (
    select * from {{ ref('stg_master__process') }}
),

reference_efficiencies as (
    select
        site,
        period,
        source_stream,
        'chp_' || substring(parameter, 22) as attribution_method,
        value as reference_efficiency,
        factor_id as reference_efficiency_id
    from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
        and month = ''
        and parameter like 'reference_efficiency_%'
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
        and series = 'regime'
        and input_source = 'document'
),

-- Keys of attribution (IR (EU) 2025/2547 Annex III A): what the process made, what its fuel meter shows, the heat that
-- it used.
keys as (
    select
        site,
        period,
        subject as process,
        case when fact_type = 'production' then 'production' else object end as key_name,
        fact_id,
        value_exact,
        unit
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and (
            (fact_type = 'production' and quantity_name = 'good_quantity')
            or fact_type = 'process_meter'
        )
),

-- Where the attribution of a stream changes within a period, what holds at its end holds for all of it.
in_force as (
    select
        periods.site,
        periods.period,
        attributions.source_stream,
        attributions.process,
        attributions.attribution_method,
        attributions.declared_share,
        case attributions.attribution_method
            when 'functional_unit' then 'production'
            when 'molar_share' then 'production'
            when 'heat' then 'heat'
            when 'power' then 'electricity_export'
            when 'chp_power' then 'electricity_export'
            when 'chp_steam' then 'steam'
            when 'chp_hot_water' then 'hot_water'
            when 'chp_exhaust' then 'exhaust'
            when 'sub_meter'
                then case
                    when streams.method in ({{ process_flow_methods() }}) then streams.method
                    else 'natural_gas'
                end
        end as key_name,
        -- A process may take several outputs of a combined heat and power unit at once, and else has one key.
        row_number() over (
            partition by
                periods.site,
                periods.period,
                attributions.source_stream,
                attributions.process,
                case when attributions.attribution_method like 'chp_%' then attributions.attribution_method end
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

kept as (
    select
        *,
        count(*) over (partition by site, period, source_stream, process) as output_count,
        sum(case when key_name in ('steam', 'hot_water', 'exhaust') then 1 else 0 end) over (
            partition by site, period, source_stream, process
        ) as heat_count
    from in_force
    where validity_rank = 1
        and is_last
),

-- Heat of one kind may come from a meter of heat; several kinds need a meter each.
metered as (
    select distinct
        kept.site,
        kept.period,
        kept.source_stream,
        kept.process,
        case
            when kept.output_count > 1 then kept.process || '/' || substring(kept.attribution_method, 5)
            else kept.process
        end as bearer,
        kept.attribution_method,
        kept.declared_share,
        coalesce(keys.fact_id, heat_keys.fact_id) as fact_id,
        processes.molar_mass_g_per_mol,
        -- Chemicals share by the moles that they are (eq. 43).
        coalesce(
            case
                when kept.attribution_method = 'molar_share'
                    then cast(cast(keys.value_exact as double) / processes.molar_mass_g_per_mol as decimal(38, 12))
                else coalesce(keys.value_exact, heat_keys.value_exact)
            end, cast(0 as decimal(38, 12))
        ) as metered_level,
        coalesce(keys.unit, heat_keys.unit) as unit,
        kept.attribution_method like 'chp_%' as is_chp
    from kept
    left join keys
        on kept.site = keys.site
        and kept.period = keys.period
        and kept.process = keys.process
        and kept.key_name = keys.key_name
    left join keys as heat_keys
        on kept.site = heat_keys.site
        and kept.period = heat_keys.period
        and kept.process = heat_keys.process
        and kept.heat_count = 1
        and kept.key_name in ('steam', 'hot_water', 'exhaust')
        and heat_keys.key_name = 'heat'
    left join processes
        on kept.site = processes.site
        and kept.process = processes.process
),

-- The outputs of a combined heat and power unit, each over the efficiency of its separate production: in the quotient of
-- equations 49 and 50 the energy input of equations 47 and 48 cancels out. Where an output is not metered, and the heat
-- goes to one process, the default efficiencies of the regulation take the place of both.
outputs as (
    select
        metered.*,
        reference_efficiencies.reference_efficiency,
        reference_efficiencies.reference_efficiency_id,
        case when metered.unit = 'MWh' then 3.6 else 1 end as gj_per_unit,
        case when metered.attribution_method = 'chp_power' then rules.chp_power_efficiency else rules.chp_heat_efficiency end
            as default_efficiency,
        case
            when metered.attribution_method = 'chp_power' then rules.chp_power_efficiency_id
            else rules.chp_heat_efficiency_id
        end as default_efficiency_id,
        case
            when not metered.is_chp then null
            when sum(case when metered.is_chp and metered.fact_id is null then 1 else 0 end) over (
                partition by metered.site, metered.period, metered.source_stream
            ) > 0
            and sum(case when metered.is_chp then 1 else 0 end) over (
                partition by metered.site, metered.period, metered.source_stream
            ) = 2
                then 'chp_output_default'
            else 'chp_output'
        end as output_formula_name
    from metered
    left join reference_efficiencies
        on metered.site = reference_efficiencies.site
        and metered.period = reference_efficiencies.period
        and metered.source_stream = reference_efficiencies.source_stream
        and metered.attribution_method = reference_efficiencies.attribution_method
    left join rules
        on metered.site = rules.site
        and metered.period = rules.period
),

weighed as (
    select
        *,
        {{ line_id("'chp_output'", 'source_stream', 'bearer') }} as output_line_id,
        {{ line_value(formula_sql_by('output_formula_name', ['chp_output', 'chp_output_default'])) }} as weighed_output
    from (
        select outputs.*, cast(outputs.metered_level as double) as output
        from outputs
    ) as outputs
),

keyed as (
    select
        *,
        case when is_chp then coalesce(weighed_output, cast(0 as decimal(38, 12))) else metered_level end as activity_level
    from weighed
),

totals as (
    select
        site,
        period,
        source_stream,
        sum(activity_level) as activity_level,
        count(*) as process_count
    from keyed
    where attribution_method <> 'declared_share'
    group by site, period, source_stream
)

-- Order of attribution: IR (EU) 2025/2547 Annex III A. In a period in which no process has a key (nothing was made, no
-- meter turned) the stream is borne in equal parts, so that its emissions still reach the year to date of the goods.
select
    keyed.source_stream,
    keyed.process,
    keyed.bearer,
    case
        when keyed.attribution_method <> 'declared_share' and totals.activity_level = 0 then 'equal_share'
        when keyed.output_formula_name = 'chp_output_default' then 'chp_default_efficiency'
        else keyed.attribution_method
    end as attribution_method,
    case
        when keyed.attribution_method = 'declared_share' then keyed.declared_share
        when totals.activity_level = 0 then cast(1 as double) / totals.process_count
        else cast(keyed.activity_level as double) / cast(totals.activity_level as double)
    end as share,
    case
        when keyed.attribution_method <> 'declared_share' and totals.activity_level > 0
            then case when keyed.is_chp then keyed.output_line_id else keyed.fact_id end
    end as numerator_id,
    case
        when keyed.attribution_method = 'molar_share' and totals.activity_level > 0 then keyed.molar_mass_g_per_mol
    end as molar_mass_g_per_mol,
    keyed.attribution_method in ('power', 'chp_power') as is_power,
    keyed.is_chp or keyed.attribution_method in ('heat', 'power') as is_shared_energy,
    keyed.output_formula_name,
    keyed.output,
    coalesce(keyed.fact_id, 'constant:nothing_metered') as output_id,
    coalesce(keyed.unit, 'GJ') as output_unit,
    keyed.gj_per_unit,
    'unit_conversion:GJ' as gj_per_unit_id,
    keyed.reference_efficiency,
    keyed.reference_efficiency_id,
    keyed.default_efficiency,
    keyed.default_efficiency_id,
    keyed.weighed_output,
    keyed.output_line_id,
    keyed.site,
    keyed.period
from keyed
left join totals
    on keyed.site = totals.site
    and keyed.period = totals.period
    and keyed.source_stream = totals.source_stream
    and keyed.attribution_method <> 'declared_share'
