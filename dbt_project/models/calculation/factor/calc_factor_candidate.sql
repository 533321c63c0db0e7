{{ scoped() }}

-- Every factor that was looked at for a source stream, month, series and parameter, with its rank or why it lost.
-- Documents that hold for parts of a month and together for all of it become one more candidate: their mean.
{%- set subject_key = ['site', 'period', 'series', 'subject_type', 'subject', 'parameter'] %}
{%- set group_key = subject_key + ['rule_rank', 'unit'] %}
{%- set kept = [
    'period_start', 'period_end', 'factor_code', 'version', 'value', 'source_class', 'source', 'document', 'factor_use',
    'valid_from', 'valid_to', 'known_since', 'arrival_order', 'raw_table', 'evidence_id', 'record_number', 'rule_code',
    'clause', 'allowed_factor_match', 'admissibility', 'closed_on', 'misfit_code', 'validity_in_period', 'named_stream'
] %}

with
subjects as (
    select * from {{ ref('calc_factor_subject') }}
    where {{ in_scope() }}
),

-- Embedded emissions of precursors are chosen apart; the engine then leaves the default values of 120 tables unread.
register as (
    select * from {{ ref('calc_factor_register') }}
    where parameter not in ('see_direct', 'see_indirect')
),

rules as (
    select * from {{ ref('factor_choice_rule') }}
),

refusals as (
    select * from {{ ref('factor_refusal') }}
),

ledger as (
    select * from {{ ref('calc_document_ledger') }}
    where {{ in_scope_site() }}
        and {{ in_scope_days('production_date') }}
),

receipts as (
    select * from {{ ref('calc_document_calendar_part') }}
    where {{ in_scope_site() }}
        and part_source = 'purchase'
        and canonical_unit is not null
),

-- Biomass counts zero only on proof of the sustainability and greenhouse gas criteria (IR (EU) 2025/2547 Annex II,
-- B.3.3; Directive (EU) 2018/2001): a decision that names the certificate and covers the month.
proven_biomass as (
    select distinct
        subjects.site,
        subjects.period,
        subjects.material
    from subjects
    inner join {{ ref('stg_register__decision') }} as decisions
        on subjects.site = decisions.site
        and subjects.material = decisions.subject
        and decisions.decision = 'zero_rate'
        and {{ landed_date(json_text('decisions.detail', 'valid_from')) }} <= subjects.period_start
        and {{ landed_date(json_text('decisions.detail', 'valid_to')) }} >= subjects.period_end
),

closed_periods as (
    {{ closed_periods('subjects') }}
),

documented as (
    select
        subjects.*,
        register.factor_id,
        register.factor_code,
        register.version,
        register.value,
        register.unit,
        register.source_class,
        register.source,
        register.document,
        register.factor_use,
        register.valid_from,
        register.valid_to,
        register.known_since,
        register.status,
        register.refusal_code,
        register.arrival_order,
        register.raw_table,
        register.evidence_id,
        register.record_number,
        register.source_stream as named_stream
    from subjects
    inner join register
        on subjects.site = register.site
        and subjects.material = register.material
        and subjects.parameter = register.parameter
    where register.raw_table in ('lab_certificate', 'factor_document')
),

-- National heating values know grades that emission factors do not. Only CO2 counts for the goods in question; the
-- grid factors are published as CO2e.
published as (
    select
        subjects.*,
        register.factor_id,
        register.factor_code,
        register.version,
        register.value,
        register.unit,
        register.source_class,
        register.source,
        register.document,
        register.factor_use,
        register.valid_from,
        register.valid_to,
        register.known_since,
        register.status,
        register.refusal_code,
        register.arrival_order,
        register.raw_table,
        register.evidence_id,
        register.record_number,
        register.source_stream as named_stream
    from subjects
    inner join register
        on subjects.parameter = register.parameter
        and (
            register.material_class = 'any'
            or register.material_class = case
                when subjects.parameter = 'electricity_factor' then 'electricity'
                when subjects.parameter like 'reference_efficiency%' then subjects.efficiency_class
                when subjects.parameter = 'ncv' and register.source_class = 'type_2' then subjects.heating_value_class
                else subjects.material_class
            end
        )
        and (register.country_code is null or register.country_code = subjects.country_code)
        and (subjects.construction is null or register.factor_use = subjects.construction)
    where register.origin = 'seed'
        and register.status in ('active', 'context')
        and register.gas in ('CO2', 'CO2e', 'CF4', 'none')
        and register.factor_use <> 'mobile'
),

{{ derived_ctes() }},

candidates as (
    select * from documented
    union all
    select * from published
    union all
    select
        {{ derived_columns() }}
    from derived_values
),

