{{ config(tags=['yearly']) }}

select
    period,
    importer_eori,
    importer,
    obligation,
    clause,
    due_date,
    required_certificates,
    done_certificates,
    done_date,
    document,
    obligation_state,
    last_known_date,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_cbam_obligation') }}
