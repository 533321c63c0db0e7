{{ scoped() }}

-- Every factor that was looked at for an activity of the year, with its rank or why it lost: the supplier's product
-- footprint before an EPD, either before a factor document; for power the grid average of the country.
{%- set subject_key = ['site', 'period', 'parameter', 'subject', 'activity_unit'] %}
with
years as (
    select
        periods.*,
        sites.country_code,
        case when plants.site is null then 'overall' else 'industrial' end as grid_use
    from {{ ref('calc_period') }} as periods
    left join {{ ref('stg_master__site') }} as sites
        on periods.site = sites.site
    left join (select distinct site from {{ ref('stg_master__process') }}) as plants
        on periods.site = plants.site
    where {{ in_scope('periods.site', 'periods.period') }}
        and periods.period_type = 'year'
        and periods.input_source = 'document'
),

register as (
    select * from {{ ref('calc_factor_register') }}
),

links as (
    select * from {{ ref('stg_supplier__footprint_link') }}
),

footprints as (
    select * from {{ ref('calc_pcf_intensity') }}
),

declarations as (
    select * from {{ ref('calc_epd_intensity') }}
),

rules as (
    select * from {{ ref('factor_choice_rule') }}
    where subject_type = 'organisation'
),

refusals as (
    select * from {{ ref('factor_refusal') }}
),

closed_periods as (
    {{ closed_periods('years') }}
),

candidates as (
    select
        years.site,
        years.period,
        years.period_start,
        years.period_end,
        'life_cycle_factor' as parameter,
        links.material as subject,
        't' as activity_unit,
        'pcf' as source_class,
        'PCF ' || footprints.pcf_id as factor_code,
        'footprint:' || footprints.evidence_id || '.' || cast(footprints.record_number as varchar) as factor_id,
        footprints.pcf_excluding_biogenic_kgco2e_per_kg as factor,
        footprints.pcf_excluding_biogenic_kgco2e as footprint_kgco2e,
        footprints.declared_mass_kg,
        coalesce(footprints.company_name, '') || ', ' || footprints.standard || ' ' || footprints.pcf_id
            as factor_source,
        0 as use_rank,
        case
            when footprints.is_superseded then 'newer_published'
            when footprints.null_reason is not null then 'no_usable_value'
        end as refusal_code,
        footprints.null_reason_text as value_note,
        footprints.null_reason_text_zh as value_note_zh,
        footprints.valid_from,
        footprints.valid_to,
        footprints.created_date as known_since,
        footprints.arrival_order,
        'pcf' as raw_table,
        footprints.evidence_id,
        footprints.record_number
    from years
    inner join links
        on years.site = links.site
    inner join footprints
        on links.site = footprints.site
        and (
            links.footprint_key = footprints.pcf_id
            or ' ' || footprints.product_ids || ' ' like '% ' || links.footprint_key || ' %'
        )

    union all

    select
        years.site,
        years.period,
        years.period_start,
        years.period_end,
        'life_cycle_factor' as parameter,
        links.material as subject,
        't' as activity_unit,
        'epd' as source_class,
        'EPD ' || coalesce(declarations.registration_number, declarations.dataset_uuid) as factor_code,
        'footprint:' || declarations.evidence_id || '.' || cast(declarations.record_number as varchar) as factor_id,
        declarations.gwp_total_kgco2e_per_kg as factor,
        declarations.gwp_total_kgco2e as footprint_kgco2e,
        declarations.declared_mass_kg,
        coalesce(declarations.owner, '') || ', EPD '
        || coalesce(declarations.registration_number, declarations.dataset_uuid) as factor_source,
        0 as use_rank,
        case
            when not declarations.is_newest then 'newer_published'
            when declarations.null_reason is not null then 'no_usable_value'
        end as refusal_code,
        declarations.null_reason_text as value_note,
        declarations.null_reason_text_zh as value_note_zh,
        coalesce(declarations.valid_from, date '1900-01-01') as valid_from,
        declarations.valid_to,
        declarations.valid_from as known_since,
        declarations.arrival_order,
        'epd' as raw_table,
        declarations.evidence_id,
        declarations.record_number
    from years
    inner join links
        on years.site = links.site
    inner join declarations
        on links.site = declarations.site
        and (
            links.footprint_key = declarations.dataset_uuid
            or links.footprint_key = lower(declarations.registration_number)
        )

    union all

    -- A number that somebody took from a footprint or an EPD is a value of the supplier, not the document itself.
    select
        years.site,
        years.period,
        years.period_start,
        years.period_end,
        register.parameter,
        case register.parameter when 'electricity_factor' then 'purchased_electricity' else register.material end
            as subject,
        case register.parameter
            when 'electricity_factor' then 'MWh'
            else replace(coalesce(register.unit, register.published_unit), 'tCO2e/', '')
        end as activity_unit,
        case when register.source_class in ('epd', 'pcf', 'lca') then 'supplier' else register.source_class end
            as source_class,
        register.factor_code,
        register.factor_id,
        register.value as factor,
        cast(null as double) as footprint_kgco2e,
        cast(null as double) as declared_mass_kg,
        register.source as factor_source,
        case register.parameter when 'electricity_factor' then 2 else 0 end as use_rank,
        register.refusal_code,
        cast(null as varchar) as value_note,
        cast(null as varchar) as value_note_zh,
        register.valid_from,
        register.valid_to,
        register.known_since,
        register.arrival_order,
        register.raw_table,
        register.evidence_id,
        register.record_number
    from years
    inner join register
        on years.site = register.site
        and register.raw_table = 'factor_document'
        and register.parameter in ('life_cycle_factor', 'electricity_factor')

    union all

    -- The industrial grid factor for a plant from the first year of the split, the overall one for an office.
    select
        years.site,
        years.period,
        years.period_start,
        years.period_end,
        'electricity_factor' as parameter,
        'purchased_electricity' as subject,
        'MWh' as activity_unit,
        register.source_class,
        register.factor_code,
        register.factor_id,
        register.value as factor,
        cast(null as double) as footprint_kgco2e,
        cast(null as double) as declared_mass_kg,
        'grid factor of ' || cast(extract(year from register.valid_from) as varchar) as factor_source,
        case when register.factor_use = years.grid_use then 0 else 1 end as use_rank,
        cast(null as varchar) as refusal_code,
        cast(null as varchar) as value_note,
        cast(null as varchar) as value_note_zh,
        register.valid_from,
        register.valid_to,
        register.known_since,
        cast(0 as bigint) as arrival_order,
        cast(null as varchar) as raw_table,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number
    from years
    inner join register
        on years.country_code = register.country_code
        and register.origin = 'seed'
        and register.parameter = 'electricity_factor'
        and register.status = 'active'
        and register.source_class = 'type_2'
        and register.factor_use in ('industrial', 'overall')
),

