{{ scoped() }}
{{ config(post_hook="{{ stop_on_obstacles(this) }}") }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
),

attributions as (
    select * from {{ ref('stg_master__attribution') }}
),

meters as (
    select * from {{ ref('stg_master__meter') }}
),

activities as (
    select
        site,
        period,
        subject,
        value_exact,
        unit
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'activity'

    union all

    -- A stream of clinker is active where cement was made (equation 27).
    select
        site,
        period,
        object as subject,
        sum(value_exact) as value_exact,
        max(unit) as unit
    from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'cement'
    group by site, period, object
),

products_made as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type in ('cement', 'product')
        and value_exact <> 0
),

measured_hours as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'measurement'
        and quantity_name in ('hours', 'valid_hours', 'cell_days', 'anode_effect_minutes', 'current_efficiency')
),

consumption as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'precursor'
        and quantity_name = 'consumption'
),

site_electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
),

factors as (
    select * from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
        and month = ''
),

factor_gaps as (
    select * from {{ ref('calc_factor_gap') }}
    where {{ in_scope() }}
),

precursor_gaps as (
    select * from {{ ref('calc_precursor_value_gap') }}
    where {{ in_scope() }}
),

in_force as (
    select distinct
        periods.site,
        periods.period,
        periods.period_start,
        periods.period_end,
        streams.source_stream,
        streams.material,
        streams.method,
        streams.activity_source,
        streams.direction,
        streams.corroborates
    from periods
    inner join streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start
),

without_attribution as (
    select
        in_force.site,
        in_force.period,
        'no_attribution' as obstacle,
        in_force.source_stream as subject,
        'Source stream ' || in_force.source_stream || ' of ' || in_force.site || ' has no attribution in '
        || in_force.period || ': add a row to the sheet attribution of the master data (source stream, process, '
        || 'method, valid from) and land it.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || ' 於 ' || in_force.period
        || ' 無製程分配：請於主檔「attribution」頁新增一列（排放源流、製程、分配方法、生效日）後重新匯入。' as message_zh
    from in_force
    left join attributions
        on in_force.site = attributions.site
        and in_force.source_stream = attributions.source_stream
        and attributions.valid_from < in_force.period_end
        and attributions.valid_to > in_force.period_start
    where attributions.source_stream is null
        and in_force.corroborates is null
),

unknown_method as (
    select distinct
        in_force.site,
        in_force.period,
        'attribution_method' as obstacle,
        in_force.source_stream as subject,
        'Source stream ' || in_force.source_stream || ' of ' || in_force.site || ' is attributed to '
        || attributions.process || ' by ' || attributions.attribution_method || ', which '
        || case when in_force.method = 'electricity' then 'electricity' else 'a fuel or material' end
        || ' does not know: use '
        || case
            when in_force.method = 'electricity' then 'sub_meter, declared_share or functional_unit'
            else 'sub_meter, heat, functional_unit, molar_share, declared_share, or for fuels of power plants power, chp_power, chp_steam, '
                || 'chp_hot_water or chp_exhaust'
        end || '.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || ' 以 ' || attributions.attribution_method
        || ' 分配至製程 ' || attributions.process || '，此方法不適用：請改用 '
        || case
            when in_force.method = 'electricity' then 'sub_meter、declared_share 或 functional_unit'
            else 'sub_meter、heat、functional_unit、molar_share、declared_share，發電燃料則為 power、chp_power、chp_steam、chp_hot_water 或 '
                || 'chp_exhaust'
        end || '。' as message_zh
    from in_force
    inner join attributions
        on in_force.site = attributions.site
        and in_force.source_stream = attributions.source_stream
        and attributions.valid_from < in_force.period_end
        and attributions.valid_to > in_force.period_start
    where attributions.attribution_method not in (
        'functional_unit', 'declared_share', 'sub_meter', 'heat', 'power', 'chp_power', 'chp_steam', 'chp_hot_water',
        'chp_exhaust', 'molar_share'
    )
        or (
            (attributions.attribution_method in ('heat', 'molar_share', 'power') or attributions.attribution_method like 'chp_%')
            and in_force.method = 'electricity'
        )
        or attributions.attribution_method is null
),

