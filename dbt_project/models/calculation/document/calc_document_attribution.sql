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
        attributions.source_stream,
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

keyed as (
    select distinct
        in_force.site,
        in_force.period,
        in_force.source_stream,
        in_force.process,
        in_force.attribution_method,
        in_force.declared_share,
        production.fact_id,
        coalesce(production.value_exact, cast(0 as decimal(38, 12))) as activity_level
    from in_force
    left join production
        on in_force.site = production.site
        and in_force.period = production.period
        and in_force.process = production.subject
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
        {{ ordered_list('fact_id') }} as fact_ids
    from keyed
    where attribution_method = 'functional_unit'
    group by site, period, source_stream
)

-- Functional unit: IR (EU) 2025/2547 Annex III A, order of attribution (3). In a period in which none of the processes
-- made anything there is no key; the stream is then borne in equal parts, so that its emissions still reach the year to
-- date of the goods.
select
    keyed.source_stream,
    keyed.process,
    case
        when keyed.attribution_method = 'functional_unit' and totals.activity_level = 0 then 'equal_share'
        else keyed.attribution_method
    end as attribution_method,
    case
        when keyed.attribution_method = 'declared_share' then keyed.declared_share
        when totals.activity_level = 0 then cast(1 as double) / totals.process_count
        else cast(keyed.activity_level as double) / cast(totals.activity_level as double)
    end as share,
    case
        when keyed.attribution_method = 'functional_unit' and totals.activity_level > 0 then keyed.fact_id
    end as numerator_id,
    case
        when keyed.attribution_method = 'functional_unit' and totals.activity_level > 0 then totals.fact_ids
        else {{ empty_list() }}
    end as denominator_ids,
    keyed.site,
    keyed.period
from keyed
left join totals
    on keyed.site = totals.site
    and keyed.period = totals.period
    and keyed.source_stream = totals.source_stream
    and keyed.attribution_method = 'functional_unit'
