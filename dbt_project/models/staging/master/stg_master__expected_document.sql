{{ scoped(period_column=none) }}
{{ current_master('master_expected_document') }}

select
    evidence_id,
    record_number,
    {{ landed_text('kind') }} as kind,
    coalesce({{ landed_text('subject') }}, '') as subject,
    {{ landed_text('frequency') }} as frequency,
    {{ validity() }},
    site
from current_rows
