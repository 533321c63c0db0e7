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
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'activity'
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
        streams.method,
        streams.activity_source
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
            else 'functional_unit or declared_share'
        end || '.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || ' 以 ' || attributions.attribution_method
        || ' 分配至製程 ' || attributions.process || '，此方法不適用：請改用 '
        || case
            when in_force.method = 'electricity' then 'sub_meter、declared_share 或 functional_unit'
            else 'functional_unit 或 declared_share'
        end || '。' as message_zh
    from in_force
    inner join attributions
        on in_force.site = attributions.site
        and in_force.source_stream = attributions.source_stream
        and attributions.valid_from < in_force.period_end
        and attributions.valid_to > in_force.period_start
    where attributions.attribution_method not in ('functional_unit', 'declared_share', 'sub_meter')
        or (attributions.attribution_method = 'sub_meter' and in_force.method <> 'electricity')
        or attributions.attribution_method is null
),

-- Declared shares and a functional unit beside them must not bear a stream more than once.
attribution_sums as (
    select
        in_force.site,
        in_force.period,
        in_force.source_stream,
        sum(case when attributions.attribution_method = 'declared_share' then attributions.declared_share else 0 end)
        + max(case when attributions.attribution_method = 'declared_share' then 0 else 1 end) as borne_share,
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

unknown_activity_source as (
    select distinct
        in_force.site,
        in_force.period,
        'activity_source' as obstacle,
        in_force.source_stream as subject,
        'The activity data of ' || in_force.source_stream || ' of ' || in_force.site || ' are to come from '
        || coalesce(in_force.activity_source, 'nothing') || ', which is not known for it: use purchases, '
        || 'purchases_and_stock or ledger, or meter for natural gas with a main meter.' as message,
        in_force.site || ' 之排放源流 ' || in_force.source_stream || ' 活動數據來源為 '
        || coalesce(in_force.activity_source, '空白')
        || '，不適用：請改用 purchases、purchases_and_stock、ledger，或天然氣總表之 meter。' as message_zh
    from in_force
    left join (
        select distinct
            site,
            commodity
        from meters
        where role = 'main'
    ) as main_meters
        on in_force.site = main_meters.site
        and main_meters.commodity = 'natural_gas'
    where in_force.method <> 'electricity'
        and (
            in_force.activity_source is null
            or in_force.activity_source not in ('purchases', 'purchases_and_stock', 'ledger', 'meter')
            or (in_force.activity_source = 'meter' and main_meters.site is null)
        )
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
    select * from borne_twice
    union all
    select * from unknown_activity_source
    union all
    select * from without_factor
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
