{{ scoped() }}

-- What gates judge: each balance is a macro of its own (macros/balance).
with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

meter_totals as (
    select * from {{ ref('calc_document_meter_total') }}
    where {{ in_scope() }}
),

registers as (
    select * from {{ ref('calc_document_meter_register') }}
    where {{ in_scope_site() }}
),

meter_months as (
    select * from {{ ref('calc_document_meter_month') }}
    where {{ in_scope_site() }}
),

gaps as (
    select * from {{ ref('calc_document_meter_gap') }}
    where {{ in_scope_site() }}
),

meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
),

meters as (
    select * from {{ ref('stg_master__meter') }}
),

expected_documents as (
    select * from {{ ref('stg_master__expected_document') }}
),

materials as (
    select * from {{ ref('stg_master__material') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
    where {{ in_scope_site() }}
),

parts as (
    select * from {{ ref('calc_document_calendar_part') }}
    where {{ in_scope_site() }}
),

fuel_bills as (
    select * from {{ ref('stg_fuel__bill') }}
),

ledger as (
    select * from {{ ref('calc_document_ledger') }}
    where {{ in_scope_site() }}
),

measurements as (
    select * from {{ ref('calc_document_measurement') }}
    where {{ in_scope_site() }}
        and quantity_name in ('cell_days', 'hours')
),

stock as (
    select * from {{ ref('calc_document_stock') }}
    where {{ in_scope_site() }}
),

certificates as (
    select * from {{ ref('stg_factor__lab_certificate') }}
),

factor_documents as (
    select * from {{ ref('stg_factor__factor_document') }}
),

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
),

bill_meters as (
    select * from {{ ref('calc_document_bill_meter') }}
    where {{ in_scope() }}
),

facts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
),

goods_with_additions as (
    select distinct site, process
    from {{ ref('calc_document_product') }}
    where {{ in_scope() }}
        and (content_name is not null or is_outside_cbam)
),

streams as (
    select * from {{ ref('calc_document_source_stream_input') }}
    where {{ in_scope() }}
),

electricity_factors as (
    select * from {{ ref('calc_document_electricity_factor') }}
    where {{ in_scope() }}
),

precursor_inputs as (
    select * from {{ ref('calc_document_precursor_input') }}
    where {{ in_scope() }}
),

findings as (
    select * from {{ ref('calc_document_finding') }}
    where {{ in_scope() }}
),

decisions as (
    select * from {{ ref('stg_register__decision') }}
    where decision = 'waive'
),

months as (
    select * from {{ ref('calendar_month') }}
),

billing_summaries as (
    select * from {{ ref('stg_meter__usage_summary') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('period_end_utc', margin_hours=9) }}
),

channels as (
    select * from {{ ref('stg_meter__channel') }}
    where {{ in_scope_site() }}
),

units as (
    select * from {{ ref('calc_document_unit') }}
),

-- A billing period may begin a year before it ends.
readings as (
    select * from {{ ref('stg_meter__reading') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('interval_start_local', margin_hours=24 * 400) }}
),

-- Months of each period: itself, or the twelve of a year.
period_months as (
    select
        periods.site,
        periods.period,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        months.period as month,
        months.period_start as month_start,
        months.period_end as month_end
    from periods
    inner join months
        on months.period_start >= periods.period_start
        and months.period_start < periods.period_end
),

{{ meter_completeness_ctes() }},

{{ document_coverage_ctes() }},

{{ electricity_balance_ctes() }},

{{ usage_summary_ctes() }},

{{ mass_balance_ctes() }},

{{ factor_quality_ctes() }},

{{ cems_corroboration_ctes() }},

{{ inherent_co2_ctes() }},

finding_rows as (
    select
        site,
        period,
        balance,
        subject,
        cast(0 as decimal(38, 12)) as expected_quantity,
        cast(1 as decimal(38, 12)) as found_quantity,
        'findings' as unit,
        cast(0 as double) as tolerance_share,
        severity,
        message,
        message_zh,
        evidence_note
    from findings
),

balances as (
    select * from meter_completeness
    union all
    select * from bill_coverage
    union all
    select * from document_expected
    union all
    select * from main_and_sub_meters
    union all
    select * from main_and_bill
    union all
    select * from main_and_year_bill
    union all
    select * from usage_summary_balance
    union all
    select * from precursor_stock
    union all
    select * from precursor_mass
    union all
    select * from stream_stock
    union all
    select * from factor_choice
    union all
    select * from cems_corroboration
    union all
    select * from inherent_co2
    union all
    select * from finding_rows
),

waived as (
    select
        site,
        subject,
        min(reason) as reason,
        min(approver) as approver
    from decisions
    group by site, subject
)

-- A waiver is a decision of two people on one balance row: it then warns and says who let it pass.
select
    balances.balance,
    balances.subject,
    balances.expected_quantity,
    balances.found_quantity,
    balances.found_quantity - balances.expected_quantity as difference_quantity,
    balances.unit,
    balances.tolerance_share,
    {{ deviation_share('balances.found_quantity', 'balances.expected_quantity') }} as deviation_share,
    case when waived.subject is not null then 'warn' else balances.severity end as severity,
    case
        when waived.subject is not null
            then 'Waived by ' || coalesce(waived.approver, '') || ' (' || coalesce(waived.reason, '') || '): '
        else ''
    end || balances.message as message,
    case
        when waived.subject is not null
            then '經 ' || coalesce(waived.approver, '') || ' 核可豁免（' || coalesce(waived.reason, '') || '）：'
        else ''
    end || balances.message_zh as message_zh,
    balances.evidence_note,
    balances.site,
    balances.period
from balances
left join waived
    on balances.site = waived.site
    and waived.subject
        = 'balance:' || balances.site || ':' || balances.period || ':' || balances.balance || ':' || balances.subject
