-- Which classes of items a category takes in: a leaf its own, a parent those of its parts, the total all.
with
categories as (
    select * from {{ ref('organisation_category') }}
),

leaves as (
    {%- for standard, column in [('iso14064_1', 'iso_category'), ('ghg_protocol', 'ghg_category')] %}
    select
        '{{ standard }}' as standard,
        {{ column }} as category,
        item_class,
        stated_as
    from {{ ref('organisation_mapping') }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

parents as (
    select
        leaves.standard,
        categories.parent as category,
        leaves.item_class,
        leaves.stated_as
    from leaves
    inner join categories
        on leaves.standard = categories.standard
        and leaves.category = categories.category
    where categories.parent <> 'total'
)

select standard, category, item_class, stated_as
from leaves

union all

select standard, category, item_class, stated_as
from parents

union all

select standard, 'total' as category, item_class, stated_as
from leaves
