{{ scoped() }}

-- What no rule gives a factor for. Where there was activity, the run stops here and says which.
with
subjects as (
    select * from {{ ref('calc_factor_subject') }}
),

candidates as (
    select * from {{ ref('calc_factor_candidate') }}
    where {{ in_scope() }}
),

choices as (
    select * from {{ ref('calc_factor_choice') }}
    where {{ in_scope() }}
),

periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

rules as (
    select * from {{ ref('factor_choice_rule') }}
),

refusals as (
    select * from {{ ref('factor_refusal') }}
),

accepted_sources as (
    select
        regime,
        subject_type,
        parameter,
        {{ dbt.listagg('accepted', "'; '", 'order by rank, rule_code') }} as accepted,
        {{ dbt.listagg('accepted_zh', "'；'", 'order by rank, rule_code') }} as accepted_zh
    from rules
    group by regime, subject_type, parameter
),

-- An emission factor per tonne or volume needs no heating value.
factors_without_ncv as (
    select site, period, series, subject
    from choices
    where parameter = 'emission_factor'
        and unit <> 'tCO2/TJ'
),

nearest as (
    select
        candidates.site,
        candidates.period,
        candidates.series,
        candidates.subject_type,
        candidates.subject,
        candidates.parameter,
        candidates.factor_code,
        refusals.message || coalesce('; nothing holds on ' || candidates.uncovered_days, '') as message,
        refusals.message_zh || coalesce('；無有效文件之日：' || candidates.uncovered_days, '') as message_zh,
        row_number() over (
            partition by
                candidates.site,
                candidates.period,
                candidates.series,
                candidates.subject_type,
                candidates.subject,
                candidates.parameter
            order by
                case when candidates.raw_table is null then 1 else 0 end,
                -- What is valid only later helps less than what has just expired.
                case when candidates.lost_code = 'not_yet_valid' then 1 else 0 end,
                candidates.candidate_rank
        ) as nearness
    from candidates
    inner join refusals
        on candidates.lost_code = refusals.refusal_code
),

missing as (
    select
        subjects.*,
        nearest.factor_code as nearest_factor_code,
        nearest.message as nearest_message,
        nearest.message_zh as nearest_message_zh
    from subjects
    left join choices
        on subjects.site = choices.site
        and subjects.period = choices.period
        and subjects.series = choices.series
        and subjects.subject_type = choices.subject_type
        and subjects.subject = choices.subject
        and subjects.parameter = choices.parameter
    left join factors_without_ncv
        on subjects.parameter = 'ncv'
        and subjects.site = factors_without_ncv.site
        and subjects.period = factors_without_ncv.period
        and subjects.series = factors_without_ncv.series
        and subjects.subject = factors_without_ncv.subject
    left join nearest
        on subjects.site = nearest.site
        and subjects.period = nearest.period
        and subjects.series = nearest.series
        and subjects.subject_type = nearest.subject_type
        and subjects.subject = nearest.subject
        and subjects.parameter = nearest.parameter
        and nearest.nearness = 1
    where {{ in_scope('subjects.site', 'subjects.period') }}
        and choices.factor_id is null
        and factors_without_ncv.subject is null
        -- The regulation states what holds without a document (Annex II C: 70 % of a boiler, condensate of 90 °C).
        and subjects.parameter not in ('enthalpy_return', 'rated_fuel_input')
        and subjects.parameter not like 'heat_efficiency%'
        -- Stated where it is known.
        and subjects.parameter not in ('{{ nitrogen_forms() | join("', '") }}')
),

monthly as (
    select
        missing.series,
        missing.subject_type,
        missing.subject,
        missing.parameter,
        missing.material,
        'No factor: ' || missing.parameter || ' of ' || missing.subject || ' (' || missing.material || '), '
            || missing.period || ', series ' || missing.series || ', in the unit of the activity ('
            || coalesce(missing.activity_unit, 'unknown unit') || ').'
            || coalesce(
                ' Nearest: ' || missing.nearest_factor_code || ', but ' || missing.nearest_message || '.', ''
            ) as message,
        '缺係數：' || missing.subject || '（' || missing.material || '）' || missing.period || ' 之 '
            || missing.parameter || '，數列 ' || missing.series || '，活動單位 '
            || coalesce(missing.activity_unit, '不明') || '。'
            || coalesce('最接近者：' || missing.nearest_factor_code || '，惟' || missing.nearest_message_zh || '。', '')
            as message_zh,
        coalesce(accepted_sources.accepted, 'nothing') as accepted,
        coalesce(accepted_sources.accepted_zh, '無') as accepted_zh,
        missing.site,
        missing.period
    from missing
    left join accepted_sources
        on missing.regime = accepted_sources.regime
        and missing.subject_type = accepted_sources.subject_type
        and missing.parameter = accepted_sources.parameter
),

yearly as (
    select
        monthly.series,
        monthly.subject_type,
        monthly.subject,
        monthly.parameter,
        monthly.material,
        'No factor: ' || monthly.parameter || ' of ' || monthly.subject || ' (' || monthly.material || ') in '
            || {{ dbt.listagg('monthly.period', "', '", 'order by monthly.period') }} || ', series '
            || monthly.series || '.' as message,
        '缺係數：' || monthly.subject || '（' || monthly.material || '）之 ' || monthly.parameter || '，月份 '
            || {{ dbt.listagg('monthly.period', "'、'", 'order by monthly.period') }} || '，數列 '
            || monthly.series || '。' as message_zh,
        max(monthly.accepted) as accepted,
        max(monthly.accepted_zh) as accepted_zh,
        monthly.site,
        periods.period
    from monthly
    inner join periods
        on monthly.site = periods.site
        and periods.period_type = 'year'
        and substring(monthly.period, 1, 4) = periods.period
    group by
        monthly.series,
        monthly.subject_type,
        monthly.subject,
        monthly.parameter,
        monthly.material,
        monthly.site,
        periods.period
)

select * from monthly
union all
select * from yearly
