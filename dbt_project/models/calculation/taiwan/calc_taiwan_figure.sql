{{ scoped() }}

with
versions as (
    select * from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
        and is_plant
),

years as (
    select distinct site, period, period_start, period_end from versions
),

totals as (
    select
        *,
        case when is_green_assumed then 'assumes a factor of zero for bundled renewable power, not confirmed'
            || ' · 假設電證合一之電力係數為零（未經確認）; ' else '' end
        || case
            when total in ('electricity', 'inventory', 'liable') and electricity_factor_match = 'latest_published'
                then 'electricity factor of ' || electricity_factor_year || ', the latest announced on '
                || cast(known_on as varchar) || ' · 電力係數為該日前最新公告之 ' || electricity_factor_year || ' 年值; '
            else ''
        end
        || case
            when total in ('stationary', 'mobile', 'direct', 'inventory', 'liable') and sources_without_factor is not null
                then 'no announced factor for methane and nitrous oxide of ' || sources_without_factor
                || ' · 下列排放源無甲烷及氧化亞氮公告係數：' || sources_without_factor || '; '
            else ''
        end
        || case
            when total in ('fugitive', 'steam', 'direct', 'inventory', 'liable') and sources_left_out is not null
                then 'left out for want of a factor or warming potential: ' || sources_left_out
                || ' · 因無係數或暖化潛勢而未計入：' || sources_left_out || '; '
            else ''
        end
        || case
            when total in ('stationary', 'mobile', 'direct', 'inventory', 'liable') and sources_by_older_table is not null
                then 'factors of table 6.0.4 for ' || sources_by_older_table
                || ', whose announced ones are not in the register · 下列排放源採 6.0.4 版係數：'
                || sources_by_older_table || '; '
            else ''
        end as notes
    from {{ ref('calc_taiwan_total') }}
    where {{ in_scope() }}
),

fees as (
    select * from {{ ref('calc_taiwan_fee') }}
    where {{ in_scope() }}
),

summaries as (
    select * from {{ ref('calc_taiwan_summary') }}
    where {{ in_scope() }}
),

restatements as (
    select * from {{ ref('calc_taiwan_restatement') }}
    where {{ in_scope() }}
),

targets as (
    select * from {{ ref('calc_taiwan_target_total') }}
    where {{ in_scope() }}
        and has_base
),

biogenic as (
    select * from {{ ref('calc_installation_total') }}
    where {{ in_scope() }}
        and quantity = 'biogenic'
),

refunds as (
    select max(value) as refund_from
    from {{ ref('regime_rule') }}
    where regime = 'taiwan_carbon_fee'
        and subject = 'refund_from'
),

