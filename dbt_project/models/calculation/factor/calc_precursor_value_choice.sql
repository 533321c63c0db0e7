{{ scoped() }}

-- The value that won for a purchased precursor. A year has a row only where all its months chose the same value.
with
candidates as (
    select * from {{ ref('calc_precursor_value_candidate') }}
    where {{ in_scope() }}
),

years as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
),

months as (
    select * from {{ ref('calc_factor_month') }}
),

mills as (
    select distinct site, material, installation
    from candidates
),

monthly as (
    select
        series,
        material,
        installation,
        cn_code,
        country_code,
        see_direct_tco2e_per_t,
        see_direct_id,
        electricity_mwh_per_t,
        electricity_mwh_per_t_id,
        electricity_factor_tco2_per_mwh,
        electricity_factor_id,
        see_indirect_tco2e_per_t,
        see_indirect_id,
        value_basis,
        value_match,
        source_class,
        rule_code,
        reason,
        reason_zh,
        evidence_id,
        record_number,
        site,
        period
    from candidates
    where is_winner
),

year_agreement as (
    select
        years.site,
        years.period as year_period,
        months.series,
        mills.material,
        mills.installation,
        max(monthly.period) as last_month
    from years
    inner join months
        on years.site = months.site
        and years.period_start <= months.period_start
        and years.period_end >= months.period_end
    inner join mills
        on years.site = mills.site
    left join monthly
        on months.site = monthly.site
        and months.period = monthly.period
        and months.series = monthly.series
        and mills.material = monthly.material
        and mills.installation = monthly.installation
    group by years.site, years.period, months.series, mills.material, mills.installation
    having count(*) = count(monthly.see_direct_id)
        and count(distinct monthly.see_direct_id) = 1
        and count(distinct monthly.value_match) = 1
),

yearly as (
    select
        monthly.series,
        monthly.material,
        monthly.installation,
        monthly.cn_code,
        monthly.country_code,
        monthly.see_direct_tco2e_per_t,
        monthly.see_direct_id,
        monthly.electricity_mwh_per_t,
        monthly.electricity_mwh_per_t_id,
        monthly.electricity_factor_tco2_per_mwh,
        monthly.electricity_factor_id,
        monthly.see_indirect_tco2e_per_t,
        monthly.see_indirect_id,
        monthly.value_basis,
        monthly.value_match,
        monthly.source_class,
        monthly.rule_code,
        monthly.reason || '; the same in every month of the year' as reason,
        monthly.reason_zh || '；全年各月相同' as reason_zh,
        monthly.evidence_id,
        monthly.record_number,
        monthly.site,
        year_agreement.year_period as period
    from monthly
    inner join year_agreement
        on monthly.site = year_agreement.site
        and monthly.period = year_agreement.last_month
        and monthly.series = year_agreement.series
        and monthly.material = year_agreement.material
        and monthly.installation = year_agreement.installation
)

select * from monthly
union all
select * from yearly
