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
    cast({{ landed_date('events.started_on') }} as timestamp)
    + cast(coalesce({{ landed_number('events.from_hour') }}, 0) * 60 as integer) * interval 1 minute as started_local,
    cast({{ landed_date('events.ended_on') }} as timestamp)
    + cast(coalesce({{ landed_number('events.to_hour') }}, 24) * 60 as integer) * interval 1 minute as ended_local,
    {{ landed_text('events.cause') }} as cause,
    {{ landed_text('events.effect') }} as effect,
    events.site
from events
inner join active_evidence
    on events.site = active_evidence.site
    and events.evidence_id = active_evidence.evidence_id
