{{ scoped() }}

with
single_inputs as (
    {%- for step in line_steps() if step_inputs(step) %}
    {{ step_input_rows(step) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

installation_totals as (
    select * from {{ ref('calc_installation_total') }}
    where {{ in_scope() }}
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
),

direct_emissions as (
    select * from {{ ref('calc_process_direct') }}
    where {{ in_scope() }}
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
),

unattributed as (
    select * from {{ ref('calc_unattributed') }}
    where {{ in_scope() }}
),

stream_shares as (
    select * from {{ ref('calc_stream_share') }}
    where {{ in_scope() }}
        and formula_name = 'share_of_quantity'
),

listed_inputs as (
    select
        totals.line_id,
        'part' as input_name,
        parts.part_id as source_id,
        cast(parts.part as double) as value,
        totals.unit,
        parts.site,
        parts.period
    from {{ ref('calc_installation_total_part') }} as parts
    inner join installation_totals as totals
        on parts.site = totals.site
        and parts.period = totals.period
        and parts.quantity = totals.quantity
    where {{ in_scope('parts.site', 'parts.period') }}
        and totals.formula_name = 'total_sum'

    union all

    select
        direct_totals.line_id,
        'part' as input_name,
        installation_totals.line_id as source_id,
        cast(installation_totals.total as double) as value,
        'tCO2e' as unit,
        direct_totals.site,
        direct_totals.period
    from {{ ref('calc_direct_total') }} as direct_totals
    inner join installation_totals
        on direct_totals.site = installation_totals.site
        and direct_totals.period = installation_totals.period
    where {{ in_scope('direct_totals.site', 'direct_totals.period') }}
        and installation_totals.quantity in ('co2', 'n2o', 'pfc')

    union all

    select
        denominator_id as line_id,
        'numerator' as input_name,
        numerator_id as source_id,
        numerator as value,
        numerator_unit as unit,
        site,
        period
    from stream_shares

    union all

    select
        direct_emissions.line_id,
        'emissions' as input_name,
        streams.line_id as source_id,
        cast(streams.attributed_tco2e as double) as value,
        'tCO2e' as unit,
        streams.site,
        streams.period
    from {{ ref('calc_stream_attribution') }} as streams
    inner join direct_emissions
        on streams.site = direct_emissions.site
        and streams.period = direct_emissions.period
        and streams.process = direct_emissions.process
    where {{ in_scope('streams.site', 'streams.period') }}
        and direct_emissions.formula_name = 'process_direct_sum'

    union all

    select
        processes.activity_line_id as line_id,
        'production' as input_name,
        production.production_id as source_id,
        cast(production.production_quantity as double) as value,
        processes.activity_unit as unit,
        production.site,
        production.period
    from {{ ref('calc_template_production') }} as production
    inner join processes
        on production.site = processes.site
        and production.period = processes.period
        and production.process = processes.process
        and processes.activity_formula_name = 'activity_sum'

    union all

    select
        reconciliations.line_id,
        'direct' as input_name,
        direct_emissions.line_id as source_id,
        cast(direct_emissions.direct as double) as value,
        'tCO2e' as unit,
        reconciliations.site,
        reconciliations.period
    from {{ ref('calc_reconciliation') }} as reconciliations
    inner join direct_emissions
        on reconciliations.site = direct_emissions.site
        and reconciliations.period = direct_emissions.period
    where {{ in_scope('reconciliations.site', 'reconciliations.period') }}

    union all

    select
        indirect_totals.line_id,
        'part' as input_name,
        attributed.indirect_line_id as source_id,
        cast(attributed.attributed_indirect_tco2e as double) as value,
        'tCO2e' as unit,
        indirect_totals.site,
        indirect_totals.period
    from {{ ref('calc_indirect_total') }} as indirect_totals
    inner join attributed
        on indirect_totals.site = attributed.site
        and indirect_totals.period = attributed.period
        and indirect_totals.series = attributed.series
    where {{ in_scope('indirect_totals.site', 'indirect_totals.period') }}
        and indirect_totals.formula_name = 'total_sum'

    union all

    select
        unattributed.direct_line_id as line_id,
        'attributed' as input_name,
        attributed.direct_line_id as source_id,
        cast(attributed.attributed_direct_tco2e as double) as value,
        'tCO2e' as unit,
        unattributed.site,
        unattributed.period
    from unattributed
    inner join attributed
        on unattributed.site = attributed.site
        and unattributed.period = attributed.period
        and unattributed.series = attributed.series

    union all

    select
        unattributed.indirect_line_id as line_id,
        'attributed' as input_name,
        attributed.indirect_line_id as source_id,
        cast(attributed.attributed_indirect_tco2e as double) as value,
        'tCO2e' as unit,
        unattributed.site,
        unattributed.period
    from unattributed
    inner join attributed
        on unattributed.site = attributed.site
        and unattributed.period = attributed.period
        and unattributed.series = attributed.series
),

-- The two columns of a sumproduct share their index.
embedded_inputs as (
    select
        processes_see.line_id as specific_line_id,
        processes_see.embedded_id as line_id,
        parts.*,
        processes_see.amount_unit
    from {{ ref('calc_embedded_part') }} as parts
    inner join {{ ref('calc_process_see') }} as processes_see
        on parts.site = processes_see.site
        and parts.period = processes_see.period
        and parts.series = processes_see.series
        and parts.chain = processes_see.chain
        and parts.process = processes_see.process
    where {{ in_scope('parts.site', 'parts.period') }}
),

-- Goods of a process and their content, which its functional units are.
functional_inputs as (
    select
        intensities.functional_level_id as line_id,
        products.made,
        products.made_id,
        products.content,
        products.content_line_id,
        row_number() over (partition by intensities.functional_level_id order by products.product) as part_index,
        intensities.site,
        intensities.period
    from {{ ref('calc_process_intensity') }} as intensities
    inner join {{ ref('calc_product') }} as products
        on intensities.site = products.site
        and intensities.period = products.period
        and intensities.process = products.process
    where {{ in_scope('intensities.site', 'intensities.period') }}
        and intensities.functional_level is not null
        and products.made <> 0
),

-- Goods of a content that another process took, and all that were made of them.
flows_by_content as (
    select * from {{ ref('calc_precursor_flow') }}
    where {{ in_scope() }}
        and is_own
        and consumed_id like 'line:%'
),

goods_by_content as (
    {%- for side, quantity, quantity_id, content_name in [
        ('taken', 'facts.value', 'facts.fact_id', 'content'), ('made', 'products.made', 'products.made_id', 'made_content')
    ] %}
    select
        flows.consumed_id as line_id,
        '{{ 'consumed' if side == 'taken' else 'made' }}' as quantity_name,
        {{ quantity }} as quantity,
        {{ quantity_id }} as quantity_id,
        '{{ content_name }}' as content_name,
        products.content,
        products.content_line_id,
        row_number() over (partition by flows.consumed_id order by products.product) as part_index,
        flows.site,
        flows.period
    from flows_by_content as flows
    inner join {{ ref('calc_product') }} as products
        on flows.site = products.site
        and flows.period = products.period
        and flows.precursor = products.process
    {%- if side == 'taken' %}
    inner join {{ ref('calc_document_fact') }} as facts
        on flows.site = facts.site
        and flows.period = facts.period
        and facts.fact_type = 'own_product'
        and products.product = facts.subject
        and flows.process = facts.object

    union all
    {% else %}
    where products.made <> 0
    {%- endif %}
    {%- endfor %}
),

inputs as (
    select line_id, input_name, input_index, value, unit, source_id, site, period
    from single_inputs

    union all

    select
        line_id,
        input_name,
        row_number() over (
            partition by line_id, input_name
            order by source_id
        ) as input_index,
        value,
        unit,
        source_id,
        site,
        period
    from listed_inputs

    union all

    select
        line_id, 'consumed' as input_name, part_index as input_index, consumed as value, 't' as unit,
        consumed_id as source_id, site, period
    from embedded_inputs

    union all

    select
        line_id, 'specific' as input_name, part_index as input_index, specific as value,
        amount_unit || '/t' as unit, specific_id as source_id, site, period
    from embedded_inputs

    union all

    select
        line_id, 'made' as input_name, part_index as input_index, made as value, 't' as unit, made_id as source_id,
        site, period
    from functional_inputs

    union all

    select
        line_id, 'content' as input_name, part_index as input_index, content as value, '1' as unit,
        content_line_id as source_id, site, period
    from functional_inputs

    union all

    select
        line_id, quantity_name as input_name, part_index as input_index, quantity as value, 't' as unit,
        quantity_id as source_id, site, period
    from goods_by_content

    union all

    select
        line_id, content_name as input_name, part_index as input_index, content as value, '1' as unit,
        content_line_id as source_id, site, period
    from goods_by_content
)

select
    line_id,
    input_name,
    cast(input_index as integer) as input_index,
    value,
    unit,
    {{ source_kind('source_id') }} as source_kind,
    source_id,
    site,
    period
from inputs
