-- What each process consumed of every precursor, purchased or made on site. Of goods that differ by their content it
-- counts as many tonnes of the mean good as hold the content of what was taken (eq. 64 to 66).
with
periods as (
    select * from {{ ref('calc_period') }}
),

template_flows as (
    select * from {{ ref('calc_template_flow') }}
),

document_flows as (
    select distinct
        site,
        period,
        process,
        precursor,
        consumed_quantity,
        consumed_id
    from {{ ref('calc_document_precursor_input') }}
),

own_flows as (
    select * from {{ ref('calc_document_fact') }}
    where fact_type = 'own_precursor'
),

made_contents as (
    select
        site,
        period,
        process,
        cast(sum(cast(made as decimal(38, 12))) as double) as made,
        cast(sum({{ line_value('made * content') }}) as double) as functional_level,
        min(content) as lowest,
        max(content) as highest
    from {{ ref('calc_product') }}
    where {{ in_scope() }}
        and content_name is not null
        and made <> 0
    group by site, period, process
    having count(content) = count(*)
        and sum(made * content) > 0
),

taken_contents as (
    select
        facts.site,
        facts.period,
        products.process as precursor,
        facts.object as process,
        cast(sum({{ line_value('facts.value * products.content') }}) as double) as content,
        min(products.content) as lowest,
        max(products.content) as highest
    from {{ ref('calc_document_fact') }} as facts
    inner join periods
        on facts.site = periods.site
        and facts.period = periods.period
        and periods.regime = 'cbam_definitive'
    inner join {{ ref('calc_product') }} as products
        on facts.site = products.site
        and facts.period = products.period
        and facts.subject = products.product
    where {{ in_scope('facts.site', 'facts.period') }}
        and {{ in_scope('products.site', 'products.period') }}
        and facts.fact_type = 'own_product'
    group by facts.site, facts.period, products.process, facts.object
    having count(products.content) = count(*)
),

by_content as (
    select
        taken_contents.site,
        taken_contents.period,
        taken_contents.precursor,
        taken_contents.process,
        taken_contents.content * made_contents.made / made_contents.functional_level as consumed,
        {{ line_id(
            "'own_precursor_by_content'", 'taken_contents.precursor', 'taken_contents.process',
            site='taken_contents.site', period='taken_contents.period'
        ) }} as consumed_id
    from taken_contents
    inner join made_contents
        on taken_contents.site = made_contents.site
        and taken_contents.period = made_contents.period
        and taken_contents.precursor = made_contents.process
    where taken_contents.lowest <> made_contents.highest
        or taken_contents.highest <> made_contents.lowest
),

flows as (
    select site, period, 'template' as input_source, process, precursor, is_own, consumed_quantity, consumed_id
    from template_flows

    union all

    select site, period, 'document' as input_source, process, precursor, false as is_own, consumed_quantity, consumed_id
    from document_flows

    union all

    select
        own_flows.site,
        own_flows.period,
        'document' as input_source,
        own_flows.object as process,
        own_flows.subject as precursor,
        true as is_own,
        coalesce({{ line_value('by_content.consumed') }}, own_flows.value_exact) as consumed_quantity,
        coalesce(by_content.consumed_id, own_flows.fact_id) as consumed_id
    from own_flows
    left join by_content
        on own_flows.site = by_content.site
        and own_flows.period = by_content.period
        and own_flows.subject = by_content.precursor
        and own_flows.object = by_content.process
)

select flows.*
from flows
inner join periods
    on flows.site = periods.site
    and flows.period = periods.period
    and flows.input_source = periods.input_source
