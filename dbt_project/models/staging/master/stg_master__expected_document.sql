{{ current_master('master_expected_document') }}

select
    site,
    evidence_id,
    record_number,
    {{ landed_text('kind') }} as kind,
    coalesce({{ landed_text('subject') }}, '') as subject,
    {{ landed_text('frequency') }} as frequency,
    {{ validity() }}
from current_rows