-- From 2026 the electricity of goods whose indirect emissions are not charged is shown with the management factor.
ruled as (
    select
        candidates.*,
        rules.rule_code,
        rules.clause,
        rules.allowed_factor_match,
        rules.rank + case when rules.regime = candidates.regime then 0 else 100 end as rule_rank,
        case when rules.regime = candidates.regime then 'admissible' else 'informational' end as admissibility,
        row_number() over (
            partition by
                candidates.site,
                candidates.period,
                candidates.series,
                candidates.subject_type,
                candidates.subject,
                candidates.parameter,
                candidates.factor_id
            order by rules.rank + case when rules.regime = candidates.regime then 0 else 100 end
        ) as rule_order
    from candidates
    left join rules
        on (
            rules.regime = candidates.regime
            or (
                rules.regime = 'management'
                and candidates.regime = 'cbam_definitive'
                and candidates.subject_type = 'electricity'
                and not candidates.has_indirect_goods
            )
        )
        and rules.subject_type = candidates.subject_type
        and rules.parameter = case
            when candidates.parameter like 'heat_efficiency_%' then 'heat_efficiency_at_load'
            else candidates.parameter
        end
        and rules.source_class = candidates.source_class
        and rules.valid_from <= candidates.period_start
        and coalesce(rules.valid_to, date '9999-12-31') >= candidates.period_end
),

fitted_alone as (
    select
        ruled.*,
        closed_periods.closed_on,
        {{ is_closed_choice('ruled.factor_id') }} as is_kept,
        case
            when refusal_code is not null then refusal_code
            when {{ is_not_yet_known() }} then 'not_yet_known'
            when named_stream <> subject then 'other_source_stream'
            when rule_code is null and subject_type = 'electricity' and regime = 'cbam_definitive'
                and source_class in ('site_declared', 'supplier')
                then 'no_proof_of_delivery'
            when rule_code is null and subject_type = 'electricity' and regime = 'cbam_definitive'
                and source_class = 'type_2'
                then 'not_submitted'
            when rule_code is null then 'not_admitted'
            when parameter = 'biomass_fraction' and value > 0 and proven_biomass.material is null
                then 'no_sustainability_proof'
            when status = 'context' then 'context_only'
            when parameter = 'ncv' and unit <> 'GJ/' || activity_unit then 'unit_does_not_fit'
            when parameter = 'carbon_content' and unit <> 'tC/' || activity_unit then 'unit_does_not_fit'
            when parameter = 'emission_factor' and method in ('heat_import', 'heat_export') and unit <> 'tCO2/TJ'
                then 'unit_does_not_fit'
            when parameter = 'emission_factor' and unit <> 'tCO2/' || activity_unit
                and not (method in ('combustion', 'heat_import', 'heat_export') and unit = 'tCO2/TJ')
                then 'unit_does_not_fit'
            when activity_unit is null and parameter in ('ncv', 'carbon_content') then 'unit_does_not_fit'
        end as own_misfit_code,
        case
            when valid_from <= period_start and coalesce(valid_to, date '9999-12-31') >= period_end then 'whole'
            when valid_to <= period_start then 'before'
            when valid_from >= period_end then 'after'
            else 'part'
        end as validity_in_period
    from ruled
    left join proven_biomass
        on ruled.site = proven_biomass.site
        and ruled.period = proven_biomass.period
        and ruled.material = proven_biomass.material
    left join closed_periods
        on ruled.site = closed_periods.site
        and ruled.period = closed_periods.period
    where ruled.rule_order = 1
),

-- In a closed period only what was chosen when it was closed may hold.
fitted as (
    select
        *,
        case
            when own_misfit_code is null
                and (
                    validity_in_period in ('whole', 'part')
                    or (validity_in_period = 'before' and allowed_factor_match like '%latest_published%')
                )
                and {{ is_closed_out(subject_key, 'own_misfit_code is null') }}
                then 'closed_result'
            else own_misfit_code
        end as misfit_code
    from fitted_alone
),

{{ month_mean_ctes(subject_key, group_key, kept) }},

-- A published yearly factor may stand in until the own year is out: only the newest one may.
dated as (
    select
        *,
        case
            when misfit_code is not null then misfit_code
            when validity_in_period = 'mean' then null
            when part_weight is not null then 'part_of_mean'
            when validity_in_period = 'whole' then null
            when validity_in_period = 'after' then 'not_yet_valid'
            when validity_in_period = 'part' then 'part_of_period'
            when allowed_factor_match not like '%latest_published%' then 'expired'
            when valid_from < max(case when misfit_code is null and validity_in_period = 'before' then valid_from end) over (
                partition by {{ subject_key | join(', ') }}, source_class
            ) then 'newer_published'
        end as lost_code,
        case when validity_in_period in ('whole', 'mean') then 'exact' else 'latest_published' end as factor_match
    from with_means
),

