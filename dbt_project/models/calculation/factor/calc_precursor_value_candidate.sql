{{ scoped() }}

-- Every value of embedded emissions that was looked at for a purchased precursor, month of receipt and series. A material
-- that purchase items tell apart by mill is chosen for once a mill, and once for what is not told apart (blank).
{%- set subject_key = ['site', 'period', 'series', 'material', 'installation'] %}

with
months as (
    select * from {{ ref('calc_factor_month') }}
    where {{ in_scope() }}
),

precursors as (
    select * from {{ ref('stg_master__material') }}
    where role = 'precursor'
),

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
),

purchase_items as (
    select * from {{ ref('stg_master__purchase_item') }}
),

epd_values as (
    select * from {{ ref('calc_epd_intensity') }}
),

pcf_values as (
    select * from {{ ref('calc_pcf_intensity') }}
),

footprint_links as (
    select * from {{ ref('stg_supplier__footprint_link') }}
),

origin_countries as (
    select * from {{ ref('cbam_origin_country') }}
),

cn_codes as (
    select * from {{ ref('cbam_cn_code') }}
),

rules as (
    select * from {{ ref('factor_choice_rule') }}
    where subject_type = 'precursor'
),

refusals as (
    select * from {{ ref('factor_refusal') }}
),

-- Where the master data do not say where a precursor was made, its declarations may, if they agree.
declared_origins as (
    select
        site,
        material,
        min(country_code) as country_code,
        min(cn_code) as cn_code
    from declarations
    where is_usable
    group by site, material
    having count(distinct country_code) = 1
        and count(distinct cn_code) = 1
),

mills as (
    select
        site,
        material,
        '' as installation
    from precursors
    union
    select
        site,
        material,
        installation
    from purchase_items
    where installation is not null
),

subjects as (
    select
        months.site,
        months.period,
        months.period_start,
        months.period_end,
        months.series,
        months.regime,
        precursors.material,
        mills.installation,
        coalesce(precursors.cn_code, declared_origins.cn_code) as cn_code,
        upper(coalesce(precursors.country_code, declared_origins.country_code)) as country_code
    from months
    inner join precursors
        on months.site = precursors.site
    inner join mills
        on precursors.site = mills.site
        and precursors.material = mills.material
    left join declared_origins
        on precursors.site = declared_origins.site
        and precursors.material = declared_origins.material
),

several_mills as (
    select
        subjects.site,
        subjects.period,
        subjects.series,
        subjects.material
    from subjects
    inner join declarations
        on subjects.site = declarations.site
        and subjects.material = declarations.material
    where subjects.installation = ''
        and declarations.is_usable
        and declarations.valid_from <= subjects.period_start
        and coalesce(declarations.valid_to, date '9999-12-31') >= subjects.period_end
    group by subjects.site, subjects.period, subjects.series, subjects.material
    having count(distinct lower(declarations.installation)) > 1
),

