{{ scoped() }}

-- What keeps renewable power from being claimed twice, and from being claimed beyond what was used.
with
greens as (
    select * from {{ ref('calc_taiwan_green') }}
    where {{ in_scope() }}
),

years as (
    select site, period
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

-- All sites of the home: one certificate serves one of them, once.
certificates as (
    select * from {{ ref('stg_renewable__certificate') }}
),

facts as (
    select * from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
),

claimants as (
    select
        certificate_number,
        count(distinct site) as site_count
    from certificates
    where certificate_state = 'valid'
        and claim_year is not null
    group by certificate_number
),

bad_claims as (
    select
        years.site,
        years.period,
        certificates.certificate_number,
        sum(certificates.quantity_kwh) as quantity_kwh,
        max(case
            when claimants.site_count > 1 then 'claimed_by_two_sites'
            else certificates.certificate_state
        end) as problem
    from years
    inner join certificates
        on years.site = certificates.site
        and years.period = cast(certificates.claim_year as varchar)
    left join claimants
        on certificates.certificate_number = claimants.certificate_number
    where claimants.site_count > 1
        or certificates.certificate_state in ('claimed_twice', 'wrong_year', 'revoked', 'held_by_other')
    group by years.site, years.period, certificates.certificate_number
),

late_claims as (
    select
        years.site,
        years.period,
        certificates.certificate_number,
        certificates.quantity_kwh
    from years
    inner join certificates
        on years.site = certificates.site
        and years.period = cast(certificates.claim_year as varchar)
    where certificates.certificate_state = 'valid'
        and certificates.registration_date is null
),

bundled as (
    select
        site,
        period,
        sum(case when fact_type = 'certificate' and subject = 'bundled' then value_exact else 0 end) as certificate_mwh,
        sum(case when fact_type = 'wheeling' then value_exact else 0 end) as wheeled_mwh
    from facts
    group by site, period
),

balances as (
    select
        site,
        period,
        'renewable_claim' as balance,
        'site' as subject,
        cast(consumed as decimal(38, 12)) as expected_quantity,
        cast(wheeled_mwh + certificate_mwh as decimal(38, 12)) as found_quantity,
        'MWh' as unit,
        {{ excess_share('(wheeled_mwh + certificate_mwh)', 'consumed') }} as deviation_share,
        'error' as severity,
        'More renewable power is claimed than was used in the year (再生能源憑證實施辦法): '
        || {{ shown('wheeled_mwh + certificate_mwh') }} || ' MWh of ' || {{ shown('consumed') }} || ' MWh.' as message,
        '主張之再生能源電量超過當年用電量：' || {{ shown('wheeled_mwh + certificate_mwh') }} || ' MWh，用電量 '
        || {{ shown('consumed') }} || ' MWh。' as message_zh
    from greens

    union all

    select
        site,
        period,
        'renewable_claim' as balance,
        'bundled' as subject,
        cast(wheeled_mwh as decimal(38, 12)) as expected_quantity,
        cast(certificate_mwh as decimal(38, 12)) as found_quantity,
        'MWh' as unit,
        {{ excess_share('certificate_mwh', 'wheeled_mwh') }} as deviation_share,
        'error' as severity,
        'More certificates of wheeled power are claimed than power was wheeled: '
        || {{ shown('certificate_mwh') }} || ' MWh of ' || {{ shown('wheeled_mwh') }} || ' MWh.' as message,
        '電證合一憑證電量超過轉供電量：' || {{ shown('certificate_mwh') }} || ' MWh，轉供 '
        || {{ shown('wheeled_mwh') }} || ' MWh。' as message_zh
    from bundled
    where certificate_mwh > 0

    union all

    select
        site,
        period,
        'renewable_claim' as balance,
        certificate_number as subject,
        cast(0 as decimal(38, 12)) as expected_quantity,
        cast(cast(quantity_kwh as double) / 1000 as decimal(38, 12)) as found_quantity,
        'MWh' as unit,
        cast(1 as double) as deviation_share,
        'error' as severity,
        case problem
            when 'claimed_by_two_sites' then 'Certificate ' || certificate_number || ' is claimed by two sites.'
            when 'held_by_other' then 'Certificate ' || certificate_number || ' is held by another company and was not transferred.'
            when 'claimed_twice' then 'Certificate ' || certificate_number || ' is claimed for two years.'
            when 'wrong_year' then 'Certificate ' || certificate_number || ' is claimed for another year than that of'
                || ' its generation.'
            else 'Certificate ' || certificate_number || ' is claimed though it was revoked.'
        end as message,
        case problem
            when 'claimed_by_two_sites' then '憑證 ' || certificate_number || ' 由兩個廠區重複主張。'
            when 'held_by_other' then '憑證 ' || certificate_number || ' 為其他公司所有且未移轉，不得主張。'
            when 'claimed_twice' then '憑證 ' || certificate_number || ' 於兩個年度重複主張。'
            when 'wrong_year' then '憑證 ' || certificate_number || ' 主張年度與發電年度不符。'
            else '憑證 ' || certificate_number || ' 已註銷仍被主張。'
        end as message_zh
    from bad_claims

    union all

    select
        site,
        period,
        'renewable_claim' as balance,
        certificate_number as subject,
        cast(0 as decimal(38, 12)) as expected_quantity,
        cast(cast(quantity_kwh as double) / 1000 as decimal(38, 12)) as found_quantity,
        'MWh' as unit,
        cast(1 as double) as deviation_share,
        'warn' as severity,
        'The use of certificate ' || certificate_number || ' is not registered; that is due within 2 months.'
            as message,
        '憑證 ' || certificate_number || ' 之使用尚未登錄，應於 2 個月內辦理。' as message_zh
    from late_claims
)

select
    balance,
    subject,
    expected_quantity,
    found_quantity,
    cast(found_quantity - expected_quantity as decimal(38, 12)) as difference_quantity,
    unit,
    cast(0 as double) as tolerance_share,
    deviation_share,
    severity,
    message,
    message_zh,
    cast(null as varchar) as evidence_note,
    site,
    period
from balances
