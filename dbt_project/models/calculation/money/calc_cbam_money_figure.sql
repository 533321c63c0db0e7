{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
),

products as (
    select * from {{ ref('calc_cbam_product') }}
    where {{ in_scope() }}
),

costs as (
    select * from {{ ref('calc_cbam_cost') }}
    where {{ in_scope() }}
        and quarter > 0
),

importers as (
    select * from {{ ref('calc_cbam_importer') }}
    where {{ in_scope() }}
),

holdings as (
    select * from {{ ref('calc_cbam_holding') }}
    where {{ in_scope() }}
),

accounts as (
    select * from {{ ref('calc_cbam_account') }}
    where {{ in_scope() }}
),

paid as (
    select * from {{ ref('calc_cbam_paid') }}
    where {{ in_scope() }}
),

fees as (
    select * from {{ ref('calc_carbon_fee_product') }}
    where {{ in_scope() }}
),

figures as (
    {%- for quantity, column, line, option in [
        ('cbam_sefa', 'sefa', 'sefa_id', 'actual'),
        ('cbam_certificates_per_t', 'certificates_per_t', 'certificates_per_t_id', 'actual'),
        ('cbam_saving_per_t', 'saving_per_t', 'saving_id', 'actual'),
        ('cbam_default_see', 'see', 'see_id', 'default'),
        ('cbam_default_sefa', 'sefa', 'sefa_id', 'default'),
        ('cbam_default_certificates_per_t', 'certificates_per_t', 'certificates_per_t_id', 'default')
    ] %}
    select
        site,
        period,
        process,
        product,
        product_name,
        cn_code,
        {% if quantity == 'cbam_default_see' -%}
        'regime' as series,
        {%- else -%}
        case when is_cscf_assumed then 'scenario' else 'regime' end as series,
        {%- endif %}
        '{{ quantity }}' as quantity,
        {{ column }} as value,
        {{ line }} as line_id,
        'cbam_money' as regime,
        '{{ 'default' if option == 'default' else 'calculated' }}' as data_quality,
        {{ 'see_note' if quantity == 'cbam_default_see' else 'note' }} is not null as is_provisional,
        {% if quantity == 'cbam_default_see' -%}
        see_note as note
        {%- elif quantity == 'cbam_saving_per_t' -%}
        nullif(
            concat_ws(
                '; ',
                case cheaper_option
                    when 'actual' then 'actual values are cheaper · 實際值較有利'
                    when 'default' then 'the default value is cheaper · 預設值較有利'
                    when 'equal' then 'both cost the same · 兩者相同'
                end,
                reason, note
            ), ''
        ) as note
        {%- else -%}
        nullif(concat_ws('; ', reason, note), '') as note
        {%- endif %}
    from products
    where value_option = '{{ option }}'
        {%- if quantity == 'cbam_default_see' %}
        and see is not null
        {%- endif %}

    union all
    {% endfor %}
    select
        costs.site,
        costs.period,
        costs.process,
        costs.product,
        products.product_name,
        products.cn_code,
        case when costs.is_assumed then 'scenario' else 'regime' end as series,
        case costs.value_option when 'actual' then 'cbam_cost_per_t_q' else 'cbam_default_cost_per_t_q' end
        || cast(costs.quarter as varchar) as quantity,
        costs.cost_per_t as value,
        costs.cost_per_t_id as line_id,
        'cbam_money' as regime,
        case costs.value_option when 'actual' then 'calculated' else 'default' end as data_quality,
        costs.note is not null as is_provisional,
        costs.note
    from costs
    inner join products
        on costs.site = products.site
        and costs.period = products.period
        and costs.process = products.process
        and costs.product = products.product
        and costs.value_option = products.value_option
    {% for quantity, column, line in [
        ('cbam_import_mass', 'cast(import_mass as double)', 'import_mass_id'),
        ('cbam_importer_free_allocation', 'free_allocation', 'free_allocation_id'),
        ('cbam_certificates_due', 'certificates', 'certificates_id'),
        ('cbam_certificate_cost', 'cast(certificate_cost as double)', 'certificate_cost_id'),
        ('cbam_penalty_exposure', 'penalty_exposure', 'penalty_exposure_id')
    ] %}
    union all

    select
        site,
        period,
        cast(null as varchar) as process,
        importer_eori as product,
        importer as product_name,
        cast(null as varchar) as cn_code,
        {% if quantity == 'cbam_import_mass' -%}
        'regime' as series,
        {%- else -%}
        case when {{ 'is_assumed' if quantity == 'cbam_certificate_cost' else 'is_cscf_assumed' }} then 'scenario' else 'regime' end
            as series,
        {%- endif %}
        '{{ quantity }}' as quantity,
        {{ column }} as value,
        {{ line }} as line_id,
        'cbam_money' as regime,
        'calculated' as data_quality,
        is_assumed as is_provisional,
        case
            when is_exempt then 'does not exceed ' || {{ shown('threshold_t') }} || ' t: exempt, by the declarations that have landed; the '
                || 'importer''s other imports of the year count too · 依已匯入之報單未逾門檻，免繳憑證；該進口人全年其他進口亦應合計'
            {%- if quantity != 'cbam_import_mass' %}
            else note
            {%- endif %}
        end as note
    from importers
    {%- if quantity == 'cbam_import_mass' %}
    where threshold_parts > 0
    {%- elif quantity == 'cbam_importer_free_allocation' %}
    where allocation_parts > 0
    {%- endif %}
    {% endfor %}
    {%- for quantity, column in [
        ('cbam_holding_q', 'holding'), ('cbam_holding_prior_q', 'holding_prior'), ('cbam_certificates_missing_q', 'missing')
    ] %}
    union all

    select
        holdings.site,
        holdings.period,
        cast(null as varchar) as process,
        holdings.importer_eori as product,
        holdings.importer as product_name,
        cast(null as varchar) as cn_code,
        {% if column == 'holding_prior' -%}
        'regime' as series,
        {%- elif column == 'missing' -%}
        case when importers.is_cscf_assumed or not holdings.has_account then 'scenario' else 'regime' end as series,
        {%- else -%}
        case when importers.is_cscf_assumed then 'scenario' else 'regime' end as series,
        {%- endif %}
        '{{ quantity }}' || cast(holdings.quarter as varchar) as quantity,
        holdings.{{ column }} as value,
        holdings.{{ column }}_id as line_id,
        'cbam_money' as regime,
        {% if column == 'holding_prior' -%}
        'calculated' as data_quality,
        false as is_provisional,
        'the other way of Article 22(2), by the certificates surrendered for the year before · 另一方式：以前一年度繳回憑證數計算'
            as note
        {%- elif column == 'missing' -%}
        'calculated' as data_quality,
        importers.is_cscf_assumed or not holdings.has_account as is_provisional,
        concat_ws(
            '; ',
            'to hold on ' || cast(holdings.due_date as varchar) || ': ' || {{ shown('holdings.required') }} || ' · 期限及應持有數',
            case when not holdings.is_due then 'not due yet, as far as papers tell · 依文件所及，尚未到期' end,
            case when not holdings.has_account then 'no transaction of the registry is on record · 無登錄平台交易紀錄' end,
            case
                when importers.is_cscf_assumed
                    then 'assumes a cross-sectoral correction factor of 1 · 假設跨部門修正係數為 1'
            end
        ) as note
        {%- else -%}
        'default' as data_quality,
        importers.is_cscf_assumed as is_provisional,
        case
            when importers.is_cscf_assumed
                then 'assumes a cross-sectoral correction factor of 1 · 假設跨部門修正係數為 1'
        end as note
        {%- endif %}
    from holdings
    inner join importers
        on holdings.site = importers.site
        and holdings.period = importers.period
        and holdings.importer_eori = importers.importer_eori
    {%- if column != 'holding' %}
    where holdings.{{ column }} is not null
    {%- endif %}
    {% endfor %}
    {%- for quantity, column, condition in [
        ("'cbam_certificates_held_q' || cast(quarter as varchar)", 'held', '1 = 1'),
        ("'cbam_certificates_spent'", 'spent', 'quarter = 4 and spent is not null')
    ] %}
    union all

    select
        site,
        period,
        cast(null as varchar) as process,
        importer_eori as product,
        cast(null as varchar) as product_name,
        cast(null as varchar) as cn_code,
        'regime' as series,
        {{ quantity }} as quantity,
        {{ column }} as value,
        {{ column }}_id as line_id,
        'cbam_money' as regime,
        'calculated' as data_quality,
        held < 0 as is_provisional,
        note
    from accounts
    where {{ condition }}
    {% endfor %}
    {%- for column in ['cost_paid', 'cost_open', 'cost_with_paid'] %}
    union all

    select
        site,
        period,
        cast(null as varchar) as process,
        importer_eori as product,
        importer as product_name,
        cast(null as varchar) as cn_code,
        case when {{ 'is_cscf_assumed' if column == 'cost_paid' else 'is_cscf_assumed or is_assumed' }} then 'scenario' else 'regime' end
            as series,
        'cbam_{{ column }}' as quantity,
        {{ column }} as value,
        {{ column }}_id as line_id,
        'cbam_money' as regime,
        'calculated' as data_quality,
        {{ 'is_cscf_assumed' if column == 'cost_paid' else 'is_assumed' }} as is_provisional,
        note
    from paid
    where {{ column }} is not null
    {% endfor %}
    union all

    select
        site,
        period,
        process,
        product,
        product_name,
        cn_code,
        series,
        'carbon_fee_per_t' as quantity,
        fee_per_t as value,
        fee_per_t_id as line_id,
        'taiwan_carbon_fee' as regime,
        'calculated' as data_quality,
        event = 'filed' as is_provisional,
        'fee of the plant by attributed emissions · 全廠碳費依歸屬排放量分攤' as note
    from fees
)

select
    periods.period_start,
    cast(periods.period_end as date) as period_end,
    figures.process,
    figures.product,
    figures.product_name,
    figures.cn_code,
    figures.series,
    figures.quantity,
    figures.value,
    figures.regime,
    figures.data_quality,
    figures.is_provisional,
    figures.note,
    figures.line_id,
    figures.site,
    figures.period
from figures
inner join periods
    on figures.site = periods.site
    and figures.period = periods.period
