{{ scoped() }}

{#- Columns that are known of a year where they are known of all its months. -#}
{%- set whole = [
    'generation_kwh', 'own_use_kwh', 'sold_kwh', 'grid_kwh', 'consumption_kwh', 'saving_twd', 'avoided_tco2e'
] -%}
-- A kWh is renewable once: own use whose certificate was sold is another's claim, and so is wheeled power; a certificate
-- that was kept for own use, or that came with wheeled power, is evidence of the same kWh and adds none (再生能源憑證實施辦法).
with
renewable_months as (
    select * from {{ ref('calc_renewable_month') }}
    where {{ in_scope() }}
),

certificates as (
    select
        *,
        cast(extract(year from generation_start) as varchar) as generation_year,
        cast(coalesce(claim_year, extract(year from generation_start)) as varchar) as cost_year,
        supply_mode like '%自用%' as is_of_own_use
    from {{ ref('stg_renewable__certificate') }}
    where {{ in_scope_site() }}
        and certificate_state = 'valid'
),

-- Certificates that came with power that was wheeled to the site.
wheeled_certificates as (
    select distinct
        certificates.site,
        certificates.certificate_number
    from certificates
    inner join {{ ref('stg_renewable__wheeling') }} as wheeling
        on certificates.site = wheeling.site
        and wheeling.wheeling_state = 'counted'
        and length(certificates.certificate_number) = length(wheeling.certificate_from)
        and certificates.certificate_number >= wheeling.certificate_from
        and certificates.certificate_number <= coalesce(wheeling.certificate_to, wheeling.certificate_from)
),

summed as (
    select
        site,
        period,
        sum(solar_kwh) as solar_kwh,
        sum(wind_kwh) as wind_kwh,
        {%- for column in whole %}
        case when count(*) = count({{ column }}) then sum({{ column }}) end as {{ column }},
        {%- endfor %}
        sum(loss_kwh) as loss_kwh,
        sum(wheeled_kwh) as wheeled_kwh,
        sum(fuel_power_kwh) as fuel_power_kwh,
        sum(bill_amount_twd) as bill_amount_twd,
        sum(bill_kwh) as bill_kwh,
        sum(feed_in_income_twd) as feed_in_income_twd,
        max(case when sold_kwh > 0 and feed_in_income_twd is null then 1 else 0 end) = 1 as is_income_unknown,
        max(case when is_estimated then 1 else 0 end) = 1 as is_estimated,
        max(case when identity_status <> 'no_plant' then 1 else 0 end) = 1 as has_plant,
        case
            when max(case when identity_status = 'unknown' then 1 else 0 end) = 1 then 'unknown'
            when count(distinct nullif(identity_status, 'no_plant')) > 1 then 'several'
            else coalesce(max(nullif(identity_status, 'no_plant')), 'no_plant')
        end as identity_status,
        case when min(electricity_source) = max(electricity_source) then min(electricity_source) else 'several' end
            as electricity_source,
        max(grid_factor_tco2e_per_mwh) as grid_factor_tco2e_per_mwh,
        max(grid_factor_source) as grid_factor_source
    from renewable_months
    group by site, period
),

claims as (
    select
        summed.site,
        summed.period,
        sum(case
            when certificates.certificate_holding = 'own' and certificates.generation_year = summed.period
                then certificates.quantity_kwh
            else 0
        end) as own_certificate_kwh,
        sum(case
            when certificates.certificate_holding = 'sold' and certificates.is_of_own_use
                and certificates.generation_year = summed.period
                then certificates.quantity_kwh
            else 0
        end) as sold_certificate_kwh,
        sum(case
            when certificates.certificate_holding = 'sold' and not certificates.is_of_own_use
                and wheeled_certificates.site is not null and certificates.generation_year = summed.period
                then certificates.quantity_kwh
            else 0
        end) as sold_wheeled_certificate_kwh,
        sum(case
            when certificates.certificate_holding = 'received' and certificates.is_of_own_use
                and cast(certificates.claim_year as varchar) = summed.period
                then certificates.quantity_kwh
            else 0
        end) as received_certificate_kwh,
        sum(case
            when certificates.certificate_holding = 'received' and certificates.cost_year = summed.period
                then certificates.amount_twd
        end) as certificate_cost_twd,
        sum(case
            when certificates.certificate_holding = 'sold' and certificates.generation_year = summed.period
                then certificates.amount_twd
        end) as certificate_income_twd
    from summed
    left join certificates
        on summed.site = certificates.site
    left join wheeled_certificates
        on certificates.site = wheeled_certificates.site
        and certificates.certificate_number = wheeled_certificates.certificate_number
    group by summed.site, summed.period
),

companies as (
    select
        site,
        company_id
    from {{ ref('stg_master__site') }}
),

claimed as (
    select
        summed.*,
        companies.company_id,
        {% for column in ['own', 'sold', 'sold_wheeled', 'received'] -%}
        cast(claims.{{ column }}_certificate_kwh as decimal(38, 12)) as {{ column }}_certificate_kwh,
        {% endfor -%}
        claims.certificate_cost_twd,
        claims.certificate_income_twd,
        least(
            summed.consumption_kwh,
            greatest(summed.own_use_kwh - claims.sold_certificate_kwh, 0)
            + greatest(summed.wheeled_kwh - claims.sold_wheeled_certificate_kwh, 0)
            + claims.received_certificate_kwh
        ) as claimed_kwh
    from summed
    inner join claims
        on summed.site = claims.site
        and summed.period = claims.period
    left join companies
        on summed.site = companies.site
)

select
    solar_kwh,
    wind_kwh,
    generation_kwh,
    own_use_kwh,
    sold_kwh,
    loss_kwh,
    identity_status,
    is_estimated,
    wheeled_kwh,
    grid_kwh,
    fuel_power_kwh,
    consumption_kwh,
    electricity_source,
    case
        when consumption_kwh > 0
            then least(1, cast(own_use_kwh + wheeled_kwh as double) / cast(consumption_kwh as double))
    end as renewable_share,
    own_certificate_kwh,
    sold_certificate_kwh,
    sold_wheeled_certificate_kwh,
    received_certificate_kwh,
    case when consumption_kwh is not null and own_use_kwh is not null then cast(claimed_kwh as decimal(38, 12)) end
        as claimed_kwh,
    case
        when consumption_kwh > 0 and own_use_kwh is not null
            then cast(claimed_kwh as double) / cast(consumption_kwh as double)
    end as claimed_share,
    bill_amount_twd,
    bill_kwh,
    cast(bill_amount_twd as double) / nullif(cast(bill_kwh as double), 0) as bill_twd_per_kwh,
    saving_twd,
    feed_in_income_twd,
    certificate_cost_twd,
    certificate_income_twd,
    saving_twd + coalesce(feed_in_income_twd, 0) + coalesce(certificate_income_twd, 0)
    - coalesce(certificate_cost_twd, 0) as net_saving_twd,
    grid_factor_tco2e_per_mwh,
    grid_factor_source,
    avoided_tco2e,
    has_plant,
    case
        when own_use_kwh is null
            then 'own use is not known of every month: no claim and no saving of the year · 部分月份自用電量不明，不計全年主張與節費'
        when consumption_kwh is null
            then 'what the site used is not known of every month: no share of the year · 部分月份用電量不明，不計全年占比'
        when has_plant and company_id is null
            then 'master data state no company number: certificates of own use count as bought · 主檔無統一編號，自用憑證視為購入'
        when own_use_kwh > 0 and saving_twd is null
            then 'a month has no bill with an amount: no saving of the year · 有月份無載明金額之帳單，不計全年節費'
        when is_income_unknown
            then 'what was sold in a month states no amount: the net saving is without it · 有月份躉售未載明金額，淨節費未計入'
        when own_certificate_kwh + sold_certificate_kwh > own_use_kwh + 1000
            then 'certificates of own use exceed it · 自用憑證電量大於自用電量'
    end as note,
    site,
    period
from claimed
