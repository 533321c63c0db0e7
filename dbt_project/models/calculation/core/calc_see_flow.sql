-- The linear system of eq. 59 to 63: one row a series, process and precursor, with the precursor's own value where it
-- is purchased (null where it is made on site: then the solver finds it).
with
flows as (
    select * from {{ ref('calc_precursor_flow') }}
    where {{ in_scope() }}
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
),

precursor_values as (
    select * from {{ ref('calc_precursor_value') }}
    where {{ in_scope() }}
)

select
    flows.site,
    flows.period,
    rules.series,
    flows.process,
    flows.precursor,
    flows.is_own,
    cast(flows.consumed_quantity as double) as consumed,
    precursor_values.see_direct,
    precursor_values.see_indirect,
    precursor_values.electricity as embedded_electricity,
    case when precursor_values.value_basis = 'default' then precursor_values.see_direct else 0 end as default_part,
    case when precursor_values.counts_indirect_definitive then precursor_values.see_indirect else 0 end
        as chargeable_indirect,
    free_allocations.sefa
from flows
inner join rules
    on flows.site = rules.site
    and flows.period = rules.period
left join precursor_values
    on flows.site = precursor_values.site
    and flows.period = precursor_values.period
    and rules.series = precursor_values.series
    and flows.precursor = precursor_values.precursor
    and not flows.is_own
left join {{ ref('calc_cbam_precursor') }} as free_allocations
    on flows.site = free_allocations.site
    and flows.period = free_allocations.period
    and rules.series = free_allocations.series
    and flows.precursor = free_allocations.precursor
    and not flows.is_own
