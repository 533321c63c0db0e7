{{ scoped(period_column=none) }}
{{ current_master('master_site') }}

select
    evidence_id,
    record_number,
    {{ landed_text('name') }} as site_name,
    {{ landed_text('name_zh') }} as site_name_zh,
    {{ landed_text('country_code') }} as country_code,
    coalesce({{ landed_text('time_zone') }}, 'Asia/Taipei') as time_zone,
    {{ landed_text('company_id') }} as company_id,
    {{ landed_month('first_month') }} as first_month,
    site
from current_rows
