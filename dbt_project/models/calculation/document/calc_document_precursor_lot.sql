{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

shares as (
    select * from {{ ref('calc_document_precursor_share') }}
    where {{ in_scope_site() }}
),

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
    where is_usable
),

all_choices as (
    select * from {{ ref('calc_precursor_value_choice') }}
    where {{ in_scope_site() }}
),

-- Of materials that are told apart by mill, months are chosen for, no years.
told_materials as (
    select distinct site, material
    from all_choices
    where installation <> ''
),

choices as (
    select all_choices.*
    from all_choices
    left join told_materials
        on all_choices.site = told_materials.site
        and all_choices.material = told_materials.material
    where told_materials.material is null
        or length(all_choices.period) > 4
),

-- What each mill's receipts are of the stock that a month's use is taken from (IR (EU) 2025/2547 Art. 14(2)).
mixes as (
    select
        shares.site,
        shares.period,
        shares.material,
        shares.installation,
        sum(cast(shares.closing_share as decimal(38, 12))) as mix_share
    from shares
    inner join told_materials
        on shares.site = told_materials.site
        and shares.material = told_materials.material
    group by shares.site, shares.period, shares.material, shares.installation
    having sum(shares.closing_share) > 0
),

mixed_months as (
    select distinct site, period, material
    from mixes
),

consumption as (
    select
        site,
        period,
        subject as material,
        sum(value_exact) as quantity
    from {{ ref('calc_document_fact') }}
    where {{ in_scope_site() }}
        and fact_type = 'precursor'
        and quantity_name = 'consumption'
    group by site, period, subject
),

months as (
    select * from {{ ref('calendar_month') }}
),

-- The choice for a period: its own, or that of the last month of a year that has one.
period_choices as (
    select
        periods.site,
        periods.period as scope_period,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        choices.series,
        choices.material,
        choices.installation,
        choices.period,
        choices.see_direct_tco2e_per_t,
        choices.see_direct_id,
        choices.electricity_mwh_per_t,
        choices.electricity_mwh_per_t_id,
        choices.electricity_factor_tco2_per_mwh,
        choices.electricity_factor_id,
        choices.see_indirect_tco2e_per_t,
        choices.see_indirect_id,
        choices.value_basis,
        choices.value_match,
        choices.reason,
        choices.source_class,
        choices.evidence_id,
        choices.record_number,
        row_number() over (
            partition by periods.site, periods.period, choices.series, choices.material, choices.installation
            order by
                case when choices.period = periods.period then 0 else 1 end,
                choices.period desc
        ) as choice_rank
    from periods
    inner join choices
        on periods.site = choices.site
        and (
            choices.period = periods.period
            or (periods.period_type = 'year' and substring(choices.period, 1, 4) = periods.period)
        )
),

-- Management series: what lay in stock at the beginning and what came in since, by supplier value.
opening_lots as (
    select
        periods.site,
        periods.period as scope_period,
        shares.material,
        shares.installation,
        shares.lot,
        cast(shares.opening_quantity * shares.opening_share as decimal(38, 12)) as quantity
    from periods
    inner join months
        on months.period_start = periods.period_start
    inner join shares
        on periods.site = shares.site
        and months.period = shares.period
),

receipt_lots as (
    select
        periods.site,
        periods.period as scope_period,
        shares.material,
        shares.installation,
        shares.lot,
        cast(shares.receipt_quantity * shares.month_lot_share as decimal(38, 12)) as quantity
    from periods
    inner join months
        on months.period_start >= periods.period_start
        and months.period_start < periods.period_end
    inner join shares
        on periods.site = shares.site
        and months.period = shares.period
),

stock_lots as (
    select
        site,
        scope_period,
        material,
        installation,
        lot,
        cast(sum(quantity) as double) as quantity
    from (
        select * from opening_lots
        union all
        select * from receipt_lots
    ) as lots
    group by site, scope_period, material, installation, lot
    having sum(quantity) > 0
),

stocked_materials as (
    select distinct site, scope_period, material
    from stock_lots
),