-- Moles need the molar mass of every good that shares (IR (EU) 2025/2547 Annex III A, equation 43).
without_molar_mass as (
    select distinct
        in_force.site,
        in_force.period,
        'molar_mass' as obstacle,
        attributions.process as subject,
        'Source stream ' || in_force.source_stream || ' of ' || in_force.site || ' is attributed to '
        || attributions.process || ' by molar_share, but the process has no molar mass: fill molar_mass_g_per_mol on the '
        || 'sheet processes of the master data, such as 17.031 for ammonia, and land it.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || ' 以 molar_share 分配至製程 '
        || attributions.process || '，但該製程無莫耳質量：請於主檔「processes」頁填寫 molar_mass_g_per_mol（例如氨 17.031）'
        || '後重新匯入。' as message_zh
    from in_force
    inner join attributions
        on in_force.site = attributions.site
        and in_force.source_stream = attributions.source_stream
        and attributions.valid_from < in_force.period_end
        and attributions.valid_to > in_force.period_start
    left join {{ ref('stg_master__process') }} as processes
        on attributions.site = processes.site
        and attributions.process = processes.process
    where attributions.attribution_method = 'molar_share'
        and processes.molar_mass_g_per_mol is null
),

-- Declared shares and a functional unit beside them must not bear a stream more than once.
attribution_sums as (
    select
        in_force.site,
        in_force.period,
        in_force.source_stream,
        sum(case when attributions.attribution_method = 'declared_share' then attributions.declared_share else 0 end)
        + count(distinct case
            when attributions.attribution_method like 'chp_%' then 'chp'
            when attributions.attribution_method <> 'declared_share' then attributions.attribution_method
        end) as borne_share,
        count(case
            when attributions.attribution_method = 'declared_share' and attributions.declared_share is null then 1
        end) as unknown_count
    from in_force
    inner join attributions
        on in_force.site = attributions.site
        and in_force.source_stream = attributions.source_stream
        and attributions.valid_from < in_force.period_end
        and attributions.valid_to >= in_force.period_end
    group by in_force.site, in_force.period, in_force.source_stream
),

borne_twice as (
    select
        site,
        period,
        'attribution_share' as obstacle,
        source_stream as subject,
        'The processes of ' || site || ' bear '
        || case
            when unknown_count > 0 then 'an unknown share'
            else cast(cast(borne_share as decimal(18, 6)) as varchar) || ' times'
        end || ' of source stream ' || source_stream || ' in ' || period
        || ': declared shares must be filled and add up to at most 1, and no process may be attributed in another way '
        || 'beside them.' as message,
        site || ' 之排放源流 ' || source_stream || ' 於 ' || period || ' 分配比例'
        || case
            when unknown_count > 0 then '有空白'
            else '合計為 ' || cast(cast(borne_share as decimal(18, 6)) as varchar)
        end || '：申報比例須填寫且合計不得超過 1，且不得與其他分配方法並用。' as message_zh
    from attribution_sums
    where borne_share > 1.000000001
        or unknown_count > 0
),

-- A key by meter needs a meter of every process that bears the stream.
without_key_meter as (
    select distinct
        keyed.site,
        keyed.period,
        'attribution_meter' as obstacle,
        keyed.source_stream || '/' || keyed.process as subject,
        'Source stream ' || keyed.source_stream || ' of ' || keyed.site || ' is attributed to '
        || keyed.process || ' by ' || keyed.attribution_method || ', but the sheet meters has no meter of '
        || keyed.key_commodity || ' with role ' || keyed.key_role || ' for this process: add it, or choose another '
        || 'key.' as message,
        keyed.site || ' 之排放源流 ' || keyed.source_stream || ' 以 ' || keyed.attribution_method
        || ' 分配至製程 ' || keyed.process || '，但主檔「meters」頁無該製程之 ' || keyed.key_commodity
        || '（' || keyed.key_role || '）表計：請新增或改用其他分配方法。' as message_zh
    from (
        select
            in_force.*,
            attributions.process,
            attributions.attribution_method,
            case
                when attributions.attribution_method in ('power', 'chp_power') then 'electricity'
                when attributions.attribution_method like 'chp_%' and count(*) over (
                    partition by
                        in_force.site,
                        in_force.period,
                        in_force.source_stream,
                        attributions.process,
                        attributions.attribution_method = 'chp_power'
                ) > 1
                    then substring(attributions.attribution_method, 5)
                when attributions.attribution_method <> 'sub_meter' or in_force.method like 'heat%' then 'heat'
                when in_force.method like 'waste_gas%' then 'waste_gas'
                when in_force.method = 'electricity_export' then 'electricity'
                else 'natural_gas'
            end as key_commodity,
            case
                when attributions.attribution_method in ('power', 'chp_power') then 'export'
                when attributions.attribution_method <> 'sub_meter' then 'process'
                when in_force.method like '%_import' then 'import'
                when in_force.method like '%_export' then 'export'
                else 'process'
            end as key_role,
            -- The default efficiencies can stand for an output that is not metered where the heat has one taker.
            attributions.attribution_method like 'chp_%'
            and count(*) over (partition by in_force.site, in_force.period, in_force.source_stream) = 2 as has_default
        from in_force
        inner join attributions
            on in_force.site = attributions.site
            and in_force.source_stream = attributions.source_stream
            and attributions.valid_from < in_force.period_end
            and attributions.valid_to > in_force.period_start
        where in_force.method <> 'electricity'
            and (
                attributions.attribution_method in ('sub_meter', 'heat', 'power')
                or attributions.attribution_method like 'chp_%'
            )
    ) as keyed
    left join meters
        on keyed.site = meters.site
        and keyed.process = meters.process
        and meters.commodity in (
            keyed.key_commodity,
            case when keyed.key_commodity = 'heat' then substring(keyed.attribution_method, 5) else keyed.key_commodity end
        )
        and keyed.key_role = meters.role
    where meters.meter is null
        and not keyed.has_default
),

