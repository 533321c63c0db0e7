-- What each process consumed of every precursor, purchased or made on site.
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

flows as (
    select site, period, 'template' as input_source, process, precursor, is_own, consumed_quantity, consumed_id
    from template_flows

    union all

    select site, period, 'document' as input_source, process, precursor, false as is_own, consumed_quantity, consumed_id
    from document_flows

    union all

    select
        site,
        period,
        'document' as input_source,
        object as process,
        subject as precursor,
        true as is_own,
        value_exact as consumed_quantity,
        fact_id as consumed_id
    from own_flows
)

select flows.*
from flows
inner join periods
    on flows.site = periods.site
    and flows.period = periods.period
    and flows.input_source = periods.input_source
