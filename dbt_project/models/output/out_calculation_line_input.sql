select
    line_id,
    input_name,
    input_index,
    value,
    unit,
    source_kind,
    source_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_calculation_line_input') }}

union all

select
    line_id,
    input_name,
    input_index,
    value,
    unit,
    source_kind,
    source_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_window_line_input') }}

union all

select
    line_id,
    input_name,
    cast(input_index as integer) as input_index,
    value,
    unit,
    source_kind,
    source_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_document_line_input') }}

union all

select
    line_id,
    input_name,
    input_index,
    value,
    unit,
    source_kind,
    source_id,
    {{ refresh_period('period') }} as refresh_period,
    site
from {{ ref('calc_taiwan_line_input') }}