ruled as (
    select
        candidates.*,
        rules.rule_code,
        rules.clause,
        rules.rank as rule_rank,
        rules.allowed_factor_match,
        closed_periods.closed_on,
        {{ is_closed_choice('candidates.factor_id') }} as is_kept,
        case
            when candidates.refusal_code is not null then candidates.refusal_code
            when {{ is_not_yet_known('candidates.known_since') }} then 'not_yet_known'
            when rules.rule_code is null then 'not_admitted'
            when candidates.valid_from >= candidates.period_end then 'not_yet_valid'
            when coalesce(candidates.valid_to, date '9999-12-31') <= candidates.period_start
                and rules.allowed_factor_match not like '%latest_published%'
                then 'expired'
        end as own_lost_code,
        case
            when coalesce(candidates.valid_to, date '9999-12-31') > candidates.period_start then 'exact'
            else 'latest_published'
        end as factor_match,
        candidates.valid_from <= candidates.period_start
        and coalesce(candidates.valid_to, date '9999-12-31') >= candidates.period_end as holds_all_year
    from candidates
    left join rules
        on candidates.parameter = rules.parameter
        and candidates.source_class = rules.source_class
        and rules.valid_from < candidates.period_end
        and coalesce(rules.valid_to, date '9999-12-31') > candidates.period_start
    left join closed_periods
        on candidates.site = closed_periods.site
        and candidates.period = closed_periods.period
),

-- In a closed year only what was chosen when it was closed may hold.
fitted as (
    select
        *,
        case
            when own_lost_code is null and {{ is_closed_out(subject_key, 'own_lost_code is null') }} then 'closed_result'
            else own_lost_code
        end as fitted_lost_code
    from ruled
),

-- Of power the latest year up to the own one; of the rest what holds in the year, all of it before a part, of several the
-- one that began last, then the one that became known last, then the one that came last.
dated as (
    select
        *,
        case
            when fitted_lost_code is not null then fitted_lost_code
            when parameter = 'electricity_factor'
                and valid_from < max(case when fitted_lost_code is null then valid_from end) over (
                    partition by {{ subject_key | join(', ') }}, raw_table
                )
                then 'newer_published'
        end as lost_code
    from fitted
),

{{ decided_ctes('dated', subject_key, [
    'rule_rank',
    "case when factor_match = 'exact' then 0 else 1 end",
    'case when holds_all_year then 0 else 1 end',
    'use_rank', 'valid_from desc nulls last', 'known_since desc nulls last', 'arrival_order desc', 'evidence_id desc', 'record_number desc', 'factor_id'
]) }}

select
    decided.parameter,
    decided.subject,
    decided.activity_unit,
    decided.candidate_rank,
    decided.is_winner,
    decided.factor_id,
    decided.factor_code,
    decided.source_class,
    decided.factor,
    'tCO2e/' || decided.activity_unit as factor_unit,
    decided.footprint_kgco2e,
    decided.declared_mass_kg,
    decided.factor_source,
    case when decided.loss is null then decided.factor_match end as factor_match,
    decided.rule_code,
    decided.clause,
    decided.loss as lost_code,
    decided.factor_code || ' (' || decided.source_class || '): '
    || case
        when decided.loss = 'closed_result'
            then refusals.message || {{ closed_note(known_since='decided.known_since') }}
        when decided.loss is not null then refusals.message || coalesce('; ' || decided.value_note, '')
        when decided.factor_match = 'exact' and not decided.holds_all_year
            then 'holds in part of the year only, and no factor of its class in all of it'
        when decided.factor_match = 'exact' then 'holds in the year, first of the admitted sources'
        else 'the newest published; the factor of the year is not out yet'
    end as reason,
    decided.factor_code || '（' || decided.source_class || '）：'
    || case
        when decided.loss = 'closed_result'
            then refusals.message_zh || {{ closed_note('zh', 'decided.known_since') }}
        when decided.loss is not null then refusals.message_zh || coalesce('；' || decided.value_note_zh, '')
        when decided.factor_match = 'exact' and not decided.holds_all_year then '僅部分年度有效，無同類全年有效之係數'
        when decided.factor_match = 'exact' then '該年度有效，為可採用來源之首選'
        else '最近一次公告值；該年度之係數尚未公告'
    end as reason_zh,
    decided.valid_from,
    decided.known_since,
    decided.raw_table,
    decided.evidence_id,
    decided.record_number,
    decided.site,
    decided.period
from decided
left join refusals
    on decided.loss = refusals.refusal_code
