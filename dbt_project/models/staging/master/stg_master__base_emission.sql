{{ scoped(period_column=none) }}
{{ config(tags=['yearly']) }}
{{ current_master('master_base_emission') }}

select
    evidence_id,
    record_number,
    cast({{ landed_number('year') }} as integer) as base_year,
    {{ landed_text('category') }} as category,
    {{ landed_number('emissions_tco2e') }} as emissions_tco2e,
    {{ landed_text('verification') }} as verification,
    site
from current_rows
