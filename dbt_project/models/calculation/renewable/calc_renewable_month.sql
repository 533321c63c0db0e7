{{ scoped() }}

-- Renewable power of a month: generation = own use + sold + loss, and consumption = grid + wheeled + own use (with what a
-- generator of the site burns fuel for). What neither a meter nor a document says follows from the other two; what follows
-- from nothing stays unknown.
with
years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

months as (
    select
        years.site,
        years.period,
        calendar.period as month,
        calendar.period_start,
        calendar.period_end
    from years
    inner join {{ ref('calendar_month') }} as calendar
        on years.period = substring(calendar.period, 1, 4)
),

electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope_site() }}
        and length(period) = 7
),

meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope_site() }}
        and length(period) = 7
        and commodity = 'electricity'
        and role in ('solar', 'wind', 'own_use', 'surplus')
),

meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope_site() }}
        and length(period) = 7
),

feed_in as (
    select * from {{ ref('stg_renewable__feed_in') }}
    where {{ in_scope_site() }}
        and feed_in_state = 'counted'
),

wheeling as (
    select * from {{ ref('stg_renewable__wheeling') }}
    where {{ in_scope_site() }}
        and wheeling_state = 'counted'
),

certificates as (
    select distinct
        site,
        cast(extract(year from generation_start) as varchar) as generation_year
    from {{ ref('stg_renewable__certificate') }}
    where {{ in_scope_site() }}
        and certificate_state = 'valid'
),

bills as (
    select * from {{ ref('stg_utility__bill') }}
    where {{ in_scope_site() }}
        and amount_twd is not null
),

parts as (
    select * from {{ ref('calc_document_calendar_part') }}
    where {{ in_scope_site() }}
        and part_source = 'bill'
        and role = 'bill'
        and canonical_unit = 'MWh'
),

grid_factors as (
    select * from {{ ref('calc_organisation_factor') }}
    where {{ in_scope() }}
        and parameter = 'electricity_factor'
),

-- A meter that should have been read and was not leaves its sum unknown.
metered as (
    select
        meter_totals.site,
        meter_totals.period as month,
        max(case when meter_totals.role in ('solar', 'wind') then 1 else 0 end) = 1 as has_generator,
        max(case when meter_totals.role = 'surplus' then 1 else 0 end) = 1 as has_surplus,
        {%- for name, roles in [
            ('solar', "'solar'"), ('wind', "'wind'"), ('generation', "'solar', 'wind'"), ('own_use', "'own_use'"),
            ('surplus', "'surplus'")
        ] %}
        case
            when max(case when meter_totals.role in ({{ roles }}) and meter_energy.meter is null then 1 else 0 end) = 0
                then sum(case when meter_totals.role in ({{ roles }}) then meter_energy.energy_mwh end) * 1000
        end as {{ name }}_kwh,
        {%- endfor %}
        max(case
            when meter_energy.meter is null or meter_energy.data_quality = 'estimated' or meter_energy.has_long_gap then 1
            else 0
        end) = 1 as is_estimated
    from meter_totals
    left join meter_energy
        on meter_totals.site = meter_energy.site
        and meter_totals.period = meter_energy.period
        and meter_totals.meter = meter_energy.meter
    group by meter_totals.site, meter_totals.period
),

sold as (
    select
        months.site,
        months.month,
        sum({{ line_value('cast(feed_in.quantity_kwh as double) * ' ~ share_of_month('feed_in')) }}) as feed_in_kwh,
        sum({{ line_value('cast(feed_in.amount_twd as double) * ' ~ share_of_month('feed_in')) }}) as feed_in_income_twd
    from months
    inner join feed_in
        on months.site = feed_in.site
        and feed_in.period_start < months.period_end
        and feed_in.period_end > months.period_start
    group by months.site, months.month
),

wheeled as (
    select
        months.site,
        months.month,
        sum({{ line_value('cast(wheeling.quantity_kwh as double) * ' ~ share_of_month('wheeling')) }}) as wheeled_kwh
    from months
    inner join wheeling
        on months.site = wheeling.site
        and wheeling.period_start < months.period_end
        and wheeling.period_end > months.period_start
    group by months.site, months.month
),

