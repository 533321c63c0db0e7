{{ scoped() }}

with
categories as (
    select * from {{ ref('calc_organisation_category') }}
    where {{ in_scope() }}
),

years as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

biogenic as (
    select * from {{ ref('calc_installation_total') }}
    where {{ in_scope() }}
        and quantity = 'biogenic'
),

consumption as (
    select * from {{ ref('calc_organisation_consumption') }}
    where {{ in_scope() }}
        and control = 'tenant'
        and factor_match <> 'exact'
),

reconciliation as (
    select * from {{ ref('calc_organisation_reconciliation') }}
    where {{ in_scope() }}
),

-- Where electricity is not in a category the two methods agree, and the figure stands once.
named as (
    select
        categories.*,
        case standard when 'iso14064_1' then 'iso_' else 'ghg_' end
        || case when category like '3.%' and standard = 'ghg_protocol'
            then 'scope_3_category_' || replace(category, '3.', '')
            when category in ('1', '2', '3', '4', '5', '6') then 'category_' || category
            else category
        end
        || case
            when category in ('2', 'scope_2', 'total') then '_' || electricity_method
            else ''
        end as quantity
    from categories
    where (coalesce(parent, 'total') = 'total' or standard = 'ghg_protocol')
        and (category in ('2', 'scope_2', 'total') or electricity_method = 'location')
),

figures as (
    select
        named.site,
        named.period,
        named.gwp_set as series,
        named.quantity,
        cast(named.emissions_tco2e as double) as value,
        case when named.emissions_tco2e is not null then named.line_id end as line_id,
        named.standard as regime,
        named.gap_count > 0 or (named.has_electricity and consumption.site is not null) as is_provisional,
        case
            when named.reason is null then
                case when named.has_electricity and consumption.site is not null
                    then 'grid factor of ' || consumption.factor_year || ', that of the year is not out'
                        || ' · 採 ' || consumption.factor_year || ' 年電力排碳係數，當年度尚未公告'
                end
            else named.reason || ' · ' || named.reason_zh
        end as note
    from named
    left join consumption
        on named.site = consumption.site
        and named.period = consumption.period

    union all

    select
        biogenic.site,
        biogenic.period,
        gwp_sets.gwp_set as series,
        'iso_biogenic_co2' as quantity,
        cast(biogenic.total as double) as value,
        biogenic.line_id,
        'iso14064_1' as regime,
        false as is_provisional,
        'shown apart, not part of the total · 另列，不計入總量' as note
    from biogenic
    cross join (select distinct gwp_set from categories) as gwp_sets

    union all

    select
        coverages.site,
        coverages.period,
        gwp_sets.gwp_set as series,
        'ghg_scope_3_category_1_specific_share' as quantity,
        coverages.specific_share as value,
        coverages.line_id,
        'ghg_protocol' as regime,
        false as is_provisional,
        'part that footprints and EPDs of suppliers gave · 由供應商碳足跡或 EPD 計算之占比' as note
    from {{ ref('calc_organisation_coverage') }} as coverages
    cross join (select distinct gwp_set from categories) as gwp_sets
    where {{ in_scope('coverages.site', 'coverages.period') }}

    {% for quantity, column in [
        ('quality_score', 'quality_product'), ('quality_grade', 'quality_grade'), ('uncertainty', 'uncertainty'),
        ('uncertainty_assessed_share', 'assessed_share')
    ] %}
    union all

    select
        qualities.site,
        qualities.period,
        gwp_sets.gwp_set as series,
        'ghg_scope_3_{{ quantity }}' as quantity,
        qualities.{{ column }} as value,
        {% if column == 'uncertainty' -%}
        case when qualities.uncertainty is not null then qualities.uncertainty_id end as line_id,
        {%- else -%}
        qualities.{{ column }}_id as line_id,
        {%- endif %}
        'ghg_protocol' as regime,
        false as is_provisional,
        {% if column == 'uncertainty' -%}
        case
            when qualities.uncertainty is null
                then 'no factor states its interval: enter uncertainty_pct in factor documents and lists of footprints'
                || ' · 係數均無不確定性，請於係數文件及碳足跡對照表填寫 uncertainty_pct'
        end as note
        {%- else -%}
        cast(null as varchar) as note
        {%- endif %}
    from {{ ref('calc_organisation_quality_summary') }} as qualities
    cross join (select distinct gwp_set from categories) as gwp_sets
    where {{ in_scope('qualities.site', 'qualities.period') }}
        and qualities.category = 'scope_3'
    {% endfor %}
    union all

    select
        site,
        period,
        gwp_set as series,
        'accounting_' || case line_name when 'residual' then 'residual' else 'product_life_cycle' end || '_'
        || electricity_method as quantity,
        cast(emissions_tco2e as double) as value,
        line_id,
        'ghg_protocol' as regime,
        false as is_provisional,
        cast(null as varchar) as note
    from reconciliation
    where line_name in ('residual', 'product_life_cycle')
)

select
    years.period_start,
    cast(years.period_end as date) as period_end,
    figures.series,
    figures.quantity,
    figures.value,
    'calculated' as data_quality,
    figures.is_provisional,
    figures.note,
    figures.line_id,
    figures.regime,
    figures.site,
    figures.period
from figures
inner join years
    on figures.site = years.site
    and figures.period = years.period
