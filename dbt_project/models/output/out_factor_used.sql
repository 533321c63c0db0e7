with
inputs as (
    select distinct
        source_id,
        refresh_period,
        site
    from {{ ref('out_calculation_line_input') }}
    where source_kind = 'factor'
        or source_id like 'constant:%@%'
),

register as (
    select
        factor_id,
        factor_code,
        version,
        parameter,
        value,
        unit,
        published_value,
        published_unit,
        source_class,
        source,
        document,
        page,
        basis,
        gwp_set,
        author,
        approver,
        country_code,
        valid_from,
        valid_to,
        known_since,
        licence,
        note,
        evidence_id,
        record_number,
        site
    from {{ ref('calc_factor_register') }}

    union all

    select
        factor_id,
        factor_code,
        version,
        parameter,
        value,
        unit,
        published_value,
        published_unit,
        source_class,
        source,
        document,
        cast(null as varchar) as page,
        cast(null as varchar) as basis,
        cast(null as varchar) as gwp_set,
        cast(null as varchar) as author,
        cast(null as varchar) as approver,
        cast(null as varchar) as country_code,
        valid_from,
        valid_to,
        known_since,
        licence,
        note,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number,
        cast(null as varchar) as site
    from {{ ref('calc_taiwan_constant') }}

    union all

    select
        'constant:' || class_code || '@' || version as factor_id,
        class_code as factor_code,
        version,
        'half_width_share' as parameter,
        half_width_share as value,
        unit,
        cast(half_width_share as varchar) as published_value,
        unit as published_unit,
        'regulation' as source_class,
        source,
        document,
        cast(null as varchar) as page,
        cast(null as varchar) as basis,
        cast(null as varchar) as gwp_set,
        cast(null as varchar) as author,
        cast(null as varchar) as approver,
        cast(null as varchar) as country_code,
        valid_from,
        valid_to,
        known_since,
        licence,
        note,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number,
        cast(null as varchar) as site
    from {{ ref('uncertainty_class') }}

    union all

    -- A value is the same in all years that cite it.
    select distinct
        factor_id,
        factor_code,
        version,
        parameter,
        value,
        unit,
        published_value,
        published_unit,
        source_class,
        source,
        document,
        cast(null as varchar) as page,
        cast(null as varchar) as basis,
        cast(null as varchar) as gwp_set,
        cast(null as varchar) as author,
        cast(null as varchar) as approver,
        country_code,
        valid_from,
        valid_to,
        known_since,
        licence,
        note,
        evidence_id,
        record_number,
        site
    from {{ ref('calc_cbam_constant') }}
)

select
    inputs.source_id as factor_id,
    register.factor_code,
    register.version as factor_version,
    register.parameter,
    register.value,
    register.unit,
    register.published_value,
    register.published_unit,
    register.source_class,
    register.source,
    register.document,
    register.page,
    register.basis,
    register.gwp_set,
    register.author,
    register.approver,
    register.country_code,
    register.valid_from,
    register.valid_to,
    register.known_since,
    register.licence,
    register.note,
    register.evidence_id,
    register.record_number,
    inputs.refresh_period,
    inputs.site
from inputs
left join register
    on inputs.source_id = register.factor_id
    and (register.site is null or inputs.site = register.site)
