{{ scoped() }}

-- Where two filled templates claim the same period, the one that arrived last is computed, and a gate names both.
with
documents as (
    select
        *,
        row_number() over (
            partition by site, period
            order by arrival_order desc, evidence_id desc
        ) as choice
    from {{ ref('stg_cbam_template__document') }}
    where {{ in_scope() }}
)

select
    evidence_id,
    installation_name,
    country_name,
    period_start,
    cast(period_end as date) as period_end,
    site,
    period
from documents
where choice = 1