declared as (
    select
        subjects.*,
        declarations.factor_code,
        case
            when declarations.is_verified
                and declarations.verified_from <= subjects.period_start
                and declarations.verified_to >= subjects.period_end
                then 'verified_declaration'
            else 'declaration'
        end as source_class,
        declarations.valid_from,
        coalesce(declarations.valid_to, date '9999-12-31') as valid_to,
        declarations.see_direct_source as value_basis,
        declarations.see_direct_tco2e_per_t,
        'factor:' || declarations.factor_code || '/see_direct@' || declarations.evidence_id || '.'
            || cast(declarations.record_number as varchar) as see_direct_id,
        declarations.electricity_mwh_per_t,
        case
            when declarations.electricity_mwh_per_t is not null
                then 'factor:' || declarations.factor_code || '/electricity_intensity@' || declarations.evidence_id
                    || '.' || cast(declarations.record_number as varchar)
        end as electricity_mwh_per_t_id,
        declarations.electricity_factor_tco2_per_mwh,
        case
            when declarations.electricity_factor_tco2_per_mwh is not null
                then 'factor:' || declarations.factor_code || '/electricity_factor@' || declarations.evidence_id
                    || '.' || cast(declarations.record_number as varchar)
        end as electricity_factor_id,
        declarations.see_indirect_tco2e_per_t,
        case
            when declarations.see_indirect_tco2e_per_t is not null
                then 'factor:' || declarations.factor_code || '/see_indirect@' || declarations.evidence_id
                    || '.' || cast(declarations.record_number as varchar)
        end as see_indirect_id,
        case
            when declarations.refusal_code is not null then declarations.refusal_code
            when substring(declarations.cn_code, 1, 8) <> substring(subjects.cn_code, 1, 8) then 'other_goods'
            when subjects.installation <> ''
                and lower(subjects.installation) <> lower(coalesce(declarations.installation, ''))
                then 'other_installation'
            -- The mills' weighted average takes what was bought of each (IR (EU) 2025/2547 Art. 14(2)).
            when several_mills.material is not null and subjects.regime = 'cbam_definitive' then 'mills_not_told_apart'
        end as refusal_code,
        declarations.is_verified,
        declarations.accreditation_fault,
        declarations.arrival_order,
        declarations.evidence_id,
        declarations.record_number,
        nullif(concat_ws(
            '; ',
            case
                when declarations.stated_content is not null
                    then 'values a tonne of clinker or nitrogen, of which a tonne bought holds '
                        || declarations.published_functional_content || ' · 數值以每公噸熟料或氮計，每公噸購入貨品含 '
                        || declarations.published_functional_content
            end,
            case
                when several_mills.material is not null and subjects.regime <> 'cbam_definitive'
                    then 'several mills have declared, and what was bought is not told apart: fill in installation on '
                        || 'sheet purchase_items · 有數個設施之聲明而購入批次未區分：請於 purchase_items 填寫 installation'
            end
        ), '') as value_note
    from subjects
    inner join declarations
        on subjects.site = declarations.site
        and subjects.material = declarations.material
    left join several_mills
        on subjects.installation = ''
        and subjects.site = several_mills.site
        and subjects.period = several_mills.period
        and subjects.series = several_mills.series
        and subjects.material = several_mills.material
),

-- EPDs and product footprints are looked at and refused, so that whoever sent one learns why it does not count
-- (IR (EU) 2025/2547, Annex II, A.1(4)-(5) and E(3)). A kilogram per kilogram is a tonne per tonne.
life_cycle_values as (
    select
        footprint_links.material,
        'EPD ' || coalesce(epd_values.registration_number, epd_values.dataset_uuid) as factor_code,
        'epd' as source_class,
        epd_values.valid_from,
        epd_values.valid_to,
        epd_values.gwp_total_kgco2e_per_kg as value,
        epd_values.null_reason_text,
        epd_values.arrival_order,
        epd_values.evidence_id,
        epd_values.record_number,
        epd_values.site
    from footprint_links
    inner join epd_values
        on footprint_links.site = epd_values.site
        and (
            footprint_links.footprint_key = epd_values.dataset_uuid
            or footprint_links.footprint_key = lower(epd_values.registration_number)
        )
    where epd_values.is_newest
    union all
    select
        footprint_links.material,
        'PCF ' || pcf_values.pcf_id,
        'pcf',
        pcf_values.valid_from,
        pcf_values.valid_to,
        pcf_values.pcf_excluding_biogenic_kgco2e_per_kg,
        pcf_values.null_reason_text,
        pcf_values.arrival_order,
        pcf_values.evidence_id,
        pcf_values.record_number,
        pcf_values.site
    from footprint_links
    inner join pcf_values
        on footprint_links.site = pcf_values.site
        and (
            footprint_links.footprint_key = pcf_values.pcf_id
            or ' ' || pcf_values.product_ids || ' ' like '% ' || footprint_links.footprint_key || ' %'
        )
    where not pcf_values.is_superseded
),

