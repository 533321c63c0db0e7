{{ scoped() }}

{#- Master data of a fee year that are quantities: column, name of the quantity, unit. -#}
{%- set stated = [
    ('offset_increment_tco2e', 'offset_increment', 'tCO2e'),
    ('supplied_electricity_tco2e', 'supplied_electricity', 'tCO2e'),
    ('voluntary_credits_t', 'voluntary_credits', 't'),
    ('early_credits_t', 'early_credits', 't'),
    ('foreign_credits_t', 'foreign_credits', 't'),
    ('fuel_cut_share', 'fuel_cut', '1'),
] %}

with
periods as (
    select
        calc_period.site,
        calc_period.period,
        calc_period.period_start,
        calc_period.period_end
    from {{ ref('calc_period') }} as calc_period
    inner join {{ ref('stg_master__site') }} as sites
        on calc_period.site = sites.site
        and sites.country_code = 'TW'
    where {{ in_scope('calc_period.site', 'calc_period.period') }}
        and calc_period.period_type = 'year'
        and calc_period.input_source = 'document'
),

wheeling as (
    select * from {{ ref('stg_renewable__wheeling') }}
    where wheeling_state = 'counted'
),

certificates as (
    select * from {{ ref('stg_renewable__certificate') }}
    where certificate_state = 'valid'
        and certificate_holding <> 'sold'
        and claim_year is not null
),

fees as (
    select * from {{ ref('stg_master__carbon_fee') }}
),

base_emissions as (
    select * from {{ ref('stg_master__base_emission') }}
),

inventory_sources as (
    select * from {{ ref('stg_inventory__source') }}
    where source_state = 'counted'
),

reduction_plans as (
    select * from {{ ref('stg_inventory__reduction_plan') }}
    where plan_state = 'counted'
),

streams as (
    select * from {{ ref('stg_master__source_stream') }}
    where activity_uncertainty is not null
),

meters as (
    select * from {{ ref('stg_master__meter') }}
    where role = 'main'
        and commodity = 'electricity'
        and uncertainty_pct is not null
),

-- Master data that change within a year hold as they stand at its end.
uncertainties as (
    select
        periods.site,
        periods.period,
        streams.source_stream as subject,
        'master_source_stream' as raw_table,
        streams.evidence_id,
        streams.record_number,
        cast(streams.activity_uncertainty as decimal(38, 12)) as quantity,
        row_number() over (
            partition by periods.site, periods.period, streams.source_stream order by streams.valid_from desc
        ) as validity_rank
    from periods
    inner join streams
        on periods.site = streams.site
        and streams.valid_from < periods.period_end
        and streams.valid_to > periods.period_start

    union all

    select
        periods.site,
        periods.period,
        meters.meter as subject,
        'master_meter' as raw_table,
        meters.evidence_id,
        meters.record_number,
        cast(cast(meters.uncertainty_pct as double) / 100 as decimal(38, 12)) as quantity,
        row_number() over (
            partition by periods.site, periods.period, meters.meter order by meters.valid_from desc
        ) as validity_rank
    from periods
    inner join meters
        on periods.site = meters.site
        and meters.valid_from < periods.period_end
        and meters.valid_to > periods.period_start
),

records as (
    -- A statement over New Year counts by its days.
    select
        periods.site,
        periods.period,
        'wheeling' as fact_type,
        coalesce(wheeling.account, 'site') as subject,
        '' as object,
        'wheeled_electricity' as quantity_name,
        'MWh' as unit,
        'wheeling_statement' as raw_table,
        wheeling.evidence_id,
        wheeling.record_number,
        'wheeling' as role,
        cast(cast(wheeling.quantity_kwh as double) / 1000 as decimal(38, 12)) as quantity,
        cast(
            {{ dbt.datediff(
                'greatest(wheeling.period_start, periods.period_start)',
                'least(wheeling.period_end, periods.period_end)', 'day'
            ) }} as double
        ) / {{ dbt.datediff('wheeling.period_start', 'wheeling.period_end', 'day') }} as share
    from periods
    inner join wheeling
        on periods.site = wheeling.site
        and wheeling.period_start < periods.period_end
        and wheeling.period_end > periods.period_start

    union all

    -- Certificates that came with wheeled or directly supplied power are evidence for that power, not more of it; so are
    -- those of own use for power that no bill shows. What was sold is another's claim.
    select
        periods.site,
        periods.period,
        'certificate' as fact_type,
        case
            when certificates.certificate_holding = 'own' then 'own'
            when certificates.supply_mode like '%自用%' then 'unbundled'
            else 'bundled'
        end as subject,
        '' as object,
        'claimed_electricity' as quantity_name,
        'MWh' as unit,
        'renewable_certificate' as raw_table,
        certificates.evidence_id,
        certificates.record_number,
        'certificate' as role,
        cast(cast(certificates.quantity_kwh as double) / 1000 as decimal(38, 12)) as quantity,
        cast(1 as double) as share
    from periods
    inner join certificates
        on periods.site = certificates.site
        and periods.period = cast(certificates.claim_year as varchar)
    {% for column, quantity_name, unit in stated %}
    union all

    select
        periods.site,
        periods.period,
        'carbon_fee' as fact_type,
        'site' as subject,
        '' as object,
        '{{ quantity_name }}' as quantity_name,
        '{{ unit }}' as unit,
        'master_carbon_fee' as raw_table,
        fees.evidence_id,
        fees.record_number,
        'stated' as role,
        cast(fees.{{ column }} as decimal(38, 12)) as quantity,
        cast(1 as double) as share
    from periods
    inner join fees
        on periods.site = fees.site
        and periods.period = cast(fees.fee_year as varchar)
    where fees.{{ column }} <> 0
    {% endfor %}
    union all

    select
        periods.site,
        periods.period,
        'inventory_source' as fact_type,
        inventory_sources.source as subject,
        '' as object,
        inventory_sources.method as quantity_name,
        inventory_sources.unit,
        'inventory_source' as raw_table,
        inventory_sources.evidence_id,
        inventory_sources.record_number,
        'stated' as role,
        cast(inventory_sources.quantity as decimal(38, 12)) as quantity,
        cast(1 as double) as share
    from periods
    inner join inventory_sources
        on periods.site = inventory_sources.site
        and periods.period = inventory_sources.period

    {%- for quantity_name, entry, column in [
        ('plan_target', 'target', 'expected_tco2e'),
        ('expected_reduction', 'measure', 'expected_tco2e'),
        ('achieved_reduction', 'measure', 'achieved_tco2e')
    ] %}
    union all

    select
        periods.site,
        periods.period,
        'reduction_plan' as fact_type,
        coalesce(reduction_plans.measure, 'site') as subject,
        '' as object,
        '{{ quantity_name }}' as quantity_name,
        'tCO2e' as unit,
        'reduction_plan' as raw_table,
        reduction_plans.evidence_id,
        reduction_plans.record_number,
        'stated' as role,
        cast(reduction_plans.{{ column }} as decimal(38, 12)) as quantity,
        cast(1 as double) as share
    from periods
    inner join reduction_plans
        on periods.site = reduction_plans.site
        and periods.period = reduction_plans.period
        and reduction_plans.entry = '{{ entry }}'
        {%- if quantity_name == 'achieved_reduction' %}
    where reduction_plans.achieved_tco2e is not null
        {%- endif %}
    {% endfor %}
    union all

    select
        periods.site,
        periods.period,
        'base_emission' as fact_type,
        base_emissions.category as subject,
        cast(base_emissions.base_year as varchar) as object,
        'verified_emissions' as quantity_name,
        'tCO2e' as unit,
        'master_base_emission' as raw_table,
        base_emissions.evidence_id,
        base_emissions.record_number,
        'stated' as role,
        cast(base_emissions.emissions_tco2e as decimal(38, 12)) as quantity,
        cast(1 as double) as share
    from periods
    inner join base_emissions
        on periods.site = base_emissions.site

    union all

    select
        site,
        period,
        'uncertainty' as fact_type,
        subject,
        '' as object,
        case raw_table when 'master_meter' then 'meter_interval' else 'activity_interval' end as quantity_name,
        '1' as unit,
        raw_table,
        evidence_id,
        record_number,
        'stated' as role,
        quantity,
        cast(1 as double) as share
    from uncertainties
    where validity_rank = 1
)

select
    'fact:' || site || ':' || period || ':' || fact_type || ':' || subject || ':' || quantity_name
    || case when object = '' then '' else ':' || object end as fact_id,
    fact_type,
    subject,
    object,
    quantity_name,
    unit,
    raw_table,
    evidence_id,
    record_number,
    role,
    quantity,
    share,
    site,
    period
from records