figures as (
    -- Totals carry 3 decimals, half up (§4 of the inventory rule); parts are not rounded.
    select
        site,
        period,
        series,
        case total
            when 'inventory' then 'taiwan_total_emissions'
            when 'liable' then 'taiwan_fee_base'
            else 'taiwan_' || total || '_emissions'
        end as quantity,
        case when total in ('inventory', 'liable') then rounded_tco2e else unrounded end as value,
        case when total in ('inventory', 'liable') then rounded_line_id else line_id end as line_id,
        case total when 'liable' then 'taiwan_carbon_fee' else 'taiwan_inventory' end as regime,
        notes <> '' or event = 'filed' as is_provisional,
        nullif(regexp_replace(notes, '; $', ''), '') as note
    from totals
    where has_sources
        or total in ('direct', 'inventory', 'liable')

    union all

    select
        biogenic.site,
        biogenic.period,
        versions.series,
        'taiwan_biogenic_co2' as quantity,
        cast(biogenic.total as double) as value,
        biogenic.line_id,
        'taiwan_inventory' as regime,
        false as is_provisional,
        'shown apart, not part of the total · 另列，不計入總量' as note
    from biogenic
    inner join versions
        on biogenic.site = versions.site
        and biogenic.period = versions.period
        and versions.is_statutory
    {% for quantity, column in [
        ('quality_score', 'quality_product'), ('quality_grade', 'quality_grade'),
        ('uncertainty_lower', 'uncertainty_lower'), ('uncertainty_upper', 'uncertainty_upper'),
        ('uncertainty_assessed_share', 'assessed_share')
    ] %}
    union all

    select
        site,
        period,
        series,
        'taiwan_{{ quantity }}' as quantity,
        {{ column }} as value,
        {{ column }}_id as line_id,
        'taiwan_inventory' as regime,
        false as is_provisional,
        {% if quantity.startswith('uncertainty_') and quantity != 'uncertainty_assessed_share' -%}
        case
            when {{ column }} is null
                then 'no source has an interval of its activity data: enter it in master data'
                || ' · 各排放源均無活動數據不確定度，請於主檔填報'
        end
        {%- else -%}
        cast(null as varchar)
        {%- endif %} as note
    from summaries
    {% endfor %}
    union all

    select
        fees.site,
        fees.period,
        fees.series,
        'taiwan_chargeable_emissions' as quantity,
        fees.chargeable as value,
        fees.chargeable_id as line_id,
        'taiwan_carbon_fee' as regime,
        fees.event = 'filed' as is_provisional,
        case
            when fees.chargeable is null
                then 'the phase of the adjustment coefficient is not entered · 未填碳洩漏期別'
            when not fees.is_liable
                then 'below 25,000 t: no fee is due · 未達 2.5 萬公噸，非徵收對象'
        end as note
    from fees
    where fees.fee_option = 'elected'

    union all

    select
        fees.site,
        fees.period,
        fees.series,
        'taiwan_fee' as quantity,
        fees.fee as value,
        fees.fee_id as line_id,
        'taiwan_carbon_fee' as regime,
        fees.event = 'filed' as is_provisional,
        case
            when fees.fee is null
                then 'the phase of the adjustment coefficient is not entered · 未填碳洩漏期別'
            when not fees.is_liable
                then 'below 25,000 t: no fee is due · 未達 2.5 萬公噸，非徵收對象'
            else 'plan ' || fees.plan || case when fees.is_high_leakage then ', high leakage' else '' end
                || case when fees.rate_plan <> fees.plan then ', target missed: general rate (§14)' else '' end
                || ' · 方案 ' || fees.plan || case when fees.is_high_leakage then '，高碳洩漏風險' else '' end
                || case when fees.rate_plan <> fees.plan then '，未達年度目標，適用一般費率' else '' end
        end as note
    from fees
    where fees.fee_option = 'elected'

    union all

    select
        fees.site,
        fees.period,
        fees.series,
        'taiwan_fee_general' as quantity,
        fees.fee as value,
        fees.fee_id as line_id,
        'taiwan_carbon_fee' as regime,
        fees.event = 'filed' as is_provisional,
        'due if the plan or the recognition falls away (§14) · 計畫或認定失效時應補繳之基準' as note
    from fees
    where fees.fee_option = 'general'
        and fees.is_liable

    union all

    select
        restatements.site,
        restatements.period,
        'verified' as series,
        'taiwan_' || restatements.restated || '_restatement' as quantity,
        cast(restatements.difference as double) as value,
        restatements.line_id,
        case restatements.restated when 'fee' then 'taiwan_carbon_fee' else 'taiwan_inventory' end as regime,
        false as is_provisional,
        case
            when restatements.restated = 'inventory'
                then 'verified less filed · 查驗值減申報值'
            when restatements.difference > 0
                then 'to be paid within 90 days (§14) · 應於 90 日內補繳'
            when restatements.difference <= -refunds.refund_from
                then 'a refund may be asked for (§13) · 得申請退費'
            when restatements.difference < 0
                then 'carried forward to the next payment (§13) · 留抵下次繳費'
        end as note
    from restatements
    cross join refunds

    union all

    select
        site,
        period,
        'regime' as series,
        'taiwan_target_' || lower(target) as quantity,
        cast(target_tco2e as double) as value,
        line_id,
        'taiwan_carbon_fee' as regime,
        false as is_provisional,
        case
            when target_tco2e is null
                then 'base years, or the cut of stationary fuel by Annex 3, are not entered in master data'
                || ' · 主檔未填基準年排放量或附表三固定燃燒削減率'
            else 'annual emissions to be reached in 2030 · 2030 年應達成之年排放量'
        end as note
    from targets

    union all

    select
        site,
        period,
        'regime' as series,
        'taiwan_' || case plan_kind when 'plan_target' then plan_kind else 'plan_' || plan_kind end as quantity,
        cast(plan_tco2e as double) as value,
        line_id,
        'taiwan_carbon_fee' as regime,
        false as is_provisional,
        case
            when plan_kind <> 'plan_target'
                then cast(stated_count as varchar) || ' measures · ' || cast(stated_count as varchar) || ' 項措施'
        end as note
    from {{ ref('calc_taiwan_plan') }}
    where {{ in_scope() }}

    union all

    select
        site,
        period,
        series,
        'taiwan_plan_gap' as quantity,
        gap_tco2e as value,
        line_id,
        'taiwan_carbon_fee' as regime,
        event = 'filed' as is_provisional,
        case
            when gap_tco2e > 0 and event = 'filed'
                then 'above the target of the plan: if it is verified so, the general rate holds for the year (§14) · 超過計畫年度目標，如經查驗確認，當年適用一般費率'
            when gap_tco2e > 0
                then 'above the target of the plan: the general rate holds for the year (§14) · 超過計畫年度目標，當年適用一般費率'
            else 'the target of the plan is met · 達成計畫年度目標'
        end as note
    from {{ ref('calc_taiwan_plan_gap') }}
    where {{ in_scope() }}

    union all

    select
        site,
        period,
        'regime' as series,
        'taiwan_green_electricity' as quantity,
        cast(green_electricity_mwh as double) as value,
        line_id,
        'taiwan_inventory' as regime,
        false as is_provisional,
        cast(null as varchar) as note
    from {{ ref('calc_taiwan_green') }}
    where {{ in_scope() }}

    union all

    select
        site,
        period,
        'scenario' as series,
        'taiwan_leakage_break_even_' || phase as quantity,
        break_even_tco2e as value,
        line_id,
        'taiwan_carbon_fee' as regime,
        false as is_provisional,
        'above it recognition as high-leakage is cheaper at the same rate · 高於此量時，高碳洩漏認定較有利' as note
    from {{ ref('calc_taiwan_break_even') }}
    where {{ in_scope() }}
)

select
    years.period_start,
    cast(years.period_end as date) as period_end,
    figures.series,
    figures.quantity,
    figures.value,
    'calculated' as data_quality,
    figures.is_provisional,
    figures.note,
    figures.line_id,
    figures.regime,
    figures.site,
    figures.period
from figures
inner join years
    on figures.site = years.site
    and figures.period = years.period
