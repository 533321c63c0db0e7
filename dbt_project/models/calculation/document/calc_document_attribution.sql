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

-- Keys of attribution (IR (EU) 2025/2547 Annex III A): what the process made, what its fuel meter shows, the heat that
-- it used.
keys as (
    select
        site,
        period,
        subject as process,
        case when fact_type = 'production' then 'production' else object end as key_name,
        fact_id,
        value_exact
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
            when 'sub_meter'
                then case
                    when streams.method in ({{ process_flow_methods() }}) then streams.method
                    else 'natural_gas'
                end
        end as key_name,
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

keyed as (
    select distinct
        in_force.site,
        in_force.period,
        in_force.source_stream,
        in_force.process,
        in_force.attribution_method,
        in_force.declared_share,
        keys.fact_id,
        processes.molar_mass_g_per_mol,
        -- Chemicals share by the moles that they are (eq. 43).
        coalesce(
            case
                when in_force.attribution_method = 'molar_share'
                    then cast(cast(keys.value_exact as double) / processes.molar_mass_g_per_mol as decimal(38, 12))
                else keys.value_exact
            end, cast(0 as decimal(38, 12))
        ) as activity_level,
        case
            when in_force.attribution_method = 'molar_share'
                then {{ line_id(
                    "'molar_amount'", 'in_force.source_stream', 'in_force.process', site='in_force.site',
                    period='in_force.period'
                ) }}
            else keys.fact_id
        end as key_id
    from in_force
    left join keys
        on in_force.site = keys.site
        and in_force.period = keys.period
        and in_force.process = keys.process
        and in_force.key_name = keys.key_name
    left join processes
        on in_force.site = processes.site
        and in_force.process = processes.process
    where in_force.validity_rank = 1
        and in_force.is_last
),

totals as (
    select
        site,
        period,
        source_stream,
        sum(activity_level) as activity_level,
        count(*) as process_count,
        {{ ordered_list('key_id') }} as key_ids
    from keyed
    where attribution_method <> 'declared_share'
    group by site, period, source_stream
)

-- Order of attribution: IR (EU) 2025/2547 Annex III A. In a period in which no process has a key (nothing was made, no
-- meter turned) the stream is borne in equal parts, so that its emissions still reach the year to date of the goods.
select
    keyed.source_stream,
    keyed.process,
    case
        when keyed.attribution_method <> 'declared_share' and totals.activity_level = 0 then 'equal_share'
        else keyed.attribution_method
    end as attribution_method,
    case
        when keyed.attribution_method = 'declared_share' then keyed.declared_share
        when totals.activity_level = 0 then cast(1 as double) / totals.process_count
        else cast(keyed.activity_level as double) / cast(totals.activity_level as double)
    end as share,
    case
        when keyed.attribution_method <> 'declared_share' and totals.activity_level > 0 then keyed.fact_id
    end as numerator_id,
    case
        when keyed.attribution_method <> 'declared_share' and totals.activity_level > 0 then totals.key_ids
        else {{ empty_list() }}
    end as denominator_ids,
    case
        when keyed.attribution_method = 'molar_share' and totals.activity_level > 0 then keyed.molar_mass_g_per_mol
    end as molar_mass_g_per_mol,
    keyed.site,
    keyed.period
from keyed
left join totals
    on keyed.site = totals.site
    and keyed.period = totals.period
    and keyed.source_stream = totals.source_stream
    and keyed.attribution_method <> 'declared_share'
