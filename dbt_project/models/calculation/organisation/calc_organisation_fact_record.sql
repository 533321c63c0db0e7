{{ scoped() }}

with
records as (
    select * from {{ ref('calc_organisation_record') }}
    where {{ in_scope() }}
        and basis <> 'booked_elsewhere'
),

footprints as (
    select * from {{ ref('calc_organisation_factor') }}
    where {{ in_scope() }}
        and footprint is not null
),

electricity as (
    select * from {{ ref('calc_organisation_electricity') }}
    where {{ in_scope() }}
        and lease_evidence_id is not null
),

years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

statements as (
    select * from {{ ref('stg_organisation__statement') }}
    where statement_state = 'counted'
        and statement_status = 'declared'
),

facts as (
    select
        site,
        period,
        amount_id as fact_id,
        raw_table as fact_type,
        item_class as subject,
        factor_subject as object,
        'amount' as quantity_name,
        amount_unit as unit,
        raw_table,
        evidence_id,
        record_number,
        amount as quantity
    from records
    where amount is not null

    union all

    select
        site,
        period,
        distance_id as fact_id,
        raw_table as fact_type,
        item_class as subject,
        factor_subject as object,
        'distance' as quantity_name,
        distance_unit as unit,
        raw_table,
        evidence_id,
        record_number,
        distance as quantity
    from records
    where is_service
        and distance is not null
    {% for quantity, unit in [('footprint', 'kgCO2e'), ('declared_mass', 'kg')] %}
    union all

    select
        site,
        period,
        {{ quantity }}_id as fact_id,
        'footprint' as fact_type,
        subject,
        factor_class as object,
        '{{ quantity }}' as quantity_name,
        '{{ unit }}' as unit,
        raw_table,
        evidence_id,
        record_number,
        cast({{ quantity }} as decimal(38, 12)) as quantity
    from footprints
    {% endfor %}
    {%- for quantity in ['own_part', 'whole'] %}
    union all

    select
        site,
        period,
        {{ quantity }}_id as fact_id,
        'office_lease' as fact_type,
        account as subject,
        lease as object,
        '{{ quantity }}' as quantity_name,
        key_unit as unit,
        'office_lease' as raw_table,
        lease_evidence_id as evidence_id,
        lease_record_number as record_number,
        cast({{ quantity }} as decimal(38, 12)) as quantity
    from electricity
    {% endfor %}
    union all

    select
        years.site,
        years.period,
        'fact:' || years.site || ':' || years.period || ':scope3_statement:' || statements.stated_category || ':'
        || statements.stated_subject as fact_id,
        'scope3_statement' as fact_type,
        statements.stated_category as subject,
        statements.stated_subject as object,
        'declared' as quantity_name,
        'tCO2e' as unit,
        'scope3_statement' as raw_table,
        statements.evidence_id,
        statements.record_number,
        statements.emissions_tco2e as quantity
    from years
    inner join statements
        on years.site = statements.site
        and years.period = statements.period
)

select
    fact_id,
    fact_type,
    subject,
    object,
    quantity_name,
    unit,
    raw_table,
    evidence_id,
    record_number,
    'stated' as role,
    quantity,
    cast(1 as double) as share,
    site,
    period
from facts
