-- What products and months bear of the carbon fee is the fee, to the cent: shares that are rounded one by one would leave
-- cost accounting with a difference that nobody can book.
with
borne as (
    select
        site,
        period,
        fee_series,
        sum(fee_twd) as borne_twd
    from {{ ref('calc_product_cost') }}
    where {{ in_scope() }}
        and fee_twd is not null
    group by site, period, fee_series
),

fees as (
    select distinct
        site,
        period,
        series,
        {{ line_value('fee') }} as fee_twd
    from {{ ref('calc_carbon_fee_product') }}
    where {{ in_scope() }}
)

select borne.*
from borne
inner join fees
    on borne.site = fees.site
    and borne.period = fees.period
    and borne.fee_series = fees.series
where borne.borne_twd <> fees.fee_twd
