{#- Obstacles of calc_document_obstacle: cells and stacks. -#}
{% macro measurement_obstacle_ctes() -%}
-- Anode effects need cell-days and minutes, or current efficiency; a stack needs a row for every hour and, for the
-- standard deviation of its substitutes, two valid ones (IR (EU) 2025/2547 Annex II, B.6.2.6 and B.7).
measurement_needs as (
    select
        in_force.site,
        in_force.period,
        in_force.source_stream,
        needs.quantity_name,
        needs.meaning,
        needs.meaning_zh,
        case
            when needs.quantity_name = 'hours'
                then 24 * {{ dbt.datediff('in_force.period_start', 'in_force.period_end', 'day') }}
            when needs.quantity_name = 'valid_hours' then 2
            else 0
        end as needed,
        coalesce(measured_hours.value, -1) as found
    from in_force
    inner join (
        select 'pfc_slope' as method, 'cell_days' as quantity_name, 'cell-days' as meaning, '槽日數' as meaning_zh
        union all select 'pfc_slope', 'anode_effect_minutes', 'anode effect minutes', '陽極效應分鐘數'
        union all select 'pfc_overvoltage', 'cell_days', 'cell-days', '槽日數'
        union all select 'pfc_overvoltage', 'current_efficiency', 'current efficiency', '電流效率'
        union all select 'cems_co2', 'hours', 'hours', '小時列'
        union all select 'cems_n2o', 'hours', 'hours', '小時列'
        union all select 'cems_co2', 'valid_hours', 'valid hours', '有效小時'
        union all select 'cems_n2o', 'valid_hours', 'valid hours', '有效小時'
    ) as needs
        on in_force.method = needs.method
    left join measured_hours
        on in_force.site = measured_hours.site
        and in_force.period = measured_hours.period
        and in_force.source_stream = measured_hours.subject
        and needs.quantity_name = measured_hours.quantity_name
),

without_measurement as (
    select
        site,
        period,
        'no_measurement' as obstacle,
        source_stream || '/' || quantity_name as subject,
        'The records of ' || source_stream || ' of ' || site || ' state '
        || case when found < 0 then 'no' else cast(cast(found as bigint) as varchar) end || ' ' || meaning || ' in '
        || period || case when needed > 0 then ', ' || cast(needed as varchar) || ' are needed' else '' end
        || ': land the record of every day, an hour of a stack that stood still with flow 0, and no hour twice.'
            as message,
        site || ' 之排放源流 ' || source_stream || ' 於 ' || period || ' 之量測紀錄' || meaning_zh || '為 '
        || case when found < 0 then '無' else cast(cast(found as bigint) as varchar) end
        || case when needed > 0 then '，須有 ' || cast(needed as varchar) else '' end
        || '：請匯入每日紀錄；停機小時流量填 0，同一小時不得重複。' as message_zh
    from measurement_needs
    where found < needed
        or (quantity_name = 'hours' and found > needed)
)
{%- endmacro %}
