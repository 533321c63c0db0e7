with
active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

records as (
    select distinct
        site,
        refresh_period,
        evidence_id,
        'activity' as role
    from {{ ref('out_fact_record') }}
),

factors as (
    select distinct
        site,
        refresh_period,
        evidence_id,
        'factor' as role
    from {{ ref('out_factor_used') }}
    where evidence_id is not null
),

refreshes as (
    select distinct
        site,
        {{ refresh_period('period') }} as refresh_period
    from {{ ref('calc_period') }}
),

-- What shapes the calculation without being a quantity: master data, human decisions, calibrations of meters.
rulings as (
    select
        refreshes.site,
        refreshes.refresh_period,
        active_evidence.evidence_id,
        active_evidence.kind as role
    from refreshes
    inner join active_evidence
        on refreshes.site = active_evidence.site
    where active_evidence.kind in ('master_data', 'decision', 'meter_calibration')
),

used as (
    select * from records
    union all
    select * from factors
    union all
    select * from rulings
)

select
    used.evidence_id,
    active_evidence.sha256,
    active_evidence.kind,
    active_evidence.file_name,
    active_evidence.byte_size,
    active_evidence.document_date,
    used.role,
    used.refresh_period,
    used.site
from used
inner join active_evidence
    on used.site = active_evidence.site
    and used.evidence_id = active_evidence.evidence_id