-- A combined heat and power unit makes both: what it is attributed by must name both outputs.
half_a_unit as (
    select
        in_force.site,
        in_force.period,
        'chp_outputs' as obstacle,
        in_force.source_stream as subject,
        'Source stream ' || in_force.source_stream || ' of ' || in_force.site || ' is attributed as fuel of a combined '
        || 'heat and power unit, but the sheet attribution names no process that '
        || case when count(case when attributions.attribution_method = 'chp_power' then 1 end) = 0
            then 'makes its power (method chp_power)'
            else 'takes its heat (method chp_steam, chp_hot_water or chp_exhaust)'
        end || ': add it, or use power or heat where only one of them is made.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || ' 以汽電共生分配，但主檔「attribution」頁無'
        || case when count(case when attributions.attribution_method = 'chp_power' then 1 end) = 0
            then '發電製程（chp_power）'
            else '用熱製程（chp_steam、chp_hot_water 或 chp_exhaust）'
        end || '：請新增；僅發電或僅產熱者請改用 power 或 heat。' as message_zh
    from in_force
    inner join attributions
        on in_force.site = attributions.site
        and in_force.source_stream = attributions.source_stream
        and attributions.valid_from < in_force.period_end
        and attributions.valid_to >= in_force.period_end
    where attributions.attribution_method like 'chp_%'
    group by in_force.site, in_force.period, in_force.source_stream
    having count(distinct case when attributions.attribution_method = 'chp_power' then 'power' else 'heat' end) = 1
),

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
),

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
),

-- A stream that nothing was burnt of needs no factor.
without_factor as (
    select
        factor_gaps.site,
        factor_gaps.period,
        'no_factor' as obstacle,
        factor_gaps.subject || '/' || factor_gaps.parameter as subject,
        factor_gaps.message || ' Accepted, best first: ' || factor_gaps.accepted || '.' as message,
        factor_gaps.message_zh || '可採用來源（優先者在前）：' || factor_gaps.accepted_zh || '。' as message_zh
    from factor_gaps
    inner join activities
        on factor_gaps.site = activities.site
        and factor_gaps.period = activities.period
        and factor_gaps.subject = activities.subject
    left join factors
        on factor_gaps.site = factors.site
        and factor_gaps.period = factors.period
        and factor_gaps.subject = factors.source_stream
        and factor_gaps.parameter = factors.parameter
    where factor_gaps.subject_type = 'source_stream'
        and activities.value_exact <> 0
        and factors.source_stream is null

    union all

    select
        factor_gaps.site,
        factor_gaps.period,
        'no_factor' as obstacle,
        factor_gaps.subject || '/' || factor_gaps.parameter as subject,
        factor_gaps.message || ' Accepted, best first: ' || factor_gaps.accepted || '.' as message,
        factor_gaps.message_zh || '可採用來源（優先者在前）：' || factor_gaps.accepted_zh || '。' as message_zh
    from factor_gaps
    inner join site_electricity
        on factor_gaps.site = site_electricity.site
        and factor_gaps.period = site_electricity.period
    where factor_gaps.subject_type = 'electricity'
        and site_electricity.electricity_mwh <> 0
),

-- The functional unit of cements and fertilisers is from 2026 a content of theirs (Art. 4). Clinker from cement needs it
-- before, and counts of cement and clinker at both ends.
without_content as (
    select distinct
        factor_gaps.site,
        factor_gaps.period,
        'no_content' as obstacle,
        factor_gaps.subject || '/' || factor_gaps.parameter as subject,
        factor_gaps.message || ' Accepted, best first: ' || factor_gaps.accepted || '.' as message,
        factor_gaps.message_zh || '可採用來源（優先者在前）：' || factor_gaps.accepted_zh || '。' as message_zh
    from factor_gaps
    inner join products_made
        on factor_gaps.site = products_made.site
        and factor_gaps.period = products_made.period
        and factor_gaps.subject = products_made.subject
    inner join {{ ref('calc_period') }} as regime_periods
        on factor_gaps.site = regime_periods.site
        and factor_gaps.period = regime_periods.period
        and (products_made.fact_type = 'cement' or regime_periods.regime = 'cbam_definitive')
    left join factors
        on factor_gaps.site = factors.site
        and factor_gaps.period = factors.period
        and factor_gaps.subject = factors.source_stream
        and factor_gaps.parameter = factors.parameter
    where factor_gaps.subject_type = 'product'
        and factors.source_stream is null
),

