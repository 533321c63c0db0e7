with
events as (
    select * from {{ source('raw', 'operating_event') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
)

select
    events.evidence_id,
    events.record_number,
    {{ landed_text('events.event') }} as event,
    {{ landed_text('events.process') }} as process,
    {{ landed_text('events.event_kind') }} as event_kind,
    {{ landed_date('events.started_on') }} as started_date,
    {{ landed_date('events.ended_on') }} as ended_date,
    {{ landed_text('events.cause') }} as cause,
    {{ landed_text('events.effect') }} as effect,
    events.site
from events
inner join active_evidence
    on events.site = active_evidence.site
    and events.evidence_id = active_evidence.evidence_id