-- All lines of the month's bills, by days: basic and energy charges with tax, over the kWh that the utility delivered
-- itself. What is wheeled is on the bill in kWh, but another's invoice asks for its price; where no bill prints it, the
-- wheeling statements tell.
prices as (
    select
        parts.site,
        parts.period as month,
        sum({{ line_value('cast(bills.amount_twd as double) * parts.part_share') }}) as bill_amount_twd,
        sum({{ line_value(
            'cast(parts.part_quantity as double) * 1000'
            ~ ' * (1 - coalesce(cast(bills.wheeled_quantity as double) / nullif(cast(bills.quantity as double), 0), 0))'
        ) }}) as bill_kwh,
        count(bills.wheeled_quantity) > 0 as is_wheeled_printed
    from parts
    inner join bills
        on parts.site = bills.site
        and parts.evidence_id = bills.evidence_id
        and parts.record_number = bills.record_number
    group by parts.site, parts.period
),

-- Sites without renewable power of any kind in the year have no rows.
renewable_years as (
    select distinct months.site, months.period
    from months
    left join metered
        on months.site = metered.site
        and months.month = metered.month
    left join electricity
        on months.site = electricity.site
        and months.month = electricity.period
    left join sold
        on months.site = sold.site
        and months.month = sold.month
    left join wheeled
        on months.site = wheeled.site
        and months.month = wheeled.month
    left join certificates
        on months.site = certificates.site
        and months.period = certificates.generation_year
    where metered.has_generator
        or metered.own_use_kwh is not null
        or (metered.has_surplus and electricity.own_mwh is null)
        or sold.feed_in_kwh is not null
        or wheeled.wheeled_kwh is not null
        or certificates.site is not null
),

joined as (
    select
        months.site,
        months.period,
        months.month,
        coalesce(metered.has_generator, false) as has_generator,
        coalesce(metered.has_generator, false)
        or metered.own_use_kwh is not null
        or (coalesce(metered.has_surplus, false) and electricity.own_mwh is null)
        or sold.feed_in_kwh is not null as has_plant,
        metered.solar_kwh,
        metered.wind_kwh,
        metered.generation_kwh as metered_generation_kwh,
        metered.own_use_kwh as metered_own_use_kwh,
        -- A meter of what is sold, where fuel makes power too, does not say whose power it was.
        case when electricity.own_mwh is null then metered.surplus_kwh end as metered_sold_kwh,
        sold.feed_in_kwh,
        sold.feed_in_income_twd,
        coalesce(metered.is_estimated, false) as is_estimated,
        coalesce(wheeled.wheeled_kwh, cast(0 as decimal(38, 12))) as wheeled_kwh,
        electricity.electricity_source,
        electricity.electricity_mwh * 1000 as site_kwh,
        coalesce(electricity.own_mwh, cast(0 as decimal(38, 12))) * 1000 as fuel_power_kwh,
        prices.bill_amount_twd,
        case
            when prices.is_wheeled_printed then prices.bill_kwh
            else prices.bill_kwh - coalesce(wheeled.wheeled_kwh, cast(0 as decimal(38, 12)))
        end as bill_kwh,
        grid_factors.factor as grid_factor_tco2e_per_mwh,
        grid_factors.factor_source as grid_factor_source
    from months
    inner join renewable_years
        on months.site = renewable_years.site
        and months.period = renewable_years.period
    left join metered
        on months.site = metered.site
        and months.month = metered.month
    left join electricity
        on months.site = electricity.site
        and months.month = electricity.period
    left join sold
        on months.site = sold.site
        and months.month = sold.month
    left join wheeled
        on months.site = wheeled.site
        and months.month = wheeled.month
    left join prices
        on months.site = prices.site
        and months.month = prices.month
    left join grid_factors
        on months.site = grid_factors.site
        and months.period = grid_factors.period
    where electricity.site is not null
        or metered.site is not null
        or sold.site is not null
        or wheeled.site is not null
),

