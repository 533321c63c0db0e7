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
    select * from {{ ref('calc_factor_register') }}
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
