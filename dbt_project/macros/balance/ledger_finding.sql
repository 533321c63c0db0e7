{#-
  Findings of ledgers and stock counts that say the same thing twice.
-#}
{% macro ledger_finding_ctes() -%}
repeated_batches as (
    select
        site,
        period,
        'document_conflict' as balance,
        'production_ledger:' || {{ joined('evidence_id', '/') }} as subject,
        'error' as severity,
        'The ledgers ' || {{ joined('evidence_id', ' and ') }} || ' hold the same batches (the first is '
        || min(batch) || '), which would count twice: withdraw one of them.' as message,
        '生產日報 ' || {{ joined('evidence_id', '、') }} || ' 含相同批次（首筆 ' || min(batch)
        || '），將重複計算：請撤回其一。' as message_zh,
        {{ joined('evidence_id') }} as evidence_note
    from (
        select
            period_ledger.site,
            period_ledger.period,
            period_ledger.evidence_id,
            period_ledger.batch,
            min(period_ledger.evidence_id) over (
                partition by period_ledger.site, period_ledger.period, period_ledger.production_date,
                    period_ledger.batch, period_ledger.process, period_ledger.product, period_ledger.material
            ) as first_evidence_id,
            max(period_ledger.evidence_id) over (
                partition by period_ledger.site, period_ledger.period, period_ledger.production_date,
                    period_ledger.batch, period_ledger.process, period_ledger.product, period_ledger.material
            ) as last_evidence_id
        from period_ledger
        where period_ledger.batch is not null
    ) as batches
    where first_evidence_id <> last_evidence_id
    group by site, period, first_evidence_id, last_evidence_id
),

repeated_counts as (
    select
        periods.site,
        periods.period,
        'document_conflict' as balance,
        'stock_count:' || stock.material || ':' || cast(stock.count_date as varchar) as subject,
        'error' as severity,
        'Stock of ' || stock.material || ' on ' || cast(stock.count_date as varchar) || ' at '
        || coalesce(stock.location, 'the same place') || ' is counted in two documents: withdraw one of them.'
            as message,
        stock.material || ' 於 ' || cast(stock.count_date as varchar) || '（' || coalesce(stock.location, '同一地點')
        || '）有兩份盤點文件：請撤回其一。' as message_zh,
        {{ joined('stock.evidence_id') }} as evidence_note
    from stock
    inner join periods
        on stock.site = periods.site
        and stock.stock_date >= periods.period_start
        and stock.stock_date <= periods.period_end
    group by periods.site, periods.period, stock.material, stock.count_date, stock.location
    having count(distinct stock.evidence_id) > 1
)
{%- endmacro %}
