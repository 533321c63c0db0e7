{{ scoped() }}

-- Indirect emissions of the installation: typed by hand in a template (C_Emissions&Energy M26), else the sum over its
-- processes.
with
rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
),

attributed as (
    select
        site,
        period,
        series,
        sum(attributed_indirect_tco2e) as attributed_sum,
        sum(case when attributed_indirect_tco2e is null then 1 else 0 end) as missing_parts
    from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
    group by
        site,
        period,
        series
),

manual_totals as (
    select * from {{ ref('calc_template_manual_total') }}
    where quantity = 'indirect'
)

select
    rules.series,
    case when manual_totals.quantity is not null then 'total_manual' else 'total_sum' end as formula_name,
    manual_totals.manual_total,
    manual_totals.manual_total_id,
    case
        when manual_totals.quantity is not null then {{ line_value('manual_totals.manual_total') }}
        when attributed.missing_parts > 0 then null
        else {{ line_value('coalesce(attributed.attributed_sum, 0)') }}
    end as total_indirect,
    {{ line_id(
        "'total_indirect'", "'installation'", series='rules.series', site='rules.site', period='rules.period'
    ) }} as line_id,
    rules.site,
    rules.period
from rules
left join attributed
    on rules.site = attributed.site
    and rules.period = attributed.period
    and rules.series = attributed.series
left join manual_totals
    on rules.site = manual_totals.site
    and rules.period = manual_totals.period
    and rules.input_source = 'template'
