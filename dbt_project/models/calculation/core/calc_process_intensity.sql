{{ scoped() }}

-- A good outside CBAM has no intensity in the series of the law, and none of what it embeds is charged.
with
chains as (
    select * from {{ ref('calc_process_see') }} as chains
    where {{ in_scope() }}
        and {{ is_only_passed_on('chains', 'series') }} is not true
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
),

-- Goods counted in their functional unit, a tonne of clinker or nitrogen (Art. 4; eq. 64 to 66): where the content of
-- every good of the process is known.
functional_levels as (
    select
        site,
        period,
        process,
        sum({{ line_value('made * content') }}) as functional_level
    from {{ ref('calc_product') }}
    where {{ in_scope() }}
        and made <> 0
    group by site, period, process
    having count(content) = count(*)
),

pivoted as (
    select
        site,
        period,
        series,
        process,
        is_outside_cbam,
        max(activity_level_unit) as activity_level_unit,
        max(cast(activity_level as double)) as activity_level,
        max(activity_level_id) as activity_level_id,
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
        process,
        is_outside_cbam
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
        end as default_share_formula_name,
        case when rules.regime = 'cbam_definitive' then cast(functional_levels.functional_level as double) end
            as functional_level,
        {{ line_id(
            "'functional_level'", 'pivoted.process', series='pivoted.series', site='pivoted.site',
            period='pivoted.period'
        ) }} as functional_level_id
    from pivoted
    left join functional_levels
        on pivoted.site = functional_levels.site
        and pivoted.period = functional_levels.period
        and pivoted.process = functional_levels.process
    inner join rules
        on pivoted.site = rules.site
        and pivoted.period = rules.period
        and pivoted.series = rules.series
),

totals as (
    select
        series,
        process,
        is_outside_cbam,
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
        case
            when is_outside_cbam is not true
                then {{ formula_sql_by('chargeable_formula_name', ['see_chargeable', 'chargeable_definitive']) }}
        end as see_chargeable,
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
        activity_level,
        activity_level_id,
        functional_level,
        functional_level_id,
        site,
        period
    from named
)

-- What a tonne of clinker or nitrogen embeds; a good embeds that times its content.
select
    *
    {%- for quantity in functional_quantities() %},
    case when functional_level > 0 then {{ quantity }} * activity_level / functional_level end
        as {{ quantity }}_functional,
    {{ line_id("'" ~ quantity ~ "_functional'", 'process', series='series') }} as {{ quantity }}_functional_id
    {%- endfor %}
from totals