known as (
    select
        *,
        case when bill_kwh > 0 then cast(bill_amount_twd as double) / cast(bill_kwh as double) end as bill_twd_per_kwh,
        case when has_plant then coalesce(metered_sold_kwh, feed_in_kwh) else cast(0 as decimal(38, 12)) end
            as known_sold_kwh
    from joined
),

solved as (
    select
        *,
        case
            when not has_plant then cast(0 as decimal(38, 12))
            when has_generator then metered_generation_kwh
            else metered_own_use_kwh + known_sold_kwh
        end as generation_kwh,
        case
            when not has_plant then cast(0 as decimal(38, 12))
            when metered_own_use_kwh is not null then metered_own_use_kwh
            when metered_generation_kwh >= known_sold_kwh then metered_generation_kwh - known_sold_kwh
        end as own_use_kwh,
        case
            when known_sold_kwh is not null then known_sold_kwh
            when metered_generation_kwh >= metered_own_use_kwh then metered_generation_kwh - metered_own_use_kwh
        end as sold_kwh,
        metered_generation_kwh - metered_own_use_kwh - known_sold_kwh as loss_kwh
    from known
),

consumed as (
    select
        *,
        -- Where only process meters show what the site used, they show own use too.
        case
            when electricity_source = 'process_meter' then site_kwh
            else site_kwh + fuel_power_kwh + own_use_kwh
        end as consumption_kwh,
        case
            when electricity_source = 'process_meter' then site_kwh - own_use_kwh - wheeled_kwh
            else site_kwh - wheeled_kwh
        end as grid_kwh,
        {{ line_value('cast(own_use_kwh as double) * bill_twd_per_kwh') }} as saving_twd,
        {{ line_value('cast(own_use_kwh as double) / 1000 * grid_factor_tco2e_per_mwh') }} as avoided_tco2e
    from solved
)

select
    month,
    solar_kwh,
    wind_kwh,
    generation_kwh,
    own_use_kwh,
    sold_kwh,
    loss_kwh,
    case
        when not has_plant then 'no_plant'
        when loss_kwh is not null then 'all_metered'
        when own_use_kwh is null or sold_kwh is null or generation_kwh is null then 'unknown'
        when not has_generator then 'generation_derived'
        when metered_own_use_kwh is null then 'own_use_derived'
        else 'sold_derived'
    end as identity_status,
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
    bill_amount_twd,
    bill_kwh,
    bill_twd_per_kwh,
    case when own_use_kwh = 0 then cast(0 as decimal(38, 12)) else saving_twd end as saving_twd,
    feed_in_income_twd,
    grid_factor_tco2e_per_mwh,
    grid_factor_source,
    avoided_tco2e,
    metered_sold_kwh,
    feed_in_kwh,
    case
        when has_plant and metered_own_use_kwh is null and metered_generation_kwh < known_sold_kwh
            then 'more was sold than the meters of generation show · 躉售電量大於發電量'
        when has_generator and metered_generation_kwh is null
            then 'a meter of generation has no readings · 發電量電表無讀值'
        when has_plant and own_use_kwh is null
            then 'neither own use nor what was sold is known: land a meter of own use, a meter of what is sold, or its'
                || ' statement · 自用與躉售電量皆不明：請匯入自用電表、售電電表或躉售電費單'
        when has_plant and (sold_kwh is null or generation_kwh is null)
            then 'own use alone is known: generation and what was sold are not · 僅知自用電量，發電與躉售電量不明'
        when electricity_source is null then 'no bill or meter shows what the site used · 無帳單或電表顯示用電量'
        when own_use_kwh > 0 and bill_twd_per_kwh is null
            then 'no electricity bill of the month states an amount: no saving · 當月無載明金額之電費帳單，不計節費'
        when own_use_kwh > 0 and grid_factor_tco2e_per_mwh is null then 'no factor of the grid for the year · 無當年電力係數'
    end as note,
    site,
    period
from consumed
