{%- set columns = [
    'factor_id', 'factor_code', 'version', 'parameter', 'value', 'unit', 'published_value', 'published_unit',
    'source_class', 'source', 'document', 'page', 'basis', 'gwp_set', 'author', 'approver', 'country_code', 'valid_from',
    'valid_to', 'known_since', 'licence', 'note', 'evidence_id', 'record_number', 'site'
] %}
{%- set no_text, no_number = 'cast(null as varchar)', 'cast(null as bigint)' %}
{%- set published = {'page': no_text, 'basis': no_text, 'gwp_set': no_text, 'author': no_text, 'approver': no_text} %}
{%- set undocumented = dict(published, country_code=no_text, evidence_id=no_text, record_number=no_number, site=no_text) %}
{#- A value of money is the same in all years that cite it. -#}
{%- set cited = '(select distinct ' ~ columns | reject('in', published) | join(', ') ~ ' from ' ~ ref('calc_cbam_constant')
    ~ ') as cbam_constants' %}
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
    {{ stacked(columns, [
        (ref('calc_factor_register'), {}),
        (ref('calc_taiwan_constant'), undocumented),
        (ref('uncertainty_class'), dict(undocumented, factor_id="'constant:' || class_code || '@' || version",
            factor_code='class_code', parameter="'half_width_share'", value='half_width_share',
            published_value='cast(half_width_share as varchar)', published_unit='unit', source_class="'regulation'")),
        (cited, published)
    ], is_of_period=false) }}
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
