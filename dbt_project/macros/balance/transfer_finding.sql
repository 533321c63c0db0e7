{#-
  Carbon dioxide that leaves and what comes off for it (IR (EU) 2025/2547 Annex II, B.8). Captured CO2 has to be stored for
  good or bound chemically, CO2 inherent in a fuel, a waste gas or a material has to reach another installation under the EU
  ETS or CBAM, where it counts; and somebody has to prove it. Else it counts where it came from.
-#}

{#- True where a source stream may deduct what leaves by it. -#}
{% macro is_deductible(streams) -%}
    (
        {{ streams }}.co2_evidence is not null
        and coalesce({{ streams }}.co2_destination, '') in (
            case when {{ streams }}.method = 'inherent_co2' then 'regulated_installation' else 'geological_storage' end,
            case when {{ streams }}.method = 'inherent_co2' then 'regulated_installation' else 'chemically_bound' end
        )
    )
{%- endmacro %}

{#- Findings of calc_document_finding on what is not deducted. -#}
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
            when streams.co2_evidence is null
                then 'nothing proves where it went (co2_evidence: permit, certificate, or confirmation of the receiver).'
            when streams.method = 'inherent_co2' then 'it reaches no other installation under the EU ETS or CBAM.'
            else 'it is neither stored for good nor bound chemically.'
        end as message,
        '移出之二氧化碳 ' || streams.source_stream || ' 未扣除：'
        || case
            when streams.co2_destination is null then '未填去向。'
            when streams.co2_evidence is null then '未填許可、證明或接收方確認之文號（co2_evidence）。'
            when streams.method = 'inherent_co2' then '並非移至另一適用 EU ETS 或 CBAM 之設施。'
            else '並非長期封存或永久化學固定。'
        end as message_zh,
        cast(null as varchar) as evidence_note
    from periods
    inner join {{ ref('stg_master__source_stream') }} as streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
    where streams.method in ('co2_transfer', 'inherent_co2')
        and streams.direction = 'output'
        and not {{ is_deductible('streams') }}
)
{%- endmacro %}
