{#-
  Balance `inherent_co2` of calc_document_balance: the CO2 inherent in a fuel, a waste gas or a material that went to another
  installation, against what that installation confirms (IR (EU) 2025/2547 Annex II, B.8). What is deducted at one must be
  counted at the other. The tolerance is the uncertainty that the sender states for its activity data.
-#}
{% macro inherent_co2_ctes() -%}
inherent_confirmed as (
    select
        site,
        period,
        corroborates as source_stream,
        -sum(emissions_fossil_tco2e) as confirmed_tco2e
    from {{ ref('calc_source_stream_emission') }}
    where {{ in_scope() }}
        and method = 'inherent_co2'
        and corroborates is not null
    group by site, period, corroborates
),

inherent_tolerance as (
    select
        site,
        source_stream,
        max(activity_uncertainty) as activity_uncertainty
    from {{ ref('stg_master__source_stream') }}
    where method = 'inherent_co2'
    group by site, source_stream
),

inherent_co2 as (
    select
        sent.site,
        sent.period,
        'inherent_co2' as balance,
        sent.source_stream as subject,
        cast(-sent.emissions_fossil_tco2e as decimal(38, 12)) as expected_quantity,
        cast(inherent_confirmed.confirmed_tco2e as decimal(38, 12)) as found_quantity,
        'tCO2e' as unit,
        coalesce(inherent_tolerance.activity_uncertainty, cast(0 as double)) as tolerance_share,
        'warn' as severity,
        'Inherent CO2 of ' || sent.source_stream || ' deducted in ' || sent.period || ': '
        || {{ shown('cast(-sent.emissions_fossil_tco2e as decimal(38, 12))') }} || ' t; '
        || case
            when inherent_confirmed.confirmed_tco2e is null
                then 'the receiving installation confirms none: add its figure as a source stream of inherent_co2 with '
                    || 'corroborates = ' || sent.source_stream || '.'
            else 'the receiving installation confirms '
                || {{ shown('cast(inherent_confirmed.confirmed_tco2e as decimal(38, 12))') }} || ' t.'
        end as message,
        '固有二氧化碳 ' || sent.source_stream || ' 於 ' || sent.period || ' 扣除 '
        || {{ shown('cast(-sent.emissions_fossil_tco2e as decimal(38, 12))') }} || ' 公噸；'
        || case
            when inherent_confirmed.confirmed_tco2e is null
                then '接收設施未確認：請以 inherent_co2 源流登錄其數量，並於 corroborates 填 ' || sent.source_stream || '。'
            else '接收設施確認 '
                || {{ shown('cast(inherent_confirmed.confirmed_tco2e as decimal(38, 12))') }} || ' 公噸。'
        end as message_zh,
        cast(null as varchar) as evidence_note
    from {{ ref('calc_source_stream_emission') }} as sent
    left join inherent_confirmed
        on sent.site = inherent_confirmed.site
        and sent.period = inherent_confirmed.period
        and sent.source_stream = inherent_confirmed.source_stream
    left join inherent_tolerance
        on sent.site = inherent_tolerance.site
        and sent.source_stream = inherent_tolerance.source_stream
    where {{ in_scope('sent.site', 'sent.period') }}
        and sent.method = 'inherent_co2'
        and sent.corroborates is null
        and sent.emissions_fossil_tco2e < 0
)
{%- endmacro %}
