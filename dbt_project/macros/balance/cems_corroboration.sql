{#-
  Balance `cems_corroboration` of calc_document_balance: what a stack measures against what its fuels and materials give
  by calculation (IR (EU) 2025/2547 Annex II, B.6.2.5). The tolerance is the uncertainty that the regulation asks of a
  stack, 7.5 %.
-#}
{% macro cems_corroboration_ctes() -%}
calculated_stacks as (
    select
        site,
        period,
        corroborates as emission_source,
        sum(emissions_fossil_tco2e + emissions_biogenic_tco2e) as calculated_tco2e
    from {{ ref('calc_source_stream_emission') }}
    where {{ in_scope() }}
        and corroborates is not null
    group by site, period, corroborates
),

cems_corroboration as (
    select
        stacks.site,
        stacks.period,
        'cems_corroboration' as balance,
        stacks.emission_source as subject,
        cast(stacks.emissions_fossil_tco2e + stacks.emissions_biogenic_tco2e as decimal(38, 12)) as expected_quantity,
        cast(calculated_stacks.calculated_tco2e as decimal(38, 12)) as found_quantity,
        'tCO2e' as unit,
        cast(0.075 as double) as tolerance_share,
        'warn' as severity,
        'Stack ' || stacks.emission_source || ' measured '
        || {{ shown('cast(stacks.emissions_fossil_tco2e + stacks.emissions_biogenic_tco2e as decimal(38, 12))') }}
        || ' t CO2e in ' || stacks.period || '; '
        || case
            when calculated_stacks.calculated_tco2e is null
                then 'no calculation corroborates it: add the source streams of its fuels and materials with corroborates = '
                    || stacks.emission_source || '.'
            else 'its fuels and materials give '
                || {{ shown('cast(calculated_stacks.calculated_tco2e as decimal(38, 12))') }} || ' t by calculation.'
        end as message,
        '煙道 ' || stacks.emission_source || ' 於 ' || stacks.period || ' 監測 '
        || {{ shown('cast(stacks.emissions_fossil_tco2e + stacks.emissions_biogenic_tco2e as decimal(38, 12))') }}
        || ' 公噸 CO2e；'
        || case
            when calculated_stacks.calculated_tco2e is null
                then '無佐證計算：請新增其燃料與原料之源流，並於 corroborates 填 ' || stacks.emission_source || '。'
            else '由燃料與原料計算為 '
                || {{ shown('cast(calculated_stacks.calculated_tco2e as decimal(38, 12))') }} || ' 公噸。'
        end as message_zh,
        cast(null as varchar) as evidence_note
    from {{ ref('calc_cems_emission') }} as stacks
    left join calculated_stacks
        on stacks.site = calculated_stacks.site
        and stacks.period = calculated_stacks.period
        and stacks.emission_source = calculated_stacks.emission_source
    where {{ in_scope('stacks.site', 'stacks.period') }}
        and stacks.gas_mass is not null
        and (stacks.ghg = 'CO2' or calculated_stacks.calculated_tco2e is not null)
)
{%- endmacro %}
