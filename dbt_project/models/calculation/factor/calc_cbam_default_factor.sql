-- A table, not a view: 42,000 rows of exact arithmetic that only a new version of the default values changes.
{{ config(materialized='table') }}

with
default_values as (
    select * from {{ ref('cbam_default_value') }}
    where status = 'value'
),

-- One row a default line and year of its mark-up. The mark-up is on the total, which is authoritative; what is not
-- indirect is direct. Totals before mark-up with 3 decimals are the law, unrounded ones are for comparison.
default_years as (
    select
        default_values.*,
        '2026' as mark_up_year,
        date '2026-01-01' as year_from,
        date '2027-01-01' as year_to,
        mark_up_2026_share as mark_up_share
    from default_values
    union all
    select
        default_values.*,
        '2027',
        date '2027-01-01',
        date '2028-01-01',
        mark_up_2027_share
    from default_values
    union all
    select
        default_values.*,
        '2028',
        date '2028-01-01',
        cast(null as date),
        mark_up_2028_share
    from default_values
)

select
    'factor:' || factor_code || '/' || mark_up_year || '/direct@' || version as factor_id,
    factor_code || '/' || mark_up_year || '/direct' as factor_code,
    'see_direct' as parameter,
    {{ default_see_direct() }} as value,
    cast(published_see_direct as varchar) as published_value,
    version,
    source,
    document,
    country_code,
    year_from as valid_from,
    year_to as valid_to,
    known_since,
    licence,
    cn_prefix,
    note
from default_years
union all
select
    'factor:' || factor_code || '/' || mark_up_year || '/indirect@' || version,
    factor_code || '/' || mark_up_year || '/indirect',
    'see_indirect',
    {{ marked_up('published_see_indirect', 'mark_up_share') }},
    cast(published_see_indirect as varchar),
    version,
    source,
    document,
    country_code,
    year_from,
    year_to,
    known_since,
    licence,
    cn_prefix,
    note
from default_years
where published_see_indirect is not null
