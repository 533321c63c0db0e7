{#-
  Findings of bills: two cover the same days, or one came twice.
-#}
{% macro bill_finding_ctes() -%}
overlapping_bills as (
    select
        periods.site,
        periods.period,
        'bill_overlap' as balance,
        earlier.account || ':' || earlier.bill_number || '/' || later.bill_number as subject,
        'error' as severity,
        'Bills ' || earlier.bill_number || ' and ' || later.bill_number || ' of account ' || earlier.account
        || ' both cover ' || cast(greatest(earlier.period_start, later.period_start) as varchar) || ' to '
        || cast(least(earlier.period_end, later.period_end) - interval 1 day as date)
        || ': withdraw the one that is wrong, or land the correction.' as message,
        '電號 ' || earlier.account || ' 之帳單 ' || earlier.bill_number || ' 與 ' || later.bill_number || ' 計費期間重疊（'
        || cast(greatest(earlier.period_start, later.period_start) as varchar) || ' 起）：請撤回錯誤者，或匯入更正帳單。'
            as message_zh,
        earlier.evidence_id || ' ' || later.evidence_id as evidence_note
    from bills as earlier
    inner join bills as later
        on earlier.site = later.site
        and earlier.account = later.account
        and earlier.bill_state = 'counted'
        and later.bill_state = 'counted'
        and (
            earlier.period_start < later.period_start
            or (earlier.period_start = later.period_start and earlier.bill_number < later.bill_number)
        )
        and later.period_start < earlier.period_end
    inner join periods
        on earlier.site = periods.site
        and greatest(earlier.period_start, later.period_start) < periods.period_end
        and least(earlier.period_end, later.period_end) > periods.period_start
),

repeated_bills as (
    select
        periods.site,
        periods.period,
        case when max(case when bills.has_conflict then 1 else 0 end) = 1
            then 'document_conflict' else 'document_duplicate' end as balance,
        'taipower_bill:' || bills.account || ':' || cast(bills.bill_month as varchar) as subject,
        case when max(case when bills.has_conflict then 1 else 0 end) = 1 then 'error' else 'warn' end as severity,
        case
            when max(case when bills.has_conflict then 1 else 0 end) = 1
                then 'Bills of account ' || bills.account || ' for ' || cast(bills.bill_month as varchar)
                    || ' state different quantities (' || {{ shown('min(bills.quantity)') }} || ' and '
                    || {{ shown('max(bills.quantity)') }} || ' kWh): withdraw the wrong one. The first counts.'
            else 'The bill of account ' || bills.account || ' for ' || cast(bills.bill_month as varchar)
                || ' is landed ' || cast(count(*) as varchar) || ' times; it counts once.'
        end as message,
        case
            when max(case when bills.has_conflict then 1 else 0 end) = 1
                then '電號 ' || bills.account || ' 之 ' || cast(bills.bill_month as varchar) || ' 帳單用電量不一致（'
                    || {{ shown('min(bills.quantity)') }} || ' 與 ' || {{ shown('max(bills.quantity)') }}
                    || ' 度）：請撤回錯誤者。目前採計先到者。'
            else '電號 ' || bills.account || ' 之 ' || cast(bills.bill_month as varchar) || ' 帳單重複匯入 '
                || cast(count(*) as varchar) || ' 次，僅計一次。'
        end as message_zh,
        {{ joined('bills.evidence_id') }} as evidence_note
    from bills
    inner join periods
        on bills.site = periods.site
        and bills.period_start < periods.period_end
        and bills.period_end > periods.period_start
    where bills.bill_state in ('counted', 'duplicate')
    group by periods.site, periods.period, bills.account, bills.bill_month, bills.period_start
    having count(*) > 1
)
{%- endmacro %}
