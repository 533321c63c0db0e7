{#- Obstacles of calc_document_obstacle: a source stream that no process bears, or not by this key. -#}
{% macro attribution_obstacle_ctes() -%}
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
        keyed.source_stream || '/' || keyed.process
        || case
            when keyed.attribution_method like 'chp_%' and keyed.output_count > 1
                then '/' || substring(keyed.attribution_method, 5)
            else ''
        end as subject,
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
            count(*) over (
                partition by in_force.site, in_force.period, in_force.source_stream, attributions.process
            ) as output_count,
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
)
{%- endmacro %}