-- A document that two links lead to is one candidate.
life_cycle as (
    select distinct
        subjects.*,
        life_cycle_values.factor_code,
        life_cycle_values.source_class,
        coalesce(life_cycle_values.valid_from, date '1900-01-01') as valid_from,
        coalesce(life_cycle_values.valid_to, date '9999-12-31') as valid_to,
        life_cycle_values.source_class as value_basis,
        life_cycle_values.value as see_direct_tco2e_per_t,
        'footprint:' || life_cycle_values.evidence_id || '.' || cast(life_cycle_values.record_number as varchar)
            as see_direct_id,
        cast(null as double) as electricity_mwh_per_t,
        cast(null as varchar) as electricity_mwh_per_t_id,
        cast(null as double) as electricity_factor_tco2_per_mwh,
        cast(null as varchar) as electricity_factor_id,
        cast(null as double) as see_indirect_tco2e_per_t,
        cast(null as varchar) as see_indirect_id,
        'life_cycle_value' as refusal_code,
        false as is_verified,
        cast(null as varchar) as accreditation_fault,
        life_cycle_values.arrival_order,
        life_cycle_values.evidence_id,
        life_cycle_values.record_number,
        case
            when life_cycle_values.valid_to <= subjects.period_start
                then 'it had expired by the month' || coalesce('; ' || life_cycle_values.null_reason_text, '')
            else life_cycle_values.null_reason_text
        end as value_note
    from subjects
    inner join life_cycle_values
        on subjects.site = life_cycle_values.site
        and subjects.material = life_cycle_values.material
),

zero_rated as (
    select
        subjects.*,
        'CBAM-ORIGIN-' || subjects.country_code as factor_code,
        'zero_rated_origin' as source_class,
        origin_countries.valid_from,
        date '9999-12-31' as valid_to,
        'measured' as value_basis,
        cast(0 as double) as see_direct_tco2e_per_t,
        'factor:CBAM-ORIGIN-' || subjects.country_code || '@' || origin_countries.version as see_direct_id,
        cast(null as double) as electricity_mwh_per_t,
        cast(null as varchar) as electricity_mwh_per_t_id,
        cast(null as double) as electricity_factor_tco2_per_mwh,
        cast(null as varchar) as electricity_factor_id,
        cast(0 as double) as see_indirect_tco2e_per_t,
        'factor:CBAM-ORIGIN-' || subjects.country_code || '@' || origin_countries.version as see_indirect_id,
        cast(null as varchar) as refusal_code,
        false as is_verified,
        cast(null as varchar) as accreditation_fault,
        cast(0 as bigint) as arrival_order,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number,
        cast(null as varchar) as value_note
    from subjects
    inner join origin_countries
        on subjects.country_code = origin_countries.country_code
    where origin_countries.is_zero_rated
),

{{ default_value_ctes() }},

defaulted as (
    select
        site,
        period,
        period_start,
        period_end,
        series,
        regime,
        material,
        installation,
        cn_code,
        country_code,
        factor_code || '/' || mark_up_year as factor_code,
        'cbam_default' as source_class,
        -- In the management series the first published table also stands for earlier months, and says so.
        case when regime = 'management' then date '1900-01-01' else valid_from end as valid_from,
        date '9999-12-31' as valid_to,
        'default' as value_basis,
        {{ default_see_direct() }} as see_direct_tco2e_per_t,
        {{ default_see_direct_id() }} as see_direct_id,
        cast(null as double) as electricity_mwh_per_t,
        cast(null as varchar) as electricity_mwh_per_t_id,
        cast(null as double) as electricity_factor_tco2_per_mwh,
        cast(null as varchar) as electricity_factor_id,
        {{ default_see_indirect() }} as see_indirect_tco2e_per_t,
        {{ default_see_indirect_id() }} as see_indirect_id,
        cast(null as varchar) as refusal_code,
        false as is_verified,
        cast(null as varchar) as accreditation_fault,
        cast(0 as bigint) as arrival_order,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number,
        {{ default_value_note() }} as value_note
    from lines_with_year
),

closed_periods as (
    {{ closed_periods('subjects') }}
),

candidates as (
    select * from declared
    union all
    select * from life_cycle
    union all
    select * from zero_rated
    union all
    select * from defaulted
),

-- A verified declaration is also a declaration: where only the weaker class is admitted it is taken as such.
ruled as (
    select
        candidates.*,
        closed_periods.closed_on,
        {{ is_closed_choice('candidates.see_direct_id') }} as is_kept,
        rules.rule_code,
        rules.rank as rule_rank,
        rules.allowed_factor_match,
        rules.clause,
        case
            when candidates.valid_from <= candidates.period_start and candidates.valid_to >= candidates.period_end
                then 'whole'
            when candidates.valid_to <= candidates.period_start then 'before'
            when candidates.valid_from >= candidates.period_end then 'after'
            else 'part'
        end as validity_in_period
    from candidates
    left join rules
        on candidates.regime = rules.regime
        and candidates.source_class = rules.source_class
        and rules.valid_from <= candidates.period_start
        and coalesce(rules.valid_to, date '9999-12-31') >= candidates.period_end
    left join closed_periods
        on candidates.site = closed_periods.site
        and candidates.period = closed_periods.period
),

