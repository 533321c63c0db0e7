{{ scoped() }}

with
chains as (
    select * from {{ ref('calc_process_see') }}
    where {{ in_scope() }}
),

rules as (
    select * from {{ ref('calc_period_rule') }}
),

pivoted as (
    select
        site,
        period,
        series,
        process,
        max(activity_level_unit) as activity_level_unit,
        max(reason) as reason,
        max(case when chain = 'see_direct' then inexact_note end) as direct_inexact_note,
        max(case when chain = 'see_indirect' then inexact_note end) as indirect_inexact_note,
        max(case when chain = 'see_direct' then data_quality end) as direct_data_quality,
        max(case when chain = 'see_indirect' then data_quality end) as indirect_data_quality,
        max(case when chain = 'see_direct' then recirculated end) as recirculated,
        {%- for chain in [
            'see_direct', 'see_indirect', 'embedded_electricity', 'default_part', 'chargeable_indirect'
        ] %}
        max(case when chain = '{{ chain }}' then specific end) as {{ chain }},
        max(case when chain = '{{ chain }}' then line_id end) as {{ chain }}_id
            {{- ',' if not loop.last }}
        {%- endfor %}
    from chains
    group by
        site,
        period,
        series,
        process
),

-- The communication template leaves out of its denominator what comes back to a process through a circle.
named as (
    select
        pivoted.*,
        case
            when rules.rule_set = 'cbam_definitive' and not rules.is_indirect_counts_for_all_goods
                then 'chargeable_definitive'
            else 'see_chargeable'
        end as chargeable_formula_name,
        case
            when rules.input_source = 'template' and rules.regime = 'cbam_transitional' and pivoted.recirculated <> 0
                then 'default_share_cyclic'
            else 'default_share'
        end as default_share_formula_name
    from pivoted
    inner join rules
        on pivoted.site = rules.site
        and pivoted.period = rules.period
        and pivoted.series = rules.series
)

select
    series,
    process,
    activity_level_unit,
    see_direct,
    see_direct_id,
    see_indirect,
    see_indirect_id,
    embedded_electricity,
    embedded_electricity_id,
    default_part,
    default_part_id,
    chargeable_indirect,
    chargeable_indirect_id,
    recirculated,
    'constant:returned_through_a_circle' as recirculated_id,
    {{ formula_sql('see_total') }} as see_total,
    chargeable_formula_name,
    {{ formula_sql_by('chargeable_formula_name', ['see_chargeable', 'chargeable_definitive']) }} as see_chargeable,
    default_share_formula_name,
    case
        when see_direct <> 0
            then {{ formula_sql_by('default_share_formula_name', ['default_share', 'default_share_cyclic']) }}
    end as default_share,
    {{ line_id("'see_total'", 'process', series='series') }} as see_total_id,
    {{ line_id("'see_chargeable'", 'process', series='series') }} as see_chargeable_id,
    {{ line_id("'default_share'", 'process', series='series') }} as default_share_id,
    direct_data_quality,
    indirect_data_quality,
    direct_inexact_note,
    indirect_inexact_note,
    coalesce(direct_inexact_note, indirect_inexact_note) as inexact_note,
    reason,
    site,
    period
from named
