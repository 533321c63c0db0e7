{{ current_master('master_attribution') }}

select
    site,
    evidence_id,
    record_number,
    {{ landed_text('source_stream') }} as source_stream,
    {{ landed_text('process') }} as process,
    {{ landed_text('method') }} as attribution_method,
    cast({{ landed_number('share') }} as double) as declared_share,
    {{ landed_text('reason') }} as reason,
    {{ validity() }}
from current_rows