management as (
    select
        'management' as series,
        period_choices.material,
        stock_lots.lot,
        round(stock_lots.quantity, 9) as lot_quantity_t,
        case when declarations.evidence_id is null then period_choices.see_direct_tco2e_per_t
            else declarations.see_direct_tco2e_per_t end as see_direct_tco2e_per_t,
        case
            when declarations.evidence_id is null then period_choices.see_direct_id
            else 'factor:' || declarations.factor_code || '/see_direct@' || stock_lots.lot
        end as see_direct_id,
        case when declarations.evidence_id is null then period_choices.electricity_mwh_per_t
            else declarations.electricity_mwh_per_t end as electricity_mwh_per_t,
        case
            when declarations.evidence_id is null then period_choices.electricity_mwh_per_t_id
            when declarations.electricity_mwh_per_t is not null
                then 'factor:' || declarations.factor_code || '/electricity_intensity@' || stock_lots.lot
        end as electricity_mwh_per_t_id,
        case when declarations.evidence_id is null then period_choices.electricity_factor_tco2_per_mwh
            else declarations.electricity_factor_tco2_per_mwh end as electricity_factor_tco2_per_mwh,
        case
            when declarations.evidence_id is null then period_choices.electricity_factor_id
            when declarations.electricity_factor_tco2_per_mwh is not null
                then 'factor:' || declarations.factor_code || '/electricity_factor@' || stock_lots.lot
        end as electricity_factor_id,
        case when declarations.evidence_id is null then period_choices.see_indirect_tco2e_per_t end
            as see_indirect_tco2e_per_t,
        case when declarations.evidence_id is null then period_choices.see_indirect_id end as see_indirect_id,
        case when declarations.evidence_id is null then period_choices.value_basis
            else declarations.see_direct_source end as value_basis,
        case when declarations.evidence_id is null then period_choices.value_match else 'exact' end as value_match,
        period_choices.reason as value_note,
        period_choices.source_class,
        coalesce(declarations.evidence_id, period_choices.evidence_id) as evidence_id,
        case when declarations.evidence_id is null then period_choices.record_number
            else declarations.record_number end as record_number,
        period_choices.site,
        period_choices.scope_period as period
    from period_choices
    left join stock_lots
        on period_choices.site = stock_lots.site
        and period_choices.scope_period = stock_lots.scope_period
        and period_choices.material = stock_lots.material
        and period_choices.installation = stock_lots.installation
    left join stocked_materials
        on period_choices.site = stocked_materials.site
        and period_choices.scope_period = stocked_materials.scope_period
        and period_choices.material = stocked_materials.material
    left join declarations
        on stock_lots.site = declarations.site
        and stock_lots.material = declarations.material
        and stock_lots.lot = declarations.evidence_id || '.' || cast(declarations.record_number as varchar)
    where period_choices.series = 'management'
        and period_choices.choice_rank = 1
        and (
            stock_lots.lot is not null
            or (stocked_materials.material is null and period_choices.installation = '')
        )
),

-- Regime series: the value of the period in which the precursor is used (IR (EU) 2025/2547 Art. 13); a year whose
-- months differ weighs them by what was used in each, and a month of several mills by what its stock held of each.
regime as (
    select
        choices.series,
        choices.material,
        choices.period || case when choices.installation <> '' then ':' || choices.installation else '' end as lot,
        cast(consumption.quantity as double) * coalesce(cast(mixes.mix_share as double), 1) as lot_quantity_t,
        choices.see_direct_tco2e_per_t,
        choices.see_direct_id,
        choices.electricity_mwh_per_t,
        choices.electricity_mwh_per_t_id,
        choices.electricity_factor_tco2_per_mwh,
        choices.electricity_factor_id,
        choices.see_indirect_tco2e_per_t,
        choices.see_indirect_id,
        choices.value_basis,
        choices.value_match,
        choices.reason as value_note,
        choices.source_class,
        choices.evidence_id,
        choices.record_number,
        period_choices.site,
        period_choices.scope_period as period
    from period_choices
    inner join choices
        on period_choices.site = choices.site
        and period_choices.series = choices.series
        and period_choices.material = choices.material
        and (
            (period_choices.period = period_choices.scope_period and choices.period = period_choices.period)
            or (
                period_choices.period <> period_choices.scope_period
                and substring(choices.period, 1, 4) = period_choices.scope_period
            )
        )
    left join consumption
        on choices.site = consumption.site
        and choices.period = consumption.period
        and choices.material = consumption.material
    left join mixes
        on choices.site = mixes.site
        and choices.period = mixes.period
        and choices.material = mixes.material
        and choices.installation = mixes.installation
    left join mixed_months
        on choices.site = mixed_months.site
        and choices.period = mixed_months.period
        and choices.material = mixed_months.material
    where period_choices.series = 'regime'
        and period_choices.installation = ''
        and period_choices.choice_rank = 1
        and (mixes.mix_share is not null or (mixed_months.material is null and choices.installation = ''))
),

lots as (
    select * from management
    union all
    select * from regime
)

-- A declaration that states a content states its values a tonne of clinker or nitrogen: a tonne of the good embeds those
-- times its content (IR (EU) 2025/2547 Article 4; Annex III B, equations 64 to 66).
select
    lots.series,
    lots.material,
    lots.lot,
    lots.lot_quantity_t,
    {%- for value, id in [
        ('see_direct_tco2e_per_t', 'see_direct_id'), ('electricity_mwh_per_t', 'electricity_mwh_per_t_id'),
        ('see_indirect_tco2e_per_t', 'see_indirect_id')
    ] %}
    lots.{{ value }} * coalesce(declarations.stated_content, 1) as {{ value }},
    case
        when declarations.stated_content is null then lots.{{ id }}
        when lots.{{ id }} is not null
            then {{ precursor_content_id(id, 'lots') }}
    end as {{ id }},
    lots.{{ value }} as declared_{{ value }},
    lots.{{ id }} as declared_{{ id }},
    {%- endfor %}
    lots.electricity_factor_tco2_per_mwh,
    lots.electricity_factor_id,
    declarations.stated_content,
    case
        when declarations.stated_content is not null
            then 'factor:' || declarations.factor_code || '/functional_content@' || declarations.evidence_id || '.'
                || cast(declarations.record_number as varchar)
    end as stated_content_id,
    lots.value_basis,
    lots.value_match,
    lots.value_note,
    lots.source_class,
    lots.evidence_id,
    lots.record_number,
    lots.site,
    lots.period
from lots
left join declarations
    on lots.site = declarations.site
    and lots.material = declarations.material
    and lots.evidence_id = declarations.evidence_id
    and lots.record_number = declarations.record_number
