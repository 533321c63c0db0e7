{{ scoped() }}

-- Every category of both standards, by set of warming potentials and method for electricity; a parent sums the items of
-- its parts.
with
years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

items as (
    select * from {{ ref('calc_organisation_item') }}
    where {{ in_scope() }}
),

gaps as (
    select * from {{ ref('calc_organisation_gap') }}
    where {{ in_scope() }}
),

statements as (
    select * from {{ ref('stg_organisation__statement') }}
    where statement_state = 'counted'
        and statement_status in ('not_applicable', 'excluded')
),

categories as (
    select * from {{ ref('organisation_category') }}
),

members as (
    select * from {{ ref('calc_organisation_member') }}
),

variants as (
    {%- for gwp_set in ['AR5', 'AR6'] %}
    {%- set last_set = loop.last %}
    {%- for method in ['location', 'market'] %}
    select '{{ gwp_set }}' as gwp_set, '{{ method }}' as electricity_method
    {{- ' union all' if not (last_set and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

summed as (
    select
        items.site,
        items.period,
        members.standard,
        members.category,
        variants.gwp_set,
        variants.electricity_method,
        sum(items.emissions_tco2e) as emissions_tco2e,
        count(*) as item_count,
        max(case when items.item_class = 'electricity' then 1 else 0 end) = 1 as has_electricity
    from items
    inner join members
        on items.item_class = members.item_class
    inner join variants
        on items.gwp_set in ('any', variants.gwp_set)
        and items.electricity_method in ('any', variants.electricity_method)
    group by
        items.site,
        items.period,
        members.standard,
        members.category,
        variants.gwp_set,
        variants.electricity_method
),

missing as (
    select
        gaps.site,
        gaps.period,
        members.standard,
        members.category,
        count(*) as gap_count,
        {{ joined('gaps.message', '; ') }} as message,
        {{ joined('gaps.message_zh', '；') }} as message_zh
    from gaps
    inner join members
        on gaps.item_class = members.item_class
    group by gaps.site, gaps.period, members.standard, members.category
),

stated as (
    select
        years.site,
        years.period,
        members.standard,
        members.category,
        max(case when statements.statement_status = 'excluded' then 1 else 0 end) = 1 as is_excluded,
        {{ joined('statements.reason', '; ') }} as reason,
        {{ joined('statements.reason_zh', '；') }} as reason_zh
    from years
    inner join statements
        on years.site = statements.site
        and years.period = statements.period
    inner join members
        on statements.stated_category = members.stated_as
    group by years.site, years.period, members.standard, members.category
)

select
    categories.standard,
    categories.category,
    categories.parent,
    categories.sort_order,
    categories.name,
    categories.name_zh,
    categories.clause,
    variants.gwp_set,
    variants.electricity_method,
    case
        when summed.item_count > 0 and coalesce(missing.gap_count, 0) = 0 then 'computed'
        when summed.item_count > 0 then 'partly'
        when missing.gap_count > 0 then 'gap'
        when stated.is_excluded then 'excluded'
        when stated.reason is not null then 'not_applicable'
        else 'no_source'
    end as status,
    -- Zero only where the organisation states that there is none, or its master data do.
    case
        when summed.item_count > 0 then summed.emissions_tco2e
        when missing.gap_count > 0 or stated.is_excluded then null
        else cast(0 as decimal(38, 12))
    end as emissions_tco2e,
    {{ line_id(
        "'organisation_category'", "categories.standard || '/' || categories.category",
        object='variants.electricity_method', series='variants.gwp_set', site='years.site', period='years.period'
    ) }} as line_id,
    coalesce(summed.item_count, 0) as item_count,
    coalesce(summed.has_electricity, false) as has_electricity,
    coalesce(missing.gap_count, 0) as gap_count,
    -- A sum needs no reason for a part of it that does not apply.
    coalesce(
        missing.message,
        case when summed.item_count is null or categories.parent <> 'total' then stated.reason end,
        case when summed.item_count is null then 'master data of the plant name no such source' end
    ) as reason,
    coalesce(
        missing.message_zh,
        case when summed.item_count is null or categories.parent <> 'total' then stated.reason_zh end,
        case when summed.item_count is null then '廠區主檔未列此類排放源' end
    ) as reason_zh,
    years.site,
    years.period
from years
cross join categories
cross join variants
left join summed
    on years.site = summed.site
    and years.period = summed.period
    and categories.standard = summed.standard
    and categories.category = summed.category
    and variants.gwp_set = summed.gwp_set
    and variants.electricity_method = summed.electricity_method
left join missing
    on years.site = missing.site
    and years.period = missing.period
    and categories.standard = missing.standard
    and categories.category = missing.category
left join stated
    on years.site = stated.site
    and years.period = stated.period
    and categories.standard = stated.standard
    and categories.category = stated.category