-- In a closed period only what was chosen when it was closed may hold.
fitted as (
    select
        *,
        {{ is_closed_out(subject_key, 'refusal_code is null and rule_code is not null') }} as is_closed_out
    from ruled
),

-- A declaration of the year before may stand in until the own one is out: the newest of the last twelve months.
dated as (
    select
        *,
        case
            when refusal_code is not null then refusal_code
            when rule_code is null and source_class = 'declaration' and accreditation_fault is not null
                then accreditation_fault
            when rule_code is null and source_class = 'declaration' and is_verified then 'verification_outside_period'
            when rule_code is null and source_class = 'declaration' then 'not_verified'
            when rule_code is null then 'not_admitted'
            when validity_in_period = 'whole' and is_closed_out then 'closed_result'
            when validity_in_period = 'whole' then null
            when validity_in_period = 'after' then 'not_yet_valid'
            when validity_in_period = 'part' then 'part_of_period'
            when allowed_factor_match not like '%previous_period%' then 'expired'
            when valid_to <= period_start - interval 1 year then 'expired'
            when is_closed_out then 'closed_result'
            when valid_from < max(
                case
                    when refusal_code is null and validity_in_period = 'before' and is_closed_out is not true
                        then valid_from
                end
            ) over (partition by {{ subject_key | join(', ') }})
                then 'newer_published'
        end as lost_code,
        case
            when source_class = 'cbam_default' then 'default'
            when validity_in_period = 'whole' then 'exact'
            else 'previous_period'
        end as value_match
    from fitted
),

-- Of the year before comes after every declaration of the own period (two ranks), before zero-rated origins and defaults.
{{ decided_ctes('dated', subject_key, [
    "rule_rank + case when value_match = 'previous_period' then 2 else 0 end",
    'valid_from desc', 'arrival_order desc', 'see_direct_id'
]) }}

select
    decided.series,
    decided.regime,
    decided.material,
    decided.installation,
    decided.cn_code,
    decided.country_code,
    decided.candidate_rank,
    decided.is_winner,
    decided.factor_code,
    decided.source_class,
    decided.rule_code,
    decided.clause,
    decided.see_direct_tco2e_per_t,
    decided.see_direct_id,
    decided.electricity_mwh_per_t,
    decided.electricity_mwh_per_t_id,
    decided.electricity_factor_tco2_per_mwh,
    decided.electricity_factor_id,
    decided.see_indirect_tco2e_per_t,
    decided.see_indirect_id,
    decided.value_basis,
    case when decided.loss is null then decided.value_match end as value_match,
    decided.loss as lost_code,
    decided.factor_code || ' (' || decided.source_class || '): '
        || case
            when decided.loss = 'closed_result' then refusals.message || {{ closed_note() }}
            when decided.loss is not null then refusals.message
            when decided.value_match = 'exact' then 'valid in the month, first of the admitted sources'
            when decided.value_match = 'previous_period' then 'of the period before, its own is not out yet'
            else 'no admitted declaration'
        end
        || coalesce('; ' || decided.value_note, '') as reason,
    decided.factor_code || '（' || decided.source_class || '）：'
        || case
            when decided.loss = 'closed_result' then refusals.message_zh || {{ closed_note('zh') }}
            when decided.loss is not null then refusals.message_zh
            when decided.value_match = 'exact' then '該月有效，為可採用來源之首選'
            when decided.value_match = 'previous_period' then '前一期之聲明，本期尚未提供'
            else '無可採用之聲明，採預設值'
        end
        || coalesce('；' || decided.value_note, '') as reason_zh,
    decided.evidence_id,
    decided.record_number,
    decided.site,
    decided.period
from decided
left join refusals
    on decided.loss = refusals.refusal_code
