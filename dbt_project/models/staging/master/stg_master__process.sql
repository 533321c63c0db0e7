{{ current_master('master_process') }}

select
    site,
    evidence_id,
    record_number,
    {{ landed_text('process') }} as process,
    {{ landed_text('name') }} as process_name,
    {{ landed_text('good_category') }} as good_category,
    {{ landed_text('production_route') }} as production_route
from current_rows
