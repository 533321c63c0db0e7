select
    line_id,
    method_id,
    clause,
    series,
    subject,
    object,
    quantity,
    value,
    unit,
    formula,
    data_quality,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_calculation_line') }}

union all

select
    line_id,
    method_id,
    clause,
    series,
    subject,
    object,
    quantity,
    value,
    unit,
    formula,
    data_quality,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_window_line') }}

union all

select
    line_id,
    method_id,
    clause,
    series,
    subject,
    object,
    quantity,
    value,
    unit,
    formula,
    data_quality,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_document_line') }}

union all

select
    line_id,
    method_id,
    clause,
    series,
    subject,
    object,
    quantity,
    value,
    unit,
    formula,
    data_quality,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_taiwan_line') }}
