{{ scoped() }}

-- The factor that won. A year has a row only where all its months chose the same factor: otherwise the value of the
-- year is the quantity-weighted one of its months.
with
candidates as (
    select * from {{ ref('calc_factor_candidate') }}
    where {{ in_scope() }}
),

periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

subjects as (
    select * from {{ ref('calc_factor_subject') }}
),

candidate_counts as (
    select
        site,
        period,
        series,
        subject_type,
        subject,
        parameter,
        count(*) as candidates
    from candidates
    group by site, period, series, subject_type, subject, parameter
),

monthly as (
    select
        winners.series,
        winners.subject_type,
        winners.subject,
        winners.parameter,
        winners.value,
        winners.unit,
        winners.factor_id,
        winners.factor_code,
        winners.factor_version,
        winners.factor_source,
        winners.source_class,
        winners.factor_match,
        winners.admissibility,
        winners.rule_code,
        winners.clause,
        winners.reason,
        winners.reason_zh,
        candidate_counts.candidates,
        winners.raw_table,
        winners.evidence_id,
        winners.record_number,
        winners.site,
        winners.period
    from candidates as winners
    inner join candidate_counts
        on winners.site = candidate_counts.site
        and winners.period = candidate_counts.period
        and winners.series = candidate_counts.series
        and winners.subject_type = candidate_counts.subject_type
        and winners.subject = candidate_counts.subject
        and winners.parameter = candidate_counts.parameter
    where winners.is_winner
),

years as (
    select * from periods
    where period_type = 'year'
),

months_of_year as (
    select
        years.site,
        years.period as year_period,
        subjects.period,
        subjects.series,
        subjects.subject_type,
        subjects.subject,
        subjects.parameter
    from years
    inner join subjects
        on years.site = subjects.site
        and years.period_start <= subjects.period_start
        and years.period_end >= subjects.period_end
),

year_agreement as (
    select
        months_of_year.site,
        months_of_year.year_period,
        months_of_year.series,
        months_of_year.subject_type,
        months_of_year.subject,
        months_of_year.parameter,
        max(monthly.period) as last_month
    from months_of_year
    left join monthly
        on months_of_year.site = monthly.site
        and months_of_year.period = monthly.period
        and months_of_year.series = monthly.series
        and months_of_year.subject_type = monthly.subject_type
        and months_of_year.subject = monthly.subject
        and months_of_year.parameter = monthly.parameter
    group by
        months_of_year.site,
        months_of_year.year_period,
        months_of_year.series,
        months_of_year.subject_type,
        months_of_year.subject,
        months_of_year.parameter
    having count(*) = count(monthly.factor_id)
        and count(distinct monthly.factor_id) = 1
        and count(distinct monthly.factor_match) = 1
),

yearly as (
    select
        monthly.series,
        monthly.subject_type,
        monthly.subject,
        monthly.parameter,
        monthly.value,
        monthly.unit,
        monthly.factor_id,
        monthly.factor_code,
        monthly.factor_version,
        monthly.factor_source,
        monthly.source_class,
        monthly.factor_match,
        monthly.admissibility,
        monthly.rule_code,
        monthly.clause,
        monthly.reason || '; the same in every month of the year' as reason,
        monthly.reason_zh || '；全年各月相同' as reason_zh,
        monthly.candidates,
        monthly.raw_table,
        monthly.evidence_id,
        monthly.record_number,
        monthly.site,
        year_agreement.year_period as period
    from monthly
    inner join year_agreement
        on monthly.site = year_agreement.site
        and monthly.period = year_agreement.last_month
        and monthly.series = year_agreement.series
        and monthly.subject_type = year_agreement.subject_type
        and monthly.subject = year_agreement.subject
        and monthly.parameter = year_agreement.parameter
)

select * from monthly
union all
select * from yearly