{{ decided_ctes('dated', subject_key, [
    'rule_rank',
    'case when named_stream is null then 1 else 0 end',
    "case when factor_match = 'exact' then 0 else 1 end",
    "case when factor_id like 'line:%:derived_%' then 1 else 0 end",
    "case when unit = 'tCO2/TJ' or factor_use = 'industrial' then 0 else 1 end",
    'valid_from desc', 'known_since desc', 'arrival_order desc', 'factor_id'
]) }},

told as (
    select
        *,
        case
            when loss = 'ranked_lower'
                and raw_table = 'lab_certificate'
                and named_stream is null
                and max(case when is_winner then named_stream end) over (
                    partition by {{ subject_key | join(', ') }}
                ) is not null
                then 'stream_has_its_own'
            else loss
        end as told_loss
    from decided
)

select
    decided.series,
    decided.subject_type,
    decided.subject,
    decided.parameter,
    decided.candidate_rank,
    decided.is_winner,
    decided.factor_id,
    decided.factor_code,
    decided.version as factor_version,
    decided.value,
    decided.unit,
    decided.document || ' (' || decided.source || ')' as factor_source,
    decided.source_class,
    case when decided.told_loss is null then decided.factor_match end as factor_match,
    decided.admissibility,
    decided.rule_code,
    decided.clause,
    decided.told_loss as lost_code,
    decided.factor_code || ' (' || decided.source_class || '): '
        || case
            when decided.told_loss is not null
                then refusals.message || coalesce('; nothing holds on ' || decided.uncovered_days, '')
                || case when decided.told_loss = 'closed_result' then {{ closed_note(known_since='decided.known_since') }} else '' end
            when decided.validity_in_period = 'mean'
                then 'mean of the documents that hold for parts of the month, weighted by ' || decided.weight_basis
            when decided.named_stream is not null then 'valid in the month, and of this source stream itself'
            when decided.factor_match = 'exact' then 'valid in the month, first of the admitted sources'
            else 'the newest published; the factor of the month is not out yet'
        end
        || coalesce(
            '; computed from the ' || replace({{ derived_from('derived_values.derived_formula_name') }}, '_', ' ')
            || ' that the document states (equation '
            || {{ derivation_equation('derived_values.derived_formula_name') }} || ')', ''
        )
        || case
            when decided.told_loss is null and decided.admissibility = 'informational'
                then '; not charged for the goods made here, shown for information'
            else ''
        end as reason,
    decided.factor_code || '（' || decided.source_class || '）：'
        || case
            when decided.told_loss is not null
                then refusals.message_zh || coalesce('；無有效文件之日：' || decided.uncovered_days, '')
                || case when decided.told_loss = 'closed_result' then {{ closed_note('zh', 'decided.known_since') }} else '' end
            when decided.validity_in_period = 'mean'
                then '該月各段有效文件之加權平均，權數：'
                    || case decided.weight_basis
                        when 'activity' then '活動數據'
                        when 'energy' then '活動數據之熱量'
                        else '日數'
                    end
            when decided.named_stream is not null then '該月有效，且為本排放源專屬之檢測'
            when decided.factor_match = 'exact' then '該月有效，為可採用來源之首選'
            else '最近一次公告值；該月之係數尚未公告'
        end
        || coalesce(
            '；由文件所載之'
            || case {{ derived_from('derived_values.derived_formula_name') }}
                when 'carbon_content' then '含碳量' else '排放係數'
            end
            || '計算（公式 ' || {{ derivation_equation('derived_values.derived_formula_name') }} || '）', ''
        )
        || case
            when decided.told_loss is null and decided.admissibility = 'informational'
                then '；本廠產品之電力間接排放不計費，僅供參考'
            else ''
        end as reason_zh,
    decided.part_days,
    decided.part_weight,
    decided.weight_unit,
    decided.weight_basis,
    decided.uncovered_days,
    decided.raw_table,
    decided.evidence_id,
    decided.record_number,
    derived_values.derived_formula_name,
    derived_values.base_factor_id,
    derived_values.base_value,
    derived_values.base_unit,
    derived_values.ncv,
    derived_values.ncv_id,
    derived_values.ncv_unit,
    derived_values.ash_content,
    derived_values.ash_content_id,
    derived_values.ash_carbon_content,
    derived_values.ash_carbon_content_id,
    derived_values.carbon_to_co2,
    derived_values.carbon_to_co2_id,
    decided.site,
    decided.period
from told as decided
left join refusals
    on decided.told_loss = refusals.refusal_code
left join derived_values
    on decided.factor_id = derived_values.factor_id
