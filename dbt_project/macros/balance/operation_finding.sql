{#-
  Findings of what took a process out of its normal operation. Its emissions count like any others (IR (EU) 2025/2547
  Annex II B.1); whoever compares months should know.
-#}
{% macro operation_finding_ctes() -%}
abnormal_operations as (
    select
        periods.site,
        periods.period,
        'abnormal_operation' as balance,
        coalesce(events.process, '') || ':' || coalesce(events.event, '') as subject,
        'warn' as severity,
        'Process ' || coalesce(events.process, '') || ': ' || replace(events.event_kind, '_', '-') || ' from '
        || cast(events.started_date as varchar) || ' to ' || cast(events.ended_date as varchar)
        || coalesce(', ' || events.cause, '') || coalesce(' (' || events.effect || ')', '')
        || '. Its emissions count in ' || periods.period || '; compare its intensity with that in mind.' as message,
        '製程 ' || coalesce(events.process, '') || ' 於 ' || cast(events.started_date as varchar) || ' 至 '
        || cast(events.ended_date as varchar)
        || case events.event_kind
            when 'start_up' then ' 開機'
            when 'shut_down' then ' 停機'
            when 'failure' then ' 故障'
            else ' 維修保養'
        end
        || coalesce('，' || events.cause, '') || coalesce('（' || events.effect || '）', '')
        || '。其排放已計入 ' || periods.period || '，比較排放強度時請留意。' as message_zh,
        events.evidence_id as evidence_note
    from operating_events as events
    inner join periods
        on events.site = periods.site
        and events.started_date < periods.period_end
        and events.ended_date >= periods.period_start
)
{%- endmacro %}
