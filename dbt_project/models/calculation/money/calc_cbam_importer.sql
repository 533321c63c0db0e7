{{ scoped() }}

-- An importer's year: the mass that counts to the threshold, certificates due and their cost, and what is at stake.
with
imports as (
    select * from {{ ref('calc_cbam_import') }}
    where {{ in_scope() }}
),

rates as (
    select * from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
        and rate_name in ('import_mass_threshold', 'penalty')
),

summed as (
    select
        site,
        period,
        importer_eori,
        max(importer) as importer,
        cast(sum(case when counts_to_threshold then mass_exact else 0 end) as decimal(38, 12)) as import_mass,
        sum(case when counts_to_threshold then 1 else 0 end) as threshold_parts,
        max(case when is_exempt then 1 else 0 end) = 1 as is_exempt,
        sum(case when certificates_exact is null then 1 else 0 end) as missing_parts,
        sum(certificates_exact) as certificates_sum,
        sum(case when certificates_formula_name = 'certificates' and free_allocation is null then 1 else 0 end)
            as missing_allocations,
        sum(case when certificates_formula_name = 'certificates' then 1 else 0 end) as allocation_parts,
        sum({{ line_value('free_allocation') }}) as free_allocation_sum,
        sum(case when certificate_cost is null then 1 else 0 end) as missing_costs,
        sum(certificate_cost) as cost_sum,
        max(case when is_cscf_assumed then 1 else 0 end) = 1 as is_cscf_assumed,
        max(case when is_assumed then 1 else 0 end) = 1 as is_assumed,
        {{ joined('note', '; ') }} as note
    from imports
    group by site, period, importer_eori
),

due as (
    select
        summed.*,
        case when missing_parts = 0 then cast(certificates_sum as double) end as certificates,
        case when missing_parts = 0 then certificates_sum end as certificates_exact,
        case when missing_costs = 0 then cost_sum end as certificate_cost,
        case when missing_allocations = 0 and allocation_parts > 0 then free_allocation_sum end as free_allocation_exact,
        thresholds.value as threshold_t,
        penalties.value as penalty,
        penalties.rate_id as penalty_id
    from summed
    left join rates as thresholds
        on summed.site = thresholds.site
        and summed.period = thresholds.period
        and thresholds.rate_name = 'import_mass_threshold'
    left join rates as penalties
        on summed.site = penalties.site
        and summed.period = penalties.period
        and penalties.rate_name = 'penalty'
)

select
    importer_eori,
    importer,
    import_mass,
    {{ line_id("'cbam_import_mass'", 'importer_eori') }} as import_mass_id,
    threshold_parts,
    threshold_t,
    is_exempt,
    allocation_parts,
    cast(free_allocation_exact as double) as free_allocation,
    free_allocation_exact,
    {{ line_id("'cbam_free_allocation_due'", 'importer_eori') }} as free_allocation_id,
    certificates,
    certificates_exact,
    {{ line_id("'cbam_certificates_due'", 'importer_eori') }} as certificates_id,
    certificate_cost,
    {{ line_id("'cbam_cost_due'", 'importer_eori') }} as certificate_cost_id,
    penalty,
    penalty_id,
    {{ formula_sql('penalty_exposure') }} as penalty_exposure,
    {{ line_id("'cbam_penalty'", 'importer_eori') }} as penalty_exposure_id,
    is_cscf_assumed,
    is_assumed,
    note,
    site,
    period
from due
