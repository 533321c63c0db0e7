{{ scoped(period_column=none) }}
{{ current_master('master_attribution') }}

select
    evidence_id,
    record_number,
    {{ landed_text('source_stream') }} as source_stream,
    {{ landed_text('process') }} as process,
    {{ landed_text('method') }} as attribution_method,
    cast({{ landed_number('share') }} as double) as declared_share,
    {{ landed_text('reason') }} as reason,
    {{ validity() }},
    site
from current_rows
