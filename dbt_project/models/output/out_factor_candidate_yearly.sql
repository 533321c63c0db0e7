{{ config(tags=['yearly']) }}

select
    period,
    'organisation' as series,
    'organisation' as subject_type,
    subject || ' (' || activity_unit || ')' as subject,
    parameter,
    cast(candidate_rank as integer) as candidate_rank,
    is_winner,
    factor_id,
    factor_code,
    source_class,
    factor as value,
    factor_unit as unit,
    factor_source,
    factor_match,
    'admissible' as admissibility,
    rule_code,
    clause,
    lost_code,
    reason,
    reason_zh,
    evidence_id,
    record_number,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_organisation_factor_candidate') }}

union all

select
    period,
    series,
    'taiwan_inventory' as subject_type,
    source as subject,
    parameter,
    cast(candidate_rank as integer) as candidate_rank,
    is_winner,
    factor_id,
    factor_code,
    source_class,
    value,
    unit,
    factor_source,
    case when is_winner then factor_match end as factor_match,
    'admissible' as admissibility,
    rule_code,
    clause,
    lost_code,
    reason,
    reason_zh,
    cast(null as varchar) as evidence_id,
    cast(null as bigint) as record_number,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_taiwan_factor_candidate') }}
