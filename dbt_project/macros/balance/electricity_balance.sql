{#-
  Balances of electricity of calc_document_balance: the main meter against sub-meters and against the bill, within the
  uncertainty of the meters; a meter without a stated one is taken as class 1.
-#}
{% macro electricity_balance_ctes() -%}
{%- set assumed_uncertainty_pct = 1.0 %}
-- Main meter, with what the site made and used itself, against the sum of the process meters. Tolerance: both at the
-- limit of their errors. Nothing is said where solar or wind power was made and no meter shows how much of it was used.
metered_sites as (
    select
        meter_energy.site,
        meter_energy.period,
        sum(case when meter_energy.role = 'main' then meter_energy.energy_mwh end)
        + max(coalesce(site_electricity.own_mwh, cast(0 as decimal(38, 12))))
        + case
            when count(case when meter_energy.role in ('solar', 'wind', 'own_use') then 1 end) = 0
                then cast(0 as decimal(38, 12))
            when count(case when meter_energy.role = 'own_use' then 1 end) > 0
                then sum(case when meter_energy.role = 'own_use' then meter_energy.energy_mwh end)
            when count(site_electricity.own_mwh) = 0
                then sum(case when meter_energy.role in ('solar', 'wind') then meter_energy.energy_mwh end)
                    - sum(case when meter_energy.role = 'surplus' then meter_energy.energy_mwh end)
        end as main_mwh,
        sum(case when meter_energy.role = 'process' then meter_energy.energy_mwh end) as process_mwh
    from meter_energy
    left join {{ ref('calc_document_site_electricity') }} as site_electricity
        on meter_energy.site = site_electricity.site
        and meter_energy.period = site_electricity.period
    group by meter_energy.site, meter_energy.period
),

uncertainties as (
    select
        meter_energy.site,
        meter_energy.period,
        cast(sum(cast(
            cast(meter_energy.energy_mwh as double)
            * coalesce(meters_once.uncertainty_pct, {{ assumed_uncertainty_pct }}) / 100 as decimal(38, 12)
        )) as double) as error_mwh
    from meter_energy
    left join (
        select
            site,
            meter,
            max(uncertainty_pct) as uncertainty_pct
        from meters
        group by site, meter
    ) as meters_once
        on meter_energy.site = meters_once.site
        and meter_energy.meter = meters_once.meter
    where meter_energy.role in ('main', 'process')
    group by meter_energy.site, meter_energy.period
),

main_and_sub_meters as (
    select
        metered_sites.site,
        metered_sites.period,
        'electricity_main_and_sub_meters' as balance,
        'site' as subject,
        metered_sites.main_mwh as expected_quantity,
        metered_sites.process_mwh as found_quantity,
        'MWh' as unit,
        case
            when metered_sites.main_mwh > 0
                then round(uncertainties.error_mwh / cast(metered_sites.main_mwh as double), 9)
            else 0
        end as tolerance_share,
        'error' as severity,
        'Main meters show ' || {{ shown('metered_sites.main_mwh') }} || ' MWh in ' || metered_sites.period
        || ', process meters ' || {{ shown('metered_sites.process_mwh') }}
        || ' MWh; their uncertainties allow a difference of ' || {{ shown('uncertainties.error_mwh') }}
        || ' MWh. Beyond it check multipliers and missing meters.' as message,
        metered_sites.period || ' 總表 ' || {{ shown('metered_sites.main_mwh') }} || ' MWh，製程電表合計 '
        || {{ shown('metered_sites.process_mwh') }} || ' MWh；依電表不確定度容許差 '
        || {{ shown('uncertainties.error_mwh') }} || ' MWh。超出時請檢查倍率及漏裝電表。' as message_zh,
        cast(null as varchar) as evidence_note
    from metered_sites
    inner join uncertainties
        on metered_sites.site = uncertainties.site
        and metered_sites.period = uncertainties.period
    where metered_sites.main_mwh is not null
        and metered_sites.process_mwh is not null
),

main_uncertainty as (
    select
        site,
        account,
        max(coalesce(uncertainty_pct, {{ assumed_uncertainty_pct }})) as uncertainty_pct
    from meters
    where role = 'main'
    group by site, account
),

-- The utility's meter and the plant's own: both at the limit of their errors, and the bill rounded to whole kWh.
main_and_bill as (
    select
        bill_meters.site,
        bill_meters.period,
        'electricity_main_and_bill' as balance,
        bill_meters.account || ':' || bill_meters.bill_number as subject,
        bill_meters.billed_mwh as expected_quantity,
        bill_meters.metered_mwh as found_quantity,
        'MWh' as unit,
        round(
            2 * coalesce(main_uncertainty.uncertainty_pct, {{ assumed_uncertainty_pct }}) / 100
            + case when bill_meters.billed_mwh > 0 then 0.001 / cast(bill_meters.billed_mwh as double) else 0 end,
            9
        ) as tolerance_share,
        case when bill_meters.metered_mwh is null or bill_meters.missing_interval_count > 0 then 'warn' else 'error' end
            as severity,
        'Bill ' || bill_meters.bill_number || ' (' || cast(bill_meters.period_start as varchar) || ' to '
        || cast(cast(bill_meters.period_end - interval 1 day as date) as varchar) || ') says '
        || {{ shown('bill_meters.billed_mwh') }} || ' MWh, the main meter of account ' || bill_meters.account || ' '
        || coalesce({{ shown('bill_meters.metered_mwh') }} || ' MWh', 'nothing')
        || '. Beyond the tolerance check the multiplier and the account.' as message,
        '帳單 ' || bill_meters.bill_number || '（' || cast(bill_meters.period_start as varchar) || ' 至 '
        || cast(cast(bill_meters.period_end - interval 1 day as date) as varchar) || '）為 '
        || {{ shown('bill_meters.billed_mwh') }} || ' MWh，電號 ' || bill_meters.account || ' 總表為 '
        || coalesce({{ shown('bill_meters.metered_mwh') }} || ' MWh', '無讀值') || '。超出容許差時請檢查倍率與電號。' as message_zh,
        bill_meters.evidence_id as evidence_note
    from bill_meters
    left join main_uncertainty
        on bill_meters.site = main_uncertainty.site
        and bill_meters.account = main_uncertainty.account
),

-- A year: what its days were billed against what its main meters show.
main_and_year_bill as (
    select
        facts.site,
        facts.period,
        'electricity_main_and_bill' as balance,
        facts.subject,
        facts.value_exact as expected_quantity,
        sum(meter_energy.energy_mwh) as found_quantity,
        'MWh' as unit,
        round(2 * max(coalesce(main_uncertainty.uncertainty_pct, {{ assumed_uncertainty_pct }})) / 100, 9)
            as tolerance_share,
        'error' as severity,
        'Bills of account ' || facts.subject || ' say ' || {{ shown('facts.value_exact') }} || ' MWh for '
        || facts.period || ', the main meter ' || {{ shown('sum(meter_energy.energy_mwh)') }} || ' MWh.' as message,
        '電號 ' || facts.subject || ' 於 ' || facts.period || ' 之帳單合計 ' || {{ shown('facts.value_exact') }}
        || ' MWh，總表 ' || {{ shown('sum(meter_energy.energy_mwh)') }} || ' MWh。' as message_zh,
        cast(null as varchar) as evidence_note
    from facts
    inner join periods
        on facts.site = periods.site
        and facts.period = periods.period
        and periods.period_type = 'year'
    inner join meter_energy
        on facts.site = meter_energy.site
        and facts.period = meter_energy.period
        and facts.subject = meter_energy.account
        and meter_energy.role = 'main'
    left join main_uncertainty
        on facts.site = main_uncertainty.site
        and facts.subject = main_uncertainty.account
    where facts.fact_type = 'bill'
    group by facts.site, facts.period, facts.subject, facts.value_exact
)
{%- endmacro %}
