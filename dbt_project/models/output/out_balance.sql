select
    period,
    balance,
    subject,
    expected_quantity,
    found_quantity,
    difference_quantity,
    unit,
    tolerance_share,
    deviation_share,
    severity,
    message,
    message_zh,
    evidence_note,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_document_balance') }}

union all

select
    period,
    balance,
    subject,
    expected_quantity,
    found_quantity,
    difference_quantity,
    unit,
    tolerance_share,
    deviation_share,
    severity,
    message,
    message_zh,
    evidence_note,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_template_balance') }}

union all

select
    period,
    balance,
    subject,
    expected_quantity,
    found_quantity,
    difference_quantity,
    unit,
    tolerance_share,
    deviation_share,
    severity,
    message,
    message_zh,
    evidence_note,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_taiwan_balance') }}
