{{ config(tags=['yearly']) }}
{{ scoped() }}

-- What came after months of the year were closed: it counts in the open year, not in those months, so that the months no
-- longer add up to the year. One row a year for which anything did.
with
years as (
    select
        site,
        period,
        period_start,
        period_end
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

evidence as (
    select * from {{ ref('stg_register__evidence') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

closed_months as (
    select
        years.site,
        years.period,
        decisions.subject as closed_month,
        cast(decisions.subject || '-01' as date) as month_start,
        cast({{ dbt.dateadd('month', 1, "cast(decisions.subject || '-01' as date)") }} as date) as month_end,
        min(evidence.arrival_order) as arrival_order
    from years
    inner join {{ ref('stg_register__decision') }} as decisions
        on years.site = decisions.site
        and decisions.decision = 'close'
        and decisions.subject like years.period || '-__'
    inner join evidence
        on decisions.site = evidence.site
        and decisions.evidence_id = evidence.evidence_id
    group by years.site, years.period, decisions.subject
),

late_documents as (
    select distinct
        closed_months.site,
        closed_months.period,
        closed_months.closed_month,
        active_evidence.evidence_id
    from closed_months
    inner join active_evidence
        on closed_months.site = active_evidence.site
        and active_evidence.arrival_order > closed_months.arrival_order
        and active_evidence.kind <> 'decision'
        and coalesce(active_evidence.period_start < closed_months.month_end, true)
        and coalesce(active_evidence.period_end > closed_months.month_start, true)
),

named as (
    select
        site,
        period,
        count(distinct evidence_id) as document_count,
        {{ joined('closed_month', ', ') }} as closed_months,
        {{ joined('evidence_id') }} as evidence_note
    from late_documents
    group by site, period
),

figures as (
    select
        site,
        period,
        cast(value as decimal(38, 12)) as emissions_tco2e
    from {{ ref('calc_process_figure') }}
    where {{ in_scope_site() }}
        and quantity = 'total_direct_emissions'
        and series = 'regime'
),

totals as (
    select
        years.site,
        years.period,
        sum(case when figures.period = years.period then figures.emissions_tco2e end) as year_emissions_tco2e,
        sum(case when length(figures.period) = 7 then figures.emissions_tco2e end) as month_emissions_tco2e
    from years
    inner join figures
        on years.site = figures.site
        and years.period = substring(figures.period, 1, 4)
    group by years.site, years.period
)

select
    'closed_months' as balance,
    'site' as subject,
    cast(totals.year_emissions_tco2e as decimal(38, 12)) as expected_quantity,
    cast(totals.month_emissions_tco2e as decimal(38, 12)) as found_quantity,
    cast(totals.month_emissions_tco2e - totals.year_emissions_tco2e as decimal(38, 12)) as difference_quantity,
    'tCO2e' as unit,
    cast(0 as double) as tolerance_share,
    cast(totals.month_emissions_tco2e - totals.year_emissions_tco2e as double)
    / nullif(cast(totals.year_emissions_tco2e as double), 0) as deviation_share,
    'warn' as severity,
    cast(named.document_count as varchar) || ' documents came after ' || named.closed_months
    || ' had been closed. They count in the year, which emitted ' || {{ shown('totals.year_emissions_tco2e') }}
    || ' tCO2e directly; its months add up to ' || {{ shown('totals.month_emissions_tco2e') }}
    || ' tCO2e. To correct the months: tracetonne reopen.' as message,
    named.closed_months || ' 結帳後到達 ' || cast(named.document_count as varchar) || ' 份文件，僅計入全年：全年直接排放 '
    || {{ shown('totals.year_emissions_tco2e') }} || ' tCO2e，各月合計 '
    || {{ shown('totals.month_emissions_tco2e') }} || ' tCO2e。如須更正各月，請重新開放（tracetonne reopen）。' as message_zh,
    named.evidence_note,
    named.site,
    named.period
from named
inner join totals
    on named.site = totals.site
    and named.period = totals.period
