{#- Obstacles of calc_document_obstacle: direction, unit, material or source of the activity data. -#}
{% macro stream_obstacle_ctes() -%}
-- Only a mass balance, or a transfer of CO2, knows carbon that leaves, and only the ledger says how much left.
unknown_direction as (
    select
        site,
        period,
        'stream_direction' as obstacle,
        source_stream as subject,
        'Source stream ' || source_stream || ' of ' || site || ' is an output, with method ' || method
        || ' and activity data from ' || coalesce(activity_source, 'nothing')
        || ': an output needs method mass_balance, co2_transfer or inherent_co2 and activity data from the ledger.'
        as message,
        site || ' 之排放源流 ' || source_stream || ' 為輸出（output），方法 ' || method || '、活動數據來源 '
        || coalesce(activity_source, '空白') || '：輸出須採 mass_balance、co2_transfer 或 inherent_co2，且活動數據取自 ledger。'
        as message_zh
    from in_force
    where direction = 'output'
        and (method not in ('mass_balance', 'co2_transfer', 'inherent_co2') or coalesce(activity_source, '') <> 'ledger')
),

-- A calculation can corroborate what a stack measures, a receiver's figure the inherent CO2 that was sent, nothing else.
unknown_stack as (
    select
        in_force.site,
        in_force.period,
        'corroboration' as obstacle,
        in_force.source_stream as subject,
        'Source stream ' || in_force.source_stream || ' of ' || in_force.site || ' corroborates '
        || in_force.corroborates || ', which is no stack in ' || in_force.period
        || ': name a source stream of method cems_co2 or cems_n2o (or inherent_co2 for a receiver''s figure), or '
        || 'leave the cell blank.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || ' 佐證 ' || in_force.corroborates || '，但其於 '
        || in_force.period || ' 非連續監測源流：請填 cems_co2 或 cems_n2o 之源流（接收方確認量則填 inherent_co2 源流），或留空。' as message_zh
    from in_force
    left join in_force as stacks
        on in_force.site = stacks.site
        and in_force.period = stacks.period
        and in_force.corroborates = stacks.source_stream
        and (
            stacks.method in ('cems_co2', 'cems_n2o')
            or (stacks.method = 'inherent_co2' and in_force.method = 'inherent_co2')
        )
    where in_force.corroborates is not null
        and stacks.source_stream is null
),

-- Heat and waste gas are counted in energy, exported electricity in MWh.
unknown_flow_unit as (
    select
        in_force.site,
        in_force.period,
        'flow_unit' as obstacle,
        in_force.source_stream as subject,
        'Source stream ' || in_force.source_stream || ' of ' || in_force.site || ' (' || in_force.method
        || ') is counted in ' || activities.unit || ': use '
        || case
            when in_force.method = 'electricity_export' then 'kWh or MWh'
            when in_force.method like 'heat_%' then 'GJ, TJ or MWh, t or m3 of steam or water, or the unit of its fuel'
            else 'GJ, TJ or MWh'
        end || '.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || '（' || in_force.method || '）單位為 '
        || activities.unit || '：請改用 '
        || case
            when in_force.method = 'electricity_export' then 'kWh 或 MWh'
            when in_force.method like 'heat_%' then 'GJ、TJ、MWh，蒸汽或水之 t、m3，或其燃料之單位'
            else 'GJ、TJ 或 MWh'
        end || '。' as message_zh
    from in_force
    inner join activities
        on in_force.site = activities.site
        and in_force.period = activities.period
        and in_force.source_stream = activities.subject
    where in_force.method in ({{ process_flow_methods() }})
        and activities.unit <> 'MWh'
        and (activities.unit <> 'GJ' or in_force.method = 'electricity_export')
        and (in_force.method not like 'heat_%' or activities.unit not in ('t', '1000Nm3', 'kL'))
),

-- Bills and fuel cards that name no material reach no source stream.
without_material as (
    select distinct
        periods.site,
        periods.period,
        'fuel_bill_material' as obstacle,
        parts.document_number || '/' || parts.line_number as subject,
        'The bill ' || parts.document_number || ' of ' || periods.site || ' (' || coalesce(parts.description, '')
        || ') names no material: add its account to the sheet accounts, or its wording to purchase_items, and land the '
        || 'master data again.' as message,
        periods.site || ' 之帳單 ' || parts.document_number || '（' || coalesce(parts.description, '')
        || '）無對應物料：請於主檔「accounts」或「purchase_items」頁新增後重新匯入。' as message_zh
    from periods
    inner join (
        select distinct site, period
        from in_force
        where activity_source = 'bill'
            and method <> 'electricity'
    ) as billed_sites
        on periods.site = billed_sites.site
        and periods.period = billed_sites.period
    inner join {{ ref('calc_document_calendar_part') }} as parts
        on periods.site = parts.site
        and parts.month_start >= periods.period_start
        and parts.month_start < periods.period_end
    where parts.part_source = 'fuel_bill'
        and parts.role = 'bill'
        and parts.subject is null
),

unknown_activity_source as (
    select distinct
        in_force.site,
        in_force.period,
        'activity_source' as obstacle,
        in_force.source_stream as subject,
        'The activity data of ' || in_force.source_stream || ' of ' || in_force.site || ' are to come from '
        || coalesce(in_force.activity_source, 'nothing') || ', which is not known for it: use purchases, '
        || 'purchases_and_stock, bill or ledger, or meter for natural gas with a main meter and for heat, waste gas and exported '
        || 'electricity with a meter of role import or export; measurement for perfluorocarbons and stacks, and only for '
        || 'them; clinker_balance for a process stream of clinker.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || ' 活動數據來源為 '
        || coalesce(in_force.activity_source, '空白')
        || '，不適用：請改用 purchases、purchases_and_stock、bill、ledger，或 meter（天然氣須有總表；熱、廢氣、輸出電力須有 import '
        || '或 export 表）；全氟碳化物與煙道連續監測須為 measurement，其他不得為 measurement；熟料之製程排放得為 clinker_balance。'
            as message_zh
    from in_force
    left join (
        select distinct
            site,
            case when role = 'main' then commodity else commodity || '_' || role end as flow
        from meters
        where role in ('main', 'import', 'export')
    ) as main_meters
        on in_force.site = main_meters.site
        and main_meters.flow = case
            when in_force.method in ({{ process_flow_methods() }}) then in_force.method
            else 'natural_gas'
        end
    where in_force.method <> 'electricity'
        and (
            in_force.activity_source is null
            or in_force.activity_source not in (
                'purchases', 'purchases_and_stock', 'bill', 'ledger', 'meter', 'measurement', 'clinker_balance'
            )
            or (in_force.activity_source = 'clinker_balance' and in_force.method <> 'process')
            or (in_force.activity_source = 'measurement') <> (in_force.method in ({{ measured_methods() }}))
            or (in_force.activity_source = 'meter' and main_meters.site is null)
        )
)
{%- endmacro %}
