with
importers as (
    select * from {{ ref('calc_cbam_importer') }}
),

holdings as (
    select
        site,
        period,
        importer_eori
        {%- for quarter in [1, 2, 3, 4] %},
        max(case when quarter = {{ quarter }} then holding end) as holding_q{{ quarter }}_certificates,
        max(case when quarter = {{ quarter }} then holding_prior end) as holding_prior_q{{ quarter }}_certificates,
        max(case when quarter = {{ quarter }} then missing end) as missing_q{{ quarter }}_certificates,
        coalesce(bool_or(quarter = {{ quarter }} and is_due), false) as is_due_q{{ quarter }}
        {%- endfor %}
    from {{ ref('calc_cbam_holding') }}
    group by site, period, importer_eori
),

paid as (
    select * from {{ ref('calc_cbam_paid') }}
),

accounts as (
    select
        site,
        period,
        importer_eori
        {%- for quarter in [1, 2, 3, 4] %},
        max(case when quarter = {{ quarter }} then held end) as held_q{{ quarter }}_certificates
        {%- endfor %},
        max(case when quarter = 4 then spent end) as spent_eur
    from {{ ref('calc_cbam_account') }}
    group by site, period, importer_eori
)

select
    importers.period,
    importers.importer_eori,
    importers.importer,
    importers.import_mass as threshold_mass_t,
    importers.threshold_t,
    importers.is_exempt,
    importers.free_allocation as free_allocation_tco2e,
    importers.certificates_exact as certificates_due,
    importers.certificate_cost as certificate_cost_eur,
    importers.penalty as penalty_eur_per_tco2e,
    importers.penalty_exposure as penalty_exposure_eur,
    holdings.holding_q1_certificates,
    holdings.holding_q2_certificates,
    holdings.holding_q3_certificates,
    holdings.holding_q4_certificates,
    holdings.holding_prior_q1_certificates,
    holdings.holding_prior_q2_certificates,
    holdings.holding_prior_q3_certificates,
    holdings.holding_prior_q4_certificates,
    accounts.held_q1_certificates,
    accounts.held_q2_certificates,
    accounts.held_q3_certificates,
    accounts.held_q4_certificates,
    holdings.missing_q1_certificates,
    holdings.missing_q2_certificates,
    holdings.missing_q3_certificates,
    holdings.missing_q4_certificates,
    holdings.is_due_q1,
    holdings.is_due_q2,
    holdings.is_due_q3,
    holdings.is_due_q4,
    accounts.spent_eur,
    paid.cost_paid as cost_paid_eur,
    paid.cost_open as cost_open_eur,
    paid.cost_with_paid as cost_with_paid_eur,
    importers.is_assumed,
    importers.note,
    importers.certificates_id as line_id,
    {{ refresh_period('importers.period') }} as refresh_period,
    importers.site
from importers
left join holdings
    on importers.site = holdings.site
    and importers.period = holdings.period
    and importers.importer_eori = holdings.importer_eori
left join accounts
    on importers.site = accounts.site
    and importers.period = accounts.period
    and importers.importer_eori = accounts.importer_eori
left join paid
    on importers.site = paid.site
    and importers.period = paid.period
    and importers.importer_eori = paid.importer_eori
