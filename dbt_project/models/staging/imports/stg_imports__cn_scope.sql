{{ scoped(period_column=none) }}

with
codes as (
    select * from {{ source('raw', 'cn_scope') }}
    where {{ in_scope_site() }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    codes.evidence_id,
    codes.record_number,
    active_evidence.arrival_order,
    replace(replace({{ landed_text('codes.cn_code') }}, ' ', ''), '.', '') as cn_prefix,
    {{ landed_text('codes.scope') }} as scope,
    {{ landed_date('codes.applies_from') }} as applies_from_date,
    {{ landed_text('codes.act') }} as act,
    {{ landed_date('codes.published_on') }} as published_date,
    {{ landed_text('codes.source_url') }} as source_url,
    codes.site
from codes
inner join active_evidence
    on codes.site = active_evidence.site
    and codes.evidence_id = active_evidence.evidence_id
