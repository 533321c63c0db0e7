{#-
  Balance `usage_summary` of calc_document_balance: what a billing summary says was used is what the interval readings of
  the same document add up to. Both come from one meter, so they may differ by its uncertainty only.
-#}
{% macro usage_summary_ctes() -%}
{%- set assumed_uncertainty_pct = 1.0 %}
-- Only where one channel of forward intervals of the service point fills the billing period without a hole is there a
-- sum to compare. The balance belongs to the period in which the billing period ends.
usage_summaries as (
    select
        periods.site,
        periods.period,
        summaries.evidence_id,
        summaries.record_number,
        summaries.service_point,
        summaries.period_start_utc,
        summaries.period_end_utc,
        summaries.duration_s,
        units.canonical_unit,
        cast(cast(summaries.quantity as double) * units.factor as decimal(38, 12)) as summary_quantity,
        active_evidence.arrival_order
    from billing_summaries as summaries
    inner join active_evidence
        on summaries.site = active_evidence.site
        and summaries.evidence_id = active_evidence.evidence_id
    inner join units
        on summaries.unit = units.unit
    inner join periods
        on summaries.site = periods.site
        and summaries.period_end_utc + interval 8 hour > cast(periods.period_start as timestamp)
        and summaries.period_end_utc + interval 8 hour <= cast(periods.period_end as timestamp)
),

usage_channels as (
    select
        channels.site,
        channels.evidence_id,
        channels.meter,
        channels.service_point,
        units.canonical_unit,
        cast(channels.unit_scale as double) * units.factor as factor,
        count(*) over (
            partition by channels.site, channels.evidence_id, channels.service_point, units.canonical_unit
        ) as channel_count
    from channels
    inner join units
        on channels.quantity_unit = units.unit
    where channels.accumulation <> 'cumulative'
        and coalesce(channels.flow_direction, 'forward') = 'forward'
),

usage_sums as (
    select
        usage_summaries.site,
        usage_summaries.period,
        usage_summaries.evidence_id,
        usage_summaries.record_number,
        usage_channels.meter,
        usage_summaries.period_start_utc,
        usage_summaries.summary_quantity,
        usage_summaries.canonical_unit,
        usage_summaries.arrival_order,
        cast(cast(sum(readings.quantity) as double) * min(usage_channels.factor) as decimal(38, 12)) as reading_quantity
    from usage_summaries
    inner join usage_channels
        on usage_summaries.site = usage_channels.site
        and usage_summaries.evidence_id = usage_channels.evidence_id
        and usage_summaries.service_point = usage_channels.service_point
        and usage_summaries.canonical_unit = usage_channels.canonical_unit
    inner join readings
        on usage_channels.site = readings.site
        and usage_channels.evidence_id = readings.evidence_id
        and usage_channels.meter = readings.meter
        and readings.interval_start_utc >= usage_summaries.period_start_utc
        and readings.interval_end_utc <= usage_summaries.period_end_utc
    where usage_channels.channel_count = 1
    group by
        usage_summaries.site,
        usage_summaries.period,
        usage_summaries.evidence_id,
        usage_summaries.record_number,
        usage_channels.meter,
        usage_summaries.period_start_utc,
        usage_summaries.summary_quantity,
        usage_summaries.canonical_unit,
        usage_summaries.arrival_order
    having sum(readings.interval_minutes) * 60 = min(usage_summaries.duration_s)
        and count(distinct readings.interval_start_utc) = count(readings.quantity)
        and count(readings.quantity) = count(*)
),

-- A summary that comes again with a later document counts once.
usage_ranked as (
    select
        *,
        row_number() over (
            partition by site, period, meter, period_start_utc
            order by arrival_order desc, evidence_id desc, record_number desc
        ) as summary_rank
    from usage_sums
),

usage_summary_balance as (
    select
        site,
        period,
        'usage_summary' as balance,
        meter || ' ' || cast(cast(period_start_utc as date) as varchar) as subject,
        summary_quantity as expected_quantity,
        reading_quantity as found_quantity,
        canonical_unit as unit,
        cast({{ assumed_uncertainty_pct }} / 100 as double) as tolerance_share,
        'warn' as severity,
        'The billing summary of meter ' || meter || ' from ' || cast(cast(period_start_utc as date) as varchar)
        || ' on says ' || {{ shown('summary_quantity') }} || ' ' || canonical_unit || '; its readings add up to '
        || {{ shown('reading_quantity') }} || ' ' || canonical_unit || '.' as message,
        '電表 ' || meter || ' 自 ' || cast(cast(period_start_utc as date) as varchar) || ' 起之帳單摘要為 '
        || {{ shown('summary_quantity') }} || ' ' || canonical_unit || '，時段讀值合計為 '
        || {{ shown('reading_quantity') }} || ' ' || canonical_unit || '。' as message_zh,
        evidence_id as evidence_note
    from usage_ranked
    where summary_rank = 1
)
{%- endmacro %}
