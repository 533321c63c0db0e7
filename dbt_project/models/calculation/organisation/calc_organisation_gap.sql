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

-- What papers or a statement can speak of; power has its bills, and a gap of its own below.
classes as (
    select * from mapping
    where stated_as is not null
),

stated as (
    select
        years.site,
        years.period,
        classes.item_class,
        statements.stated_category,
        statements.stated_subject,
        statements.statement_state
    from years
    inner join statements
        on years.site = statements.site
        and years.period = statements.period
    inner join classes
        on statements.stated_category = classes.stated_as
),

present as (
    select site, period, item_class
    from items
    union
    select site, period, item_class
    from activities
    union
    select site, period, category as item_class
    from inventory_sources
    union
    select site, period, 'purchased_goods' as item_class
    from receipts
    union
    select site, period, item_class
    from stated
    union
    -- Master data of a plant name all its source streams: a fuel or process that they do not name is none.
    select processes.site, processes.period, classes.item_class
    from processes
    cross join classes
    where classes.item_class in ('stationary', 'process')
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
        classes.stated_as as subject,
        'no evidence of ' || classes.name || ', and no statement: land its papers, or a scope3_statement with category '
        || classes.stated_as || ' that says what it is, why it does not apply, or why it is left out' as message,
        '「' || classes.name_zh || '」無佐證資料，亦無聲明：請匯入其文件，或以盤查類別聲明表類別 ' || classes.stated_as
        || ' 載明排放量、不適用或排除之理由' as message_zh
    from years
    cross join classes
    left join present
        on years.site = present.site
        and years.period = present.period
        and classes.item_class = present.item_class
    where present.site is null

    union all

    select
        site,
        period,
        item_class,
        statement_state as gap,
        stated_category || '/' || stated_subject as subject,
        case statement_state
            when 'author_is_approver' then 'the statement on ' || stated_subject || ' has its author as approver'
            else 'the statement on ' || stated_subject || ' declares emissions without a number'
        end as message,
        case statement_state
            when 'author_is_approver' then '「' || stated_subject || '」之聲明填寫人與核准人為同一人'
            else '「' || stated_subject || '」之聲明未填排放量'
        end as message_zh
    from stated
    where statement_state in ('author_is_approver', 'no_emissions')

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
        classes.item_class,
        'no_inventory' as gap,
        'direct emissions' as subject,
        'no inventory of direct emissions by gas: the product makes one for sites in Taiwan' as message,
        '無各氣體直接排放盤查：僅臺灣廠區提供' as message_zh
    from processes
    inner join years
        on processes.site = years.site
        and processes.period = years.period
    inner join classes
        on classes.item_class in ('stationary', 'process')
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
