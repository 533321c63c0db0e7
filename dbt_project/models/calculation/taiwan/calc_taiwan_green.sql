{{ scoped() }}

with
electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
),

claims as (
    select * from {{ ref('calc_taiwan_fact') }}
    where {{ in_scope() }}
        and (fact_type = 'wheeling' or (fact_type = 'certificate' and subject = 'unbundled'))
),

summed as (
    select
        site,
        period,
        sum(case when fact_type = 'wheeling' then value_exact else 0 end) as wheeled_mwh,
        sum(case when fact_type = 'certificate' then value_exact else 0 end) as certificate_mwh
    from claims
    group by site, period
),

computed as (
    select
        summed.site,
        summed.period,
        cast(electricity.electricity_mwh as double) as consumed,
        electricity.line_id as consumed_id,
        cast(summed.wheeled_mwh as decimal(38, 12)) as wheeled_mwh,
        cast(summed.certificate_mwh as decimal(38, 12)) as certificate_mwh
    from summed
    inner join electricity
        on summed.site = electricity.site
        and summed.period = electricity.period
)

select
    consumed,
    consumed_id,
    wheeled_mwh,
    certificate_mwh,
    {{ line_value('least(consumed, cast(wheeled_mwh as double) + cast(certificate_mwh as double))') }}
        as green_electricity_mwh,
    {{ line_id("'taiwan_green_electricity'", "'site'") }} as line_id,
    site,
    period
from computed
