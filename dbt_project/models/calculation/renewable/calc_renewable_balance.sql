{{ scoped() }}

{#- What the meters may differ by: two of class 1 at the limit of their errors. -#}
{%- set meter_tolerance = 0.02 -%}
-- What must hold of a plant's own renewable power, where meters and documents say more than is needed.
with
renewable_months as (
    select * from {{ ref('calc_renewable_month') }}
    where {{ in_scope() }}
),

years as (
    select * from {{ ref('calc_renewable_year') }}
    where {{ in_scope() }}
),

balances as (
    select
        site,
        period,
        'renewable_generation' as balance,
        month as subject,
        generation_kwh as expected_kwh,
        generation_kwh - loss_kwh as found_kwh,
        cast({{ meter_tolerance }} as double) as tolerance_share,
        {{ deviation_share('(generation_kwh - loss_kwh)', 'generation_kwh') }} as deviation_share,
        'warn' as severity,
        'Renewable power of ' || month || ': ' || {{ shown('generation_kwh') }} || ' kWh were generated, '
        || {{ shown('own_use_kwh') }} || ' kWh used and ' || {{ shown('sold_kwh') }}
        || ' kWh sold. Beyond the tolerance check multipliers, and say what is lost between the meters.' as message,
        month || ' 再生能源發電 ' || {{ shown('generation_kwh') }} || ' kWh，自用 ' || {{ shown('own_use_kwh') }}
        || ' kWh，躉售 ' || {{ shown('sold_kwh') }} || ' kWh。超出容許差時請檢查倍率並說明電表間損失。' as message_zh
    from renewable_months
    where loss_kwh is not null

    union all

    select
        site,
        period,
        'renewable_generation' as balance,
        month || ':sold' as subject,
        feed_in_kwh as expected_kwh,
        metered_sold_kwh as found_kwh,
        cast({{ meter_tolerance }} as double) as tolerance_share,
        {{ deviation_share('metered_sold_kwh', 'feed_in_kwh') }} as deviation_share,
        'warn' as severity,
        'Statements of ' || month || ' say that ' || {{ shown('feed_in_kwh') }} || ' kWh were sold, the meter shows '
        || {{ shown('metered_sold_kwh') }} || ' kWh.' as message,
        month || ' 躉售電費單為 ' || {{ shown('feed_in_kwh') }} || ' kWh，售電電表為 ' || {{ shown('metered_sold_kwh') }}
        || ' kWh。' as message_zh
    from renewable_months
    where feed_in_kwh is not null
        and metered_sold_kwh is not null

    union all

    -- A certificate is issued once 1,000 kWh are full, so that one of them may rest on power of the year before.
    select
        site,
        period,
        'renewable_claim' as balance,
        'own_use' as subject,
        coalesce(own_use_kwh, generation_kwh) as expected_kwh,
        own_certificate_kwh + sold_certificate_kwh as found_kwh,
        cast(0 as double) as tolerance_share,
        {{ excess_share(
            '(own_certificate_kwh + sold_certificate_kwh)', 'coalesce(own_use_kwh, generation_kwh)', let_pass=1000
        ) }} as deviation_share,
        'error' as severity,
        'Certificates of own use are for ' || {{ shown('own_certificate_kwh + sold_certificate_kwh') }} || ' kWh of '
        || period || ', of ' || {{ shown('coalesce(own_use_kwh, generation_kwh)') }}
        || ' kWh that meters show (再生能源憑證實施辦法).' as message,
        period || ' 自用憑證為 ' || {{ shown('own_certificate_kwh + sold_certificate_kwh') }} || ' kWh，電表顯示 '
        || {{ shown('coalesce(own_use_kwh, generation_kwh)') }} || ' kWh。' as message_zh
    from years
    where has_plant
        and own_certificate_kwh + sold_certificate_kwh > 0
        and coalesce(own_use_kwh, generation_kwh) is not null
)

select
    balance,
    subject,
    expected_kwh as expected_quantity,
    found_kwh as found_quantity,
    found_kwh - expected_kwh as difference_quantity,
    'kWh' as unit,
    tolerance_share,
    deviation_share,
    severity,
    message,
    message_zh,
    cast(null as varchar) as evidence_note,
    site,
    period
from balances
