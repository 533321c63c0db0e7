{{ scoped() }}

-- A leased account counts by the key of its share for the days that the row holds; a site without leases counts whole.
with
years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

leases as (
    select * from {{ ref('stg_organisation__lease') }}
    where whole > 0
        and own_part <= whole
),

bills as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'bill'
),

site_electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
),

leased_sites as (
    select distinct site from leases
),

accounts as (
    select
        years.site,
        years.period,
        bills.subject as account,
        coalesce(leases.control, 'tenant') as control,
        bills.value as billed,
        bills.fact_id as billed_id,
        leases.lease,
        leases.share_method,
        leases.reason as share_reason,
        leases.key_unit,
        cast(leases.own_part as double) as own_part,
        cast(leases.whole as double) as whole,
        cast({{ dbt.datediff(
            'greatest(leases.valid_from, years.period_start)', 'least(leases.valid_to, years.period_end)', 'day'
        ) }} as double) as days,
        cast({{ dbt.datediff('years.period_start', 'years.period_end', 'day') }} as double) as year_days,
        leases.evidence_id as lease_evidence_id,
        leases.record_number as lease_record_number,
        case when leases.account is null then 'organisation_account' else 'organisation_share' end as formula_name
    from years
    inner join leased_sites
        on years.site = leased_sites.site
    inner join bills
        on years.site = bills.site
        and years.period = bills.period
    left join leases
        on bills.site = leases.site
        and bills.subject = leases.account
        and leases.valid_from < years.period_end
        and leases.valid_to > years.period_start

    union all

    select
        site_electricity.site,
        site_electricity.period,
        'site' as account,
        'tenant' as control,
        cast(site_electricity.electricity_mwh as double) as billed,
        site_electricity.line_id as billed_id,
        cast(null as varchar) as lease,
        'whole' as share_method,
        cast(null as varchar) as share_reason,
        cast(null as varchar) as key_unit,
        cast(null as double) as own_part,
        cast(null as double) as whole,
        cast(null as double) as days,
        cast(null as double) as year_days,
        cast(null as varchar) as lease_evidence_id,
        cast(null as bigint) as lease_record_number,
        'organisation_account' as formula_name
    from site_electricity
    inner join years
        on site_electricity.site = years.site
        and site_electricity.period = years.period
    left join leased_sites
        on site_electricity.site = leased_sites.site
    where leased_sites.site is null
),

keyed as (
    select
        *,
        account || coalesce('/' || lease || '.' || cast(lease_record_number as varchar), '') as share_key,
        {{ formula_sql_by('formula_name', ['organisation_account', 'organisation_share']) }} as electricity
    from accounts
)

select
    account,
    share_key,
    control,
    lease,
    share_method,
    share_reason,
    key_unit,
    billed,
    billed_id,
    own_part,
    'fact:' || site || ':' || period || ':office_lease:' || share_key || ':own_part' as own_part_id,
    whole,
    'fact:' || site || ':' || period || ':office_lease:' || share_key || ':whole' as whole_id,
    days,
    'constant:days_of_the_share' as days_id,
    year_days,
    'constant:days_of_the_year' as year_days_id,
    formula_name,
    {{ line_value('electricity') }} as electricity_mwh,
    {{ line_id("'organisation_electricity'", 'share_key') }} as line_id,
    lease_evidence_id,
    lease_record_number,
    site,
    period
from keyed
