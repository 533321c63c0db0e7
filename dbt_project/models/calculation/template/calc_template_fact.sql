{{ scoped() }}

with
cells as (
    select * from {{ ref('calc_template_cell') }}
),

names as (
    select site, period, section, item, value_text as name
    from cells
    where section in ('process', 'precursor', 'source_stream', 'cems')
        and field = 'name'
),

-- Units that the template leaves to the person who fills it in: `t` or `1000Nm3`, `tCO2/TJ` or `tCO2/t`; it derives
-- the others from them.
typed_units as (
    select site, period, item, replace(field, '_unit', '') as field, value_text as unit
    from cells
    where section = 'source_stream'
        and right(field, 5) = '_unit'
),

activity_units as (
    select site, period, item, unit
    from typed_units
    where field = 'activity'
),

precursor_sources as (
    select site, period, item, replace(field, '_source', '') as field, value_text as source
    from cells
    where section = 'precursor_value'
        and right(field, 7) = '_source'
),

facts as (
    select
        cells.*,
        coalesce(owners.name, case when cells.item is not null then cast(cells.item as varchar) end, '') as subject,
        coalesce(
            consumers.name, case when cells.sub_item is not null then cast(cells.sub_item as varchar) end, ''
        ) as object,
        coalesce(
            typed_units.unit,
            {{ template_unit('cells.section', 'cells.field', 'activity_units.unit') }}
        ) as unit,
        case
            when precursor_sources.source = 'Default' then 'default'
            when precursor_sources.source = 'Unknown' then 'estimated'
            else 'measured'
        end as data_quality
    from cells
    left join names as owners
        on cells.site = owners.site
        and cells.period = owners.period
        and cells.item = owners.item
        and owners.section = {{ template_owner('cells.section') }}
    left join names as consumers
        on cells.site = consumers.site
        and cells.period = consumers.period
        and cells.sub_item = consumers.item
        and cells.section in ('process_flow', 'precursor_flow')
        and consumers.section = 'process'
    left join typed_units
        on cells.site = typed_units.site
        and cells.period = typed_units.period
        and cells.section = 'source_stream'
        and cells.item = typed_units.item
        and cells.field = typed_units.field
    left join activity_units
        on cells.site = activity_units.site
        and cells.period = activity_units.period
        and cells.section = 'source_stream'
        and cells.item = activity_units.item
    left join precursor_sources
        on cells.site = precursor_sources.site
        and cells.period = precursor_sources.period
        and cells.section = 'precursor_value'
        and cells.item = precursor_sources.item
        and cells.field = precursor_sources.field
    where cells.value_number is not null
)

select
    cell_id as fact_id,
    section as fact_type,
    subject,
    object,
    field as quantity_name,
    value_number as value,
    {{ line_value('value_number') }} as value_exact,
    unit,
    data_quality,
    'cbam_template' as method_id,
    'records' as source_type,
    'cbam_template_cell' as raw_table,
    cast(null as varchar) as meter,
    cast(null as timestamp) as from_local,
    cast(null as timestamp) as to_local,
    cast(1 as bigint) as record_count,
    {{ line_value('value_number') }} as checksum_sum,
    cast(null as varchar) as checksum_hash,
    site,
    period
from facts
