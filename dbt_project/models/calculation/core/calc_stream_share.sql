{{ scoped() }}

-- The share of a source stream that a process bears, by master data: a quantity of the process over that of all
-- processes (functional unit, heat, sub-meter), or a declared share.
with
attributions as (
    select * from {{ ref('calc_document_attribution') }}
    where {{ in_scope() }}
),

periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and input_source = 'document'
),

facts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
)

select
    attributions.source_stream,
    attributions.process,
    attributions.attribution_method,
    case
        when attributions.numerator_id is not null and facts.value is not null then 'share_of_quantity'
        else 'share_declared'
    end as formula_name,
    attributions.share,
    attributions.share as declared_share,
    'constant:' || attributions.attribution_method as declared_share_id,
    facts.value as numerator,
    attributions.numerator_id,
    facts.unit as numerator_unit,
    attributions.denominator_ids,
    {{ line_id(
        "'stream_share'", 'attributions.source_stream', 'attributions.process',
        site='attributions.site', period='attributions.period'
    ) }} as line_id,
    attributions.site,
    attributions.period
from attributions
inner join periods
    on attributions.site = periods.site
    and attributions.period = periods.period
left join facts
    on attributions.site = facts.site
    and attributions.period = facts.period
    and attributions.numerator_id = facts.fact_id
