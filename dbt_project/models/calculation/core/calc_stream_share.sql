{{ scoped() }}

-- The share of a source stream that a process bears, by master data: a quantity of the process over that of all
-- processes (functional unit, heat, sub-meter, moles), or a declared share.
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
),

keyed as (
    select
        attributions.*,
        facts.value as production,
        facts.unit as production_unit,
        attributions.numerator_id as production_id,
        attributions.molar_mass_g_per_mol as molar_mass,
        'master_process:' || attributions.process || ':molar_mass_g_per_mol' as molar_mass_id
    from attributions
    inner join periods
        on attributions.site = periods.site
        and attributions.period = periods.period
    left join facts
        on attributions.site = facts.site
        and attributions.period = facts.period
        and attributions.numerator_id = facts.fact_id
),

molar as (
    select
        *,
        {{ formula_sql('molar_amount') }} as molar_amount,
        {{ line_id("'molar_amount'", 'source_stream', 'process') }} as molar_amount_id
    from keyed
),

numerators as (
    select
        *,
        case
            when production is not null or (production_id is not null and weighed_output is not null) then 'share_of_quantity'
            else 'share_declared'
        end as formula_name,
        coalesce(molar_amount, production, cast(weighed_output as double)) as numerator,
        case when molar_mass is not null then molar_amount_id else production_id end as key_id,
        case
            when molar_mass is not null then 'Mmol'
            when production is null and weighed_output is not null then 'GJ'
            else production_unit
        end as numerator_unit
    from molar
)

select
    source_stream,
    process,
    bearer,
    attribution_method,
    formula_name,
    share,
    share as declared_share,
    'constant:' || attribution_method as declared_share_id,
    production,
    production_id,
    production_unit,
    molar_mass,
    molar_mass_id,
    molar_amount,
    molar_amount_id,
    numerator,
    key_id as numerator_id,
    numerator_unit,
    -- Stated once a stream: written into the line of each process, lines would grow with the square of their number.
    case
        when formula_name = 'share_of_quantity'
            then cast(
                sum({{ quantity('numerator') }}) over (partition by site, period, source_stream, formula_name) as double
            )
    end as denominator,
    {{ line_id("'stream_denominator'", 'source_stream') }} as denominator_id,
    formula_name = 'share_of_quantity'
    and row_number() over (partition by site, period, source_stream, formula_name order by bearer) = 1
        as states_denominator,
    {{ line_id("'stream_share'", 'source_stream', 'bearer') }} as line_id,
    site,
    period
from numerators
