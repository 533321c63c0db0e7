{{ scoped() }}

-- Purchased precursors whose embedded emissions no rule gives a value for. Where any was used, the run stops here.
with
candidates as (
    select * from {{ ref('calc_precursor_value_candidate') }}
    where {{ in_scope() }}
),

months as (
    select * from {{ ref('calc_factor_month') }}
    where {{ in_scope() }}
),

precursors as (
    select
        materials.site,
        materials.material,
        materials.cn_code,
        materials.country_code,
        coalesce(mills.installation, '') as installation
    from {{ ref('stg_master__material') }} as materials
    left join (select distinct site, material, installation from candidates) as mills
        on materials.site = mills.site
        and materials.material = mills.material
    where materials.role = 'precursor'
),

years as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
),

rules as (
    select * from {{ ref('factor_choice_rule') }}
    where subject_type = 'precursor'
),

accepted_sources as (
    select
        regime,
        {{ dbt.listagg('accepted', "'; '", 'order by rank, rule_code') }} as accepted,
        {{ dbt.listagg('accepted_zh', "'；'", 'order by rank, rule_code') }} as accepted_zh
    from rules
    group by regime
),

winners as (
    select * from candidates
    where is_winner
),

nearest as (
    select * from candidates
    where candidate_rank = 1
        and not is_winner
),

defaulted as (
    select * from candidates
    where source_class = 'cbam_default'
),

monthly as (
    select
        months.series,
        precursors.material,
        precursors.installation,
        'No embedded emissions: ' || precursors.material
            || case when precursors.installation <> '' then ' of ' || precursors.installation else '' end || ' (CN ' || coalesce(precursors.cn_code, 'not stated')
            || ', from ' || coalesce(precursors.country_code, 'a country that is not stated') || '), '
            || months.period || ', series ' || months.series || '.'
            || case
                when precursors.country_code is null then ' The country of origin is not stated.'
                when defaulted.material is null then ' No default value is published for this CN code.'
                else ''
            end
            || coalesce(' Nearest: ' || nearest.reason || '.', '') as message,
        '缺隱含排放值：' || precursors.material
            || case when precursors.installation <> '' then ' ' || precursors.installation else '' end || '（CN ' || coalesce(precursors.cn_code, '未註明') || '，原產地 '
            || coalesce(precursors.country_code, '未註明') || '）' || months.period || '，數列 ' || months.series || '。'
            || case
                when precursors.country_code is null then '原產國未註明。'
                when defaulted.material is null then '該 CN 碼無公布之預設值。'
                else ''
            end
            || coalesce('最接近者：' || nearest.reason_zh || '。', '') as message_zh,
        coalesce(accepted_sources.accepted, 'nothing') as accepted,
        coalesce(accepted_sources.accepted_zh, '無') as accepted_zh,
        months.site,
        months.period
    from months
    inner join precursors
        on months.site = precursors.site
    left join winners
        on months.site = winners.site
        and months.period = winners.period
        and months.series = winners.series
        and precursors.material = winners.material
        and precursors.installation = winners.installation
    left join nearest
        on months.site = nearest.site
        and months.period = nearest.period
        and months.series = nearest.series
        and precursors.material = nearest.material
        and precursors.installation = nearest.installation
    left join defaulted
        on months.site = defaulted.site
        and months.period = defaulted.period
        and months.series = defaulted.series
        and precursors.material = defaulted.material
        and precursors.installation = defaulted.installation
    left join accepted_sources
        on months.regime = accepted_sources.regime
    where winners.material is null
),

yearly as (
    select
        monthly.series,
        monthly.material,
        monthly.installation,
        'No embedded emissions: ' || monthly.material || ' in '
            || {{ dbt.listagg('monthly.period', "', '", 'order by monthly.period') }} || ', series '
            || monthly.series || '.' as message,
        '缺隱含排放值：' || monthly.material || '，月份 '
            || {{ dbt.listagg('monthly.period', "'、'", 'order by monthly.period') }} || '，數列 '
            || monthly.series || '。' as message_zh,
        max(monthly.accepted) as accepted,
        max(monthly.accepted_zh) as accepted_zh,
        monthly.site,
        years.period
    from monthly
    inner join years
        on monthly.site = years.site
        and substring(monthly.period, 1, 4) = years.period
    group by monthly.series, monthly.material, monthly.installation, monthly.site, years.period
)

select * from monthly
union all
select * from yearly
