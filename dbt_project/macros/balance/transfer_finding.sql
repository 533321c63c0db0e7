{#-
  Findings of calc_document_finding on carbon dioxide that leaves and may not be deducted (IR (EU) 2025/2547 Annex II,
  B.8.2): it has to be stored for good or bound chemically, and proven.
-#}
{% macro transfer_finding_ctes() -%}
undeducted_transfers as (
    select distinct
        periods.site,
        periods.period,
        'co2_transfer' as balance,
        streams.source_stream as subject,
        'warn' as severity,
        'The CO2 of ' || streams.source_stream || ' that leaves is not deducted: '
        || case
            when streams.co2_destination is null then 'its destination is not stated.'
            when streams.co2_destination = 'other_use' then 'it is neither stored for good nor bound chemically.'
            else 'no permit or certificate proves that it stays there (co2_evidence).'
        end as message,
        '移出之二氧化碳 ' || streams.source_stream || ' 未扣除：'
        || case
            when streams.co2_destination is null then '未填去向。'
            when streams.co2_destination = 'other_use' then '並非長期封存或永久化學固定。'
            else '未填許可或證明文號（co2_evidence）。'
        end as message_zh,
        cast(null as varchar) as evidence_note
    from periods
    inner join {{ ref('stg_master__source_stream') }} as streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
    where streams.method = 'co2_transfer'
        and streams.direction = 'output'
        and (
            coalesce(streams.co2_destination, 'other_use') = 'other_use'
            or streams.co2_evidence is null
        )
)
{%- endmacro %}
