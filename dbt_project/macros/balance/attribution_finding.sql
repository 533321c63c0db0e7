{#-
  Findings of calc_document_finding on the order of attribution (IR (EU) 2025/2547 Annex III A): heat and waste gases
  come before the functional unit, and chemicals share by moles (equation 43) rather than by tonnes.
-#}
{% macro attribution_finding_ctes() -%}
shared_streams as (
    select
        periods.site,
        periods.period,
        attributions.source_stream,
        attributions.attribution_method,
        count(distinct attributions.process) as process_count,
        count(distinct heat_meters.process) as heat_meter_count,
        count(distinct case when goods.sector in ('Fertilisers', 'Hydrogen') then goods.good_category end)
            as chemical_count,
        count(distinct case
            when coalesce(goods.sector, '') not in ('Fertilisers', 'Hydrogen') then processes.good_category
        end) as other_count
    from periods
    inner join {{ ref('stg_master__attribution') }} as attributions
        on periods.site = attributions.site
        and attributions.valid_from < periods.period_end
        and attributions.valid_to >= periods.period_end
    inner join {{ ref('stg_master__source_stream') }} as streams
        on attributions.site = streams.site
        and attributions.source_stream = streams.source_stream
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
        and streams.method <> 'electricity'
    inner join processes
        on attributions.site = processes.site
        and attributions.process = processes.process
    left join {{ ref('cbam_good') }} as goods
        on processes.good_category = goods.good_category
    left join (
        select distinct site, process
        from meters
        where commodity in ('heat', 'steam', 'hot_water', 'exhaust')
            and role = 'process'
    ) as heat_meters
        on attributions.site = heat_meters.site
        and attributions.process = heat_meters.process
    where attributions.attribution_method in ('functional_unit', 'molar_share')
    group by periods.site, periods.period, attributions.source_stream, attributions.attribution_method
),

late_keys as (
    select
        site,
        period,
        'attribution_order' as balance,
        source_stream as subject,
        'warn' as severity,
        'Source stream ' || source_stream || ' is shared by ' || attribution_method
        || case
            when heat_meter_count = process_count
                then ', though every process that bears it has a heat meter: heat comes before goods made; say in the '
                    || 'reason why it cannot be the key, or choose method heat.'
            else ' among different chemicals: they share by moles; choose method molar_share and fill the molar mass of '
                || 'each process.'
        end as message,
        '排放源流 ' || source_stream || ' 以 ' || attribution_method
        || case
            when heat_meter_count = process_count
                then ' 分配，但各承擔製程均有熱量表：熱量優先於產量，請改用 heat，或於理由欄說明不適用之原因。'
            else ' 分配予不同化學品：化學品應依莫耳數分配，請改用 molar_share 並填寫各製程之莫耳質量。'
        end as message_zh,
        cast(null as varchar) as evidence_note
    from shared_streams
    where process_count > 1
        and (
            heat_meter_count = process_count
            or (attribution_method = 'functional_unit' and chemical_count > 1 and other_count = 0)
        )
)
{%- endmacro %}
