select
    period,
    criterion,
    quantity,
    threshold,
    unit,
    is_met,
    reason,
    reason_zh,
    clause,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_taiwan_registrant') }}
