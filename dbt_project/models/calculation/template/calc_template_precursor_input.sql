with
cells as (
    select * from {{ ref('calc_template_cell') }}
),

precursors as (
    select
        site,
        period,
        item,
        {{ template_text('name', 'precursor') }},
        {{ template_text('good_category') }},
        {{ template_text('country_code') }}
    from cells
    where section = 'precursor'
        and sub_item is null
    group by
        site,
        period,
        item
),

precursor_values as (
    select
        site,
        period,
        item,
        {{ template_text('see_direct_source') }},
        {{ template_text('electricity_source') }},
        {{ template_number('see_direct') }},
        {{ template_number('electricity_mwh_per_t', 'electricity') }},
        {{ template_number('electricity_factor') }}
    from cells
    where section = 'precursor_value'
    group by
        site,
        period,
        item
)

select
    precursors.site,
    precursors.period,
    precursors.item,
    precursors.precursor,
    precursors.good_category,
    precursors.country_code,
    precursor_values.see_direct_source,
    -- A blank cell counts as zero, as the template's own sums take it.
    coalesce(precursor_values.see_direct, 0) as see_direct,
    coalesce(precursor_values.see_direct_id, 'constant:blank_means_0') as see_direct_id,
    coalesce(precursor_values.electricity, 0) as electricity,
    coalesce(precursor_values.electricity_id, 'constant:blank_means_0') as electricity_id,
    coalesce(precursor_values.electricity_factor, 0) as electricity_factor,
    coalesce(precursor_values.electricity_factor_id, 'constant:blank_means_0') as electricity_factor_id
from precursors
left join precursor_values
    on precursors.site = precursor_values.site
    and precursors.period = precursor_values.period
    and precursors.item = precursor_values.item
