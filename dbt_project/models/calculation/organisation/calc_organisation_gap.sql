{{ scoped() }}

-- What is missing has a name and never counts zero.
with
years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

processes as (
    select distinct site, period
    from {{ ref('calc_process') }}
    where {{ in_scope() }}
),

inventories as (
    select distinct site, period
    from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
        and is_plant
),

inventory_sources as (
    select * from {{ ref('calc_taiwan_activity') }}
    where {{ in_scope() }}
        and category in ('fugitive', 'steam')
),

activities as (
    select * from {{ ref('calc_organisation_activity') }}
    where {{ in_scope() }}
),

items as (
    select * from {{ ref('calc_organisation_item') }}
    where {{ in_scope() }}
),

consumption as (
    select * from {{ ref('calc_organisation_consumption') }}
    where {{ in_scope() }}
),

receipts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'precursor'
        and quantity_name = 'receipts'
),

statements as (
    select * from {{ ref('stg_organisation__statement') }}
    where statement_state <> 'superseded'
),

leases as (
    select * from {{ ref('stg_organisation__lease') }}
),

mapping as (
    select * from {{ ref('organisation_mapping') }}
),

categories as (
    select * from {{ ref('organisation_category') }}
    where standard = 'ghg_protocol'
        and parent = 'scope_3'
),

classes as (
    select
        ghg_category,
        min(item_class) as item_class
    from mapping
    group by ghg_category
),

present as (
    select items.site, items.period, mapping.ghg_category
    from items
    inner join mapping on items.item_class = mapping.item_class
    union
    select activities.site, activities.period, mapping.ghg_category
    from activities
    inner join mapping on activities.item_class = mapping.item_class
    union
    select receipts.site, receipts.period, '3.1' as ghg_category
    from receipts
    union
    select years.site, years.period, statements.ghg_category
    from years
    inner join statements
        on years.site = statements.site
        and years.period = statements.period
),

gaps as (
    select
        activities.site,
        activities.period,
        activities.item_class,
        'no_factor' as gap,
        activities.factor_subject || ' (' || activities.activity_unit || ')' as subject,
        'no factor for ' || activities.factor_subject || ' in tCO2e/' || activities.activity_unit
        || ': land a factor document (life_cycle_factor, material ' || activities.factor_subject || ')' as message,
        '無 ' || activities.factor_subject || ' 之係數（tCO2e/' || activities.activity_unit
        || '）：請匯入係數文件（life_cycle_factor）' as message_zh
    from activities
    left join items
        on activities.site = items.site
        and activities.period = items.period
        and activities.activity_id = items.activity_id
        and activities.item_class = items.item_class
    where items.site is null

    union all

    select
        site,
        period,
        item_class,
        'unreadable' as gap,
        factor_subject as subject,
        cast(unreadable_count as varchar) || ' of ' || cast(record_count as varchar) || ' records of ' || factor_subject
        || ' state no mass, spend or distance that can be used' as message,
        factor_subject || ' 之 ' || cast(record_count as varchar) || ' 筆紀錄中有 ' || cast(unreadable_count as varchar)
        || ' 筆缺少可用之重量、金額或距離' as message_zh
    from activities
    where unreadable_count > 0

    union all

    select
        receipts.site,
        receipts.period,
        'purchased_goods' as item_class,
        'no_factor' as gap,
        receipts.subject,
        'no footprint or value for precursor ' || receipts.subject as message,
        '前驅物 ' || receipts.subject || ' 無碳足跡或隱含排放值' as message_zh
    from receipts
    inner join years
        on receipts.site = years.site
        and receipts.period = years.period
    left join items
        on receipts.site = items.site
        and receipts.period = items.period
        and receipts.fact_id = items.activity_id
    where items.site is null

    union all

    select
        years.site,
        years.period,
        classes.item_class,
        'no_evidence' as gap,
        categories.category as subject,
        'no evidence of ' || categories.name || ', and no statement why it does not apply' as message,
        '類別「' || categories.name_zh || '」無佐證資料，亦無不適用之聲明' as message_zh
    from years
    cross join categories
    inner join classes
        on categories.category = classes.ghg_category
    left join present
        on years.site = present.site
        and years.period = present.period
        and categories.category = present.ghg_category
    where present.site is null

    union all

    select
        years.site,
        years.period,
        classes.item_class,
        statements.statement_state as gap,
        statements.ghg_category || '/' || statements.stated_subject as subject,
        case statements.statement_state
            when 'author_is_approver' then 'the statement on ' || statements.stated_subject || ' has its author as approver'
            else 'the statement on ' || statements.stated_subject || ' declares emissions without a number'
        end as message,
        case statements.statement_state
            when 'author_is_approver' then '「' || statements.stated_subject || '」之聲明填寫人與核准人為同一人'
            else '「' || statements.stated_subject || '」之聲明未填排放量'
        end as message_zh
    from years
    inner join statements
        on years.site = statements.site
        and years.period = statements.period
        and statements.statement_state in ('author_is_approver', 'no_emissions')
    inner join classes
        on statements.ghg_category = classes.ghg_category

    union all

    select
        years.site,
        years.period,
        'electricity' as item_class,
        'share_over_whole' as gap,
        leases.account as subject,
        'the share of account ' || leases.account || ' is more than the whole' as message,
        '電號 ' || leases.account || ' 之分攤值大於總量' as message_zh
    from years
    inner join leases
        on years.site = leases.site
        and leases.valid_from < years.period_end
        and leases.valid_to > years.period_start
    where leases.whole <= 0
        or leases.own_part > leases.whole

    union all

    -- What a document states, without factor or without a warming potential that sources agree on.
    select
        inventory_sources.site,
        inventory_sources.period,
        inventory_sources.category as item_class,
        'no_factor' as gap,
        inventory_sources.source as subject,
        'no factor or warming potential (' || sets.gwp_set || ') for ' || inventory_sources.source as message,
        inventory_sources.source || ' 無係數或暖化潛勢（' || sets.gwp_set || '）' as message_zh
    from inventory_sources
    cross join (select 'AR5' as gwp_set union all select 'AR6' as gwp_set) as sets
    left join items
        on inventory_sources.site = items.site
        and inventory_sources.period = items.period
        and inventory_sources.source = items.subject
        and inventory_sources.category = items.item_class
        and sets.gwp_set = items.gwp_set
    where items.site is null

    union all

    select
        processes.site,
        processes.period,
        'stationary' as item_class,
        'no_inventory' as gap,
        'direct emissions' as subject,
        'no inventory of direct emissions by gas: the product makes one for sites in Taiwan' as message,
        '無各氣體直接排放盤查：僅臺灣廠區提供' as message_zh
    from processes
    inner join years
        on processes.site = years.site
        and processes.period = years.period
    left join inventories
        on processes.site = inventories.site
        and processes.period = inventories.period
    where inventories.site is null

    union all

    select
        years.site,
        years.period,
        'electricity' as item_class,
        case when consumption.site is null then 'no_evidence' else 'no_factor' end as gap,
        'electricity' as subject,
        case when consumption.site is null then 'no electricity bill or meter' else 'no grid factor of the country' end
            as message,
        case when consumption.site is null then '無電費帳單或電表讀值' else '無該國電力排碳係數' end as message_zh
    from years
    left join consumption
        on years.site = consumption.site
        and years.period = consumption.period
        and consumption.control = 'tenant'
    where consumption.factor is null
)

select
    item_class,
    gap,
    subject,
    message,
    message_zh,
    site,
    period
from gaps
