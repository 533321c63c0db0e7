{#-
  Balance `meter_completeness` of calc_document_balance: every meter has every interval.
-#}
{% macro meter_completeness_ctes() -%}
meter_evidence as (
    select
        period_months.site,
        period_months.period,
        meter_months.meter,
        {{ joined('meter_months.evidence_id') }} as evidence_ids
    from meter_months
    inner join period_months
        on meter_months.site = period_months.site
        and meter_months.period = period_months.month
    group by period_months.site, period_months.period, meter_months.meter
),

gap_counts as (
    select
        period_months.site,
        period_months.period,
        gaps.meter,
        sum(case when gaps.method_id = 'gap_linear' then gaps.missing_interval_count else 0 end) as bridged_count,
        sum(case when gaps.method_id <> 'gap_linear' then gaps.missing_interval_count else 0 end) as filled_count
    from gaps
    inner join period_months
        on gaps.site = period_months.site
        and gaps.period = period_months.month
    group by period_months.site, period_months.period, gaps.meter
),

-- Every meter, every interval. Gaps of up to an hour are bridged and only warn; longer ones stop.
meter_completeness as (
    select
        meter_totals.site,
        meter_totals.period,
        'meter_completeness' as balance,
        meter_totals.meter as subject,
        cast(meter_totals.expected_interval_count as decimal(38, 12)) as expected_quantity,
        cast(meter_totals.value_count as decimal(38, 12)) as found_quantity,
        'intervals' as unit,
        cast(0 as double) as tolerance_share,
        case
            when meter_totals.missing_interval_count > 0
                and meter_totals.missing_interval_count = coalesce(gap_counts.bridged_count, 0)
                then 'warn'
            when meter_totals.value_count = 0 and entered_meters.subject is not null then 'warn'
            else 'error'
        end as severity,
        'Meter ' || meter_totals.meter || ' has ' || cast(meter_totals.value_count as varchar) || ' of '
        || cast(meter_totals.expected_interval_count as varchar) || ' intervals in ' || meter_totals.period
        || case
            when meter_totals.missing_interval_count = 0 then '.'
            when meter_totals.value_count = 0 and entered_meters.subject is not null
                then ': its consumption was entered by hand. Land its export.'
            when meter_totals.value_count = 0 then ': nothing landed. Land its export.'
            else '; ' || cast(coalesce(gap_counts.bridged_count, 0) as varchar)
                || ' missing ones are bridged by a straight line (gaps of up to one hour), '
                || cast(coalesce(gap_counts.filled_count, 0) as varchar)
                || ' are filled with mean plus two standard deviations. Land the missing readings.'
        end as message,
        '電表 ' || meter_totals.meter || ' 於 ' || meter_totals.period || ' 應有 '
        || cast(meter_totals.expected_interval_count as varchar) || ' 筆，實有 '
        || cast(meter_totals.value_count as varchar) || ' 筆'
        || case
            when meter_totals.missing_interval_count = 0 then '。'
            when meter_totals.value_count = 0 and entered_meters.subject is not null
                then '：用電量暫由人工填報，請補匯入電表資料。'
            when meter_totals.value_count = 0 then '：全無讀值，請匯入電表資料。'
            else '；其中 ' || cast(coalesce(gap_counts.bridged_count, 0) as varchar)
                || ' 筆以線性內插（缺口一小時內），' || cast(coalesce(gap_counts.filled_count, 0) as varchar)
                || ' 筆以平均加兩倍標準差保守填補。請補匯入。'
        end as message_zh,
        meter_evidence.evidence_ids as evidence_note
    from meter_totals
    left join gap_counts
        on meter_totals.site = gap_counts.site
        and meter_totals.period = gap_counts.period
        and meter_totals.meter = gap_counts.meter
    left join meter_evidence
        on meter_totals.site = meter_evidence.site
        and meter_totals.period = meter_evidence.period
        and meter_totals.meter = meter_evidence.meter
    left join facts as entered_meters
        on meter_totals.site = entered_meters.site
        and meter_totals.period = entered_meters.period
        and meter_totals.meter = entered_meters.subject
        and entered_meters.fact_type = 'meter_entry'
)
{%- endmacro %}
