{{ config(tags=['yearly']) }}

select
    period,
    ranked_kind,
    emission_rank,
    subject,
    subject_name,
    emissions_tco2e,
    emission_share,
    cumulated_share,
    is_significant,
    line_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_emission_ranking') }}
