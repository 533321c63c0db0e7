with
cells as (
    select * from {{ ref('calc_template_cell') }}
    where section = 'product'
)

select
    site,
    period,
    item,
    {{ template_text('process') }},
    {{ template_text('cn_code') }},
    {{ template_text('product_name') }},
    {{ template_number('clinker_factor') }},
    {{ template_number('nitrogen_share') }}
from cells
group by
    site,
    period,
    item
