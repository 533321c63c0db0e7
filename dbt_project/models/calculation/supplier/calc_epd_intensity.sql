-- What an EPD says about a kilogram from cradle to gate, or why it cannot say it.
with
datasets as (
    select * from {{ ref('stg_supplier__epd') }}
),

amounts as (
    select * from {{ ref('stg_supplier__epd_indicator') }}
),

reasons as (
    select * from {{ ref('footprint_null_reason') }}
),

-- One row a dataset, method and part of climate change. Scenarios stand beside each other and are never added.
modules as (
    select
        site,
        evidence_id,
        dataset_uuid,
        dataset_version,
        en15804_version,
        method,
        part,
        max(case when module = 'A1-A3' and scenario is null then amount_kgco2e end) as a1_to_a3,
        max(case when module = 'A1' and scenario is null then amount_kgco2e end) as a1,
        max(case when module = 'A2' and scenario is null then amount_kgco2e end) as a2,
        max(case when module = 'A3' and scenario is null then amount_kgco2e end) as a3,
        count(distinct case when module = 'A1-A3' and scenario is null then amount_kgco2e end) > 1
        or count(distinct case when module = 'A1' and scenario is null then amount_kgco2e end) > 1
        or count(distinct case when module = 'A2' and scenario is null then amount_kgco2e end) > 1
        or count(distinct case when module = 'A3' and scenario is null then amount_kgco2e end) > 1 as has_twice,
        count(case when module in ('A1-A3', 'A1', 'A2', 'A3') and scenario is not null then 1 end) > 0 as has_scenario,
        count(case when module in ('A1-A3', 'A1', 'A2', 'A3') and amount_kgco2e is null then 1 end) > 0 as has_other_unit
    from amounts
    group by site, evidence_id, dataset_uuid, dataset_version, en15804_version, method, part
),

-- A1-A3 as printed, else the sum of its three parts, never both.
summed as (
    select
        *,
        coalesce(a1_to_a3, a1 + a2 + a3) as gate_kgco2e,
        case
            when a1_to_a3 is not null then 'A1-A3'
            when a1 + a2 + a3 is not null then 'A1+A2+A3'
        end as modules_used,
        case
            when a1_to_a3 is not null and a1 + a2 + a3 is not null
                then abs(a1 + a2 + a3 - a1_to_a3) <= 0.01 * greatest(abs(a1), abs(a2), abs(a3), abs(a1_to_a3))
        end as do_modules_agree
    from modules
),

-- A dataset is read by one method: A2 before A1, whole before incomplete; values of two methods never meet.
ranked as (
    select
        *,
        row_number() over (
            partition by site, evidence_id, dataset_uuid, dataset_version
            order by
                case when gate_kgco2e is not null and not has_twice then 0 else 1 end,
                case en15804_version when 'A2' then 0 when 'A1' then 1 else 2 end,
                method desc
        ) as method_rank
    from summed
    where part = 'total'
),

chosen as (
    select
        datasets.*,
        ranked.en15804_version,
        ranked.method,
        ranked.modules_used,
        ranked.do_modules_agree,
        ranked.gate_kgco2e as gwp_total_kgco2e,
        fossil.gate_kgco2e as gwp_fossil_kgco2e,
        case
            when ranked.part is null then 'no_climate_indicator'
            when ranked.has_twice then 'module_twice'
            when ranked.gate_kgco2e is null and ranked.has_other_unit then 'unknown_indicator_unit'
            when ranked.gate_kgco2e is null and ranked.has_scenario then 'scenario_only'
            when ranked.gate_kgco2e is null then 'modules_incomplete'
            else datasets.mass_null_reason
        end as null_reason
    from datasets
    left join ranked
        on datasets.site = ranked.site
        and datasets.evidence_id = ranked.evidence_id
        and datasets.dataset_uuid = ranked.dataset_uuid
        and coalesce(datasets.dataset_version, '') = coalesce(ranked.dataset_version, '')
        and ranked.method_rank = 1
    left join summed as fossil
        on ranked.site = fossil.site
        and ranked.evidence_id = fossil.evidence_id
        and ranked.dataset_uuid = fossil.dataset_uuid
        and coalesce(ranked.dataset_version, '') = coalesce(fossil.dataset_version, '')
        and ranked.method = fossil.method
        and fossil.part = 'fossil'
        and not fossil.has_twice
)

select
    chosen.evidence_id,
    chosen.record_number,
    chosen.arrival_order,
    chosen.dataset_uuid,
    chosen.dataset_version,
    chosen.is_newest,
    chosen.name,
    chosen.registration_number,
    chosen.owner,
    chosen.programme_operator,
    chosen.location,
    chosen.data_class,
    chosen.data_quality_rank,
    chosen.valid_from,
    chosen.valid_to,
    chosen.is_valid_to_year_only,
    chosen.en15804_version,
    chosen.method,
    chosen.modules_used,
    chosen.do_modules_agree,
    chosen.declared_amount,
    chosen.declared_unit,
    chosen.declared_mass_kg,
    chosen.gwp_total_kgco2e,
    chosen.gwp_fossil_kgco2e,
    case
        when chosen.null_reason is null then chosen.gwp_total_kgco2e / chosen.declared_mass_kg
    end as gwp_total_kgco2e_per_kg,
    case
        when chosen.null_reason is null then chosen.gwp_fossil_kgco2e / chosen.declared_mass_kg
    end as gwp_fossil_kgco2e_per_kg,
    chosen.null_reason,
    reasons.message as null_reason_text,
    reasons.message_zh as null_reason_text_zh,
    chosen.site
from chosen
left join reasons
    on chosen.null_reason = reasons.reason_code
