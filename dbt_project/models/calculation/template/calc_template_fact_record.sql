{{ scoped() }}

select
    cell_id as fact_id,
    'cbam_template_cell' as raw_table,
    evidence_id,
    record_number,
    'value' as role,
    {{ line_value('value_number') }} as quantity,
    cast(1 as double) as share,
    site,
    period
from {{ ref('calc_template_cell') }}
where value_number is not null
