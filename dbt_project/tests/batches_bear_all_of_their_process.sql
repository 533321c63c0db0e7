-- What the batches of a month bear is what their process is attributed, to the last digit: a batch that lands twice, or
-- a share that is rounded by itself, would invent or lose emissions that the intensity of the product has.
with
borne as (
    select
        site,
        month,
        process,
        sum(attributed_direct_tco2e) as direct_tco2e,
        sum(attributed_indirect_tco2e) as indirect_tco2e
    from {{ ref('calc_batch_emission') }}
    where {{ in_scope() }}
    group by site, month, process
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope_site() }}
        and series = 'management'
)

select borne.*
from borne
left join attributed
    on borne.site = attributed.site
    and borne.month = attributed.period
    and borne.process = attributed.process
where borne.direct_tco2e <> coalesce(attributed.attributed_direct_tco2e, -1)
    or borne.indirect_tco2e <> coalesce(attributed.attributed_indirect_tco2e, 0)
