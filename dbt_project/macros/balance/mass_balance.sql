{#-
  Balances of mass of calc_document_balance: what came in is what was used, scrapped or is in stock. The tolerances are
  shares within which two accounts of the same thing agree.
-#}
{% macro mass_balance_ctes() -%}
{%- set stock_tolerance = 0.005 %}
{%- set yield_tolerance = 0.02 %}
-- Precursors: opening stock + receipts - closing stock is what the ledger says went into processes.
precursor_accounts as (
    select
        site,
        period,
        subject as material,
        sum(case when quantity_name = 'opening_stock' then value_exact end) as opening_t,
        sum(case when quantity_name = 'receipts' then value_exact end) as receipts_t,
        sum(case when quantity_name = 'closing_stock' then value_exact end) as closing_t,
        sum(case when quantity_name = 'consumption' then value_exact end) as consumed_t
    from facts
    where fact_type = 'precursor'
    group by site, period, subject
),

precursor_stock as (
    select
        precursor_accounts.site,
        precursor_accounts.period,
        'precursor_stock' as balance,
        precursor_accounts.material as subject,
        case
            when opening_t is not null and closing_t is not null
                then opening_t + coalesce(receipts_t, 0) - closing_t
        end as expected_quantity,
        coalesce(consumed_t, 0) as found_quantity,
        't' as unit,
        cast({{ stock_tolerance }} as double) as tolerance_share,
        'error' as severity,
        'Of ' || precursor_accounts.material || ' in ' || precursor_accounts.period || ': opening stock '
        || coalesce({{ shown('opening_t') }}, 'not counted') || ' t + receipts '
        || {{ shown('coalesce(receipts_t, 0)') }} || ' t - closing stock '
        || coalesce({{ shown('closing_t') }}, 'not counted') || ' t; the ledger consumed '
        || {{ shown('coalesce(consumed_t, 0)') }}
        || ' t. Beyond the tolerance look for a missing invoice, count or batch.' as message,
        precursor_accounts.material || ' 於 ' || precursor_accounts.period || '：期初庫存 '
        || coalesce({{ shown('opening_t') }}, '未盤點') || ' t＋進貨 ' || {{ shown('coalesce(receipts_t, 0)') }}
        || ' t－期末庫存 ' || coalesce({{ shown('closing_t') }}, '未盤點') || ' t；生產日報耗用 '
        || {{ shown('coalesce(consumed_t, 0)') }} || ' t。超出容許差時請查漏發票、盤點或批次。' as message_zh,
        cast(null as varchar) as evidence_note
    from precursor_accounts
),

-- Processes: what went in is what came out, good or scrap.
process_flows as (
    select
        site,
        period,
        process,
        sum(consumed_t) as consumed_t,
        sum(good_t) as good_t,
        sum(scrap_t) as scrap_t
    from (
        select site, period, object as process, value_exact as consumed_t,
            cast(0 as decimal(38, 12)) as good_t, cast(0 as decimal(38, 12)) as scrap_t
        from facts
        where fact_type in ('precursor', 'own_precursor') and quantity_name = 'consumption' and unit = 't'
        union all
        select site, period, subject as process, cast(0 as decimal(38, 12)) as consumed_t,
            case when quantity_name = 'good_quantity' then value_exact else cast(0 as decimal(38, 12)) end as good_t,
            case when quantity_name = 'scrap_quantity' then value_exact else cast(0 as decimal(38, 12)) end as scrap_t
        from facts
        where fact_type = 'production' and unit = 't'
    ) as flows
    group by site, period, process
),

precursor_users as (
    select distinct
        ledger.site,
        ledger.process
    from ledger
    inner join materials
        on ledger.site = materials.site
        and ledger.material = materials.material
        and materials.role = 'precursor'
    -- Goods that count by their content take in gypsum, water or air besides, those outside CBAM parts of any kind: they
    -- weigh more than their precursors.
    left join goods_with_additions
        on ledger.site = goods_with_additions.site
        and ledger.process = goods_with_additions.process
    where goods_with_additions.process is null
),

precursor_mass as (
    select
        process_flows.site,
        process_flows.period,
        'precursor_mass' as balance,
        process_flows.process as subject,
        process_flows.consumed_t as expected_quantity,
        process_flows.good_t + process_flows.scrap_t as found_quantity,
        't' as unit,
        cast({{ yield_tolerance }} as double) as tolerance_share,
        'error' as severity,
        'Process ' || process_flows.process || ' took ' || {{ shown('process_flows.consumed_t') }} || ' t in '
        || process_flows.period || ' and gave ' || {{ shown('process_flows.good_t') }} || ' t good and '
        || {{ shown('process_flows.scrap_t') }} || ' t scrap.' as message,
        '製程 ' || process_flows.process || ' 於 ' || process_flows.period || ' 投入 '
        || {{ shown('process_flows.consumed_t') }} || ' t，產出良品 ' || {{ shown('process_flows.good_t') }}
        || ' t、廢料 ' || {{ shown('process_flows.scrap_t') }} || ' t。' as message_zh,
        cast(null as varchar) as evidence_note
    from process_flows
    inner join precursor_users
        on process_flows.site = precursor_users.site
        and process_flows.process = precursor_users.process
),

-- Stock that a source stream's consumption rests on must have been counted at both ends.
stream_stock as (
    select
        facts.site,
        facts.period,
        'stream_stock' as balance,
        facts.subject,
        cast(2 as decimal(38, 12)) as expected_quantity,
        cast(stock_ends.found_count as decimal(38, 12)) as found_quantity,
        'counts' as unit,
        cast(0 as double) as tolerance_share,
        'error' as severity,
        'The consumption of ' || facts.subject || ' in ' || facts.period || ' is opening stock + receipts - closing '
        || 'stock; ' || cast(stock_ends.found_count as varchar) || ' of the two counts are dated at its ends.' as message,
        facts.subject || ' 於 ' || facts.period || ' 之用量為期初庫存＋進貨－期末庫存；兩次盤點中有 '
        || cast(stock_ends.found_count as varchar) || ' 次落在期初與期末。' as message_zh,
        cast(null as varchar) as evidence_note
    from facts
    inner join streams
        on facts.site = streams.site
        and facts.period = streams.period
        and facts.subject = streams.source_stream
    inner join (
        select
            periods.site,
            periods.period,
            materials.material,
            count(distinct case
                when stock.stock_date in (periods.period_start, periods.period_end) then stock.stock_date
            end) as found_count
        from periods
        inner join materials
            on periods.site = materials.site
        left join stock
            on materials.site = stock.site
            and materials.material = stock.material
        group by periods.site, periods.period, materials.material
    ) as stock_ends
        on facts.site = stock_ends.site
        and facts.period = stock_ends.period
        and streams.material = stock_ends.material
    where facts.fact_type = 'activity'
        and facts.method_id like 'purchases_and_stock%'
)
{%- endmacro %}
