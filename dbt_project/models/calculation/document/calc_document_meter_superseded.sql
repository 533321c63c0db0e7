{{ scoped() }}

{#-
  Two readings of one interval can exist only where one document repeats an interval, or where the spans of two
  documents overlap. Only those meters' readings are looked at one by one; most months have none.
-#}
{%- set suspects -%}
    select distinct
        site,
        period,
        meter
    from (
        select
            *,
            max(last_interval_local) over (
                partition by site, period, meter
                order by first_interval_local, evidence_id
                rows between unbounded preceding and 1 preceding
            ) as last_interval_before
        from {{ ref('calc_document_meter_month') }}
        where {{ in_scope() }}
    ) as ordered
    where record_count > interval_count
        or first_interval_local <= last_interval_before
{%- endset %}

with
suspects as (
    {{ suspects }}
),

readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('interval_start_local') }}
        and {{ only_values_of('meter', 'select meter from (' ~ suspects ~ ') as suspects') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

ranked as (
    select
        readings.site,
        suspects.period,
        readings.meter,
        readings.evidence_id,
        readings.record_number,
        readings.interval_start_local,
        readings.quantity,
        readings.quality,
        row_number() over (
            partition by readings.site, readings.meter, readings.interval_start_local
            order by {{ best_reading_first('readings', 'active_evidence') }}
        ) as reading_rank
    from readings
    inner join suspects
        on readings.site = suspects.site
        and readings.meter = suspects.meter
        and {{ month_key('readings.interval_start_local') }} = suspects.period
    inner join active_evidence
        on readings.site = active_evidence.site
        and readings.evidence_id = active_evidence.evidence_id
)

select
    meter,
    evidence_id,
    record_number,
    interval_start_local,
    quantity,
    quality,
    cast({{ reading_hash('meter', 'interval_start_local', 'quantity', 'quality') }} as decimal(38, 0)) as reading_hash,
    site,
    period
from ranked
where reading_rank > 1
