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
    {%- for cell in nitrogen_forms().values() %},
    {{ template_number(cell) }}
    {%- endfor %}
from cells
group by
    site,
    period,
    item
