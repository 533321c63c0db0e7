{{ scoped() }}

-- EmInst (eq. 4): carbon dioxide, nitrous oxide and perfluorocarbons; biogenic carbon dioxide is zero-rated.
with
totals as (
    select * from {{ ref('calc_installation_total') }}
    where {{ in_scope() }}
        and quantity in ('co2', 'n2o', 'pfc')
)

select
    sum(total) as total_direct,
    {{ line_id("'total_direct'", "'installation'") }} as line_id,
    site,
    period
from totals
group by
    site,
    period