clinker_stocks as (
    select
        in_force.site,
        in_force.period,
        in_force.source_stream,
        in_force.period_start,
        in_force.period_end,
        in_force.material
    from in_force
    where in_force.activity_source = 'clinker_balance'

    union

    select
        in_force.site,
        in_force.period,
        in_force.source_stream,
        in_force.period_start,
        in_force.period_end,
        products_made.subject as material
    from in_force
    inner join products_made
        on in_force.site = products_made.site
        and in_force.period = products_made.period
        and in_force.source_stream = products_made.object
        and products_made.fact_type = 'cement'
),

without_stock as (
    select
        clinker_stocks.site,
        clinker_stocks.period,
        'no_stock_count' as obstacle,
        clinker_stocks.source_stream || '/' || clinker_stocks.material as subject,
        'The clinker of ' || clinker_stocks.source_stream || ' in ' || clinker_stocks.period || ' follows from deliveries '
        || 'and stocks, but ' || clinker_stocks.material || ' was not counted at both ends: land the stock counts of the '
        || 'evening before ' || cast(clinker_stocks.period_start as varchar) || ' and of the evening before '
        || cast(clinker_stocks.period_end as varchar) || '.' as message,
        clinker_stocks.source_stream || ' 於 ' || clinker_stocks.period || ' 之熟料產量由出貨及庫存推算，但 '
        || clinker_stocks.material || ' 未於期初及期末盤點：請匯入 ' || cast(clinker_stocks.period_start as varchar) || ' 及 '
        || cast(clinker_stocks.period_end as varchar) || ' 前一日之盤點表。' as message_zh
    from clinker_stocks
    left join {{ ref('calc_document_stock') }} as stock
        on clinker_stocks.site = stock.site
        and clinker_stocks.material = stock.material
        and stock.stock_date in (clinker_stocks.period_start, clinker_stocks.period_end)
    group by
        clinker_stocks.site,
        clinker_stocks.period,
        clinker_stocks.source_stream,
        clinker_stocks.material,
        clinker_stocks.period_start,
        clinker_stocks.period_end
    having count(distinct stock.stock_date) < 2
),

without_precursor_value as (
    select distinct
        precursor_gaps.site,
        precursor_gaps.period,
        'no_precursor_value' as obstacle,
        precursor_gaps.material || '/' || precursor_gaps.series as subject,
        precursor_gaps.message || ' Accepted, best first: ' || precursor_gaps.accepted || '.' as message,
        precursor_gaps.message_zh || '可採用來源（優先者在前）：' || precursor_gaps.accepted_zh || '。' as message_zh
    from precursor_gaps
    inner join consumption
        on precursor_gaps.site = consumption.site
        and precursor_gaps.period = consumption.period
        and precursor_gaps.material = consumption.subject
    where consumption.value_exact <> 0
),

unit_mismatch as (
    select
        activities.site,
        activities.period,
        'unit_mismatch' as obstacle,
        activities.subject || '/' || factors.parameter as subject,
        'The ' || factors.parameter || ' of ' || activities.subject || ' is in ' || factors.unit
        || ', its activity data in ' || activities.unit || ' (' || activities.period
        || '): give the factor per ' || activities.unit || '.' as message,
        activities.subject || ' 之 ' || factors.parameter || ' 單位為 ' || factors.unit || '，活動數據單位為 '
        || activities.unit || '（' || activities.period || '）：請提供以 ' || activities.unit || ' 為分母之係數。'
            as message_zh
    from activities
    inner join factors
        on activities.site = factors.site
        and activities.period = factors.period
        and activities.subject = factors.source_stream
    where activities.value_exact <> 0
        and factors.parameter in ('ncv', 'carbon_content')
        and factors.unit not like '%/' || activities.unit
),

obstacles as (
    select * from without_attribution
    union all
    select * from unknown_method
    union all
    select * from without_molar_mass
    union all
    select * from borne_twice
    union all
    select * from without_key_meter
    union all
    select * from half_a_unit
    union all
    select * from unknown_direction
    union all
    select * from unknown_flow_unit
    union all
    select * from unknown_stack
    union all
    select * from without_material
    union all
    select * from unknown_activity_source
    union all
    select * from without_factor
    union all
    select * from without_content
    union all
    select * from without_stock
    union all
    select * from without_measurement
    union all
    select * from without_precursor_value
    union all
    select * from unit_mismatch
)

select
    obstacle,
    subject,
    message,
    message_zh,
    site,
    period
from obstacles
