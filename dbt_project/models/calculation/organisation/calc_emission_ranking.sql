{{ scoped() }}

-- What matters most in a year: products by the attributed emissions that they bear, direct and of electricity, by their tonnes;
-- emission sources by what they emit, electricity by the process that uses it. Own rule; whatever it takes to come to the
-- significant share of 80 % is significant. A calculation that only corroborates a measured source is none. A filled template
-- says what a process made but not how much of each good: its goods are ranked together.
with
periods as (
    select
        site,
        period
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope() }}
        and series = 'management'
),

products as (
    select
        *,
        sum(cast(quantity_t as decimal(38, 12))) over (partition by site, period, process) as process_quantity
    from {{ ref('calc_document_product') }}
    where {{ in_scope() }}
        and quantity_t > 0
),

template_processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
        and input_source = 'template'
),

template_goods as (
    select
        site,
        period,
        process,
        {{ joined('product', ', ') }} as products
    from {{ ref('calc_product') }}
    where {{ in_scope() }}
    group by site, period, process
),

streams as (
    select * from {{ ref('calc_source_stream_emission') }}
    where {{ in_scope() }}
        and corroborates is null
),

cems as (
    select * from {{ ref('calc_cems_emission') }}
    where {{ in_scope() }}
),

pfc as (
    select * from {{ ref('calc_pfc_emission') }}
    where {{ in_scope() }}
),

listed as (
    select
        products.site,
        products.period,
        'product' as ranked_kind,
        products.process || ':' || products.product as subject,
        products.product_name as subject_name,
        {{ line_value(
            "(cast(attributed.attributed_direct_tco2e as double)"
            ~ " + coalesce(cast(attributed.attributed_indirect_tco2e as double), 0))"
            ~ " * cast(products.quantity_t as double) / cast(products.process_quantity as double)"
        ) }} as emissions_tco2e,
        attributed.direct_line_id as line_id
    from products
    inner join attributed
        on products.site = attributed.site
        and products.period = attributed.period
        and products.process = attributed.process

    union all

    select
        template_processes.site,
        template_processes.period,
        'product',
        template_processes.process || coalesce(':' || template_goods.products, ''),
        coalesce(template_goods.products, template_processes.process_name),
        {{ line_value(
            "cast(attributed.attributed_direct_tco2e as double)"
            ~ " + coalesce(cast(attributed.attributed_indirect_tco2e as double), 0)"
        ) }},
        attributed.direct_line_id
    from template_processes
    left join template_goods
        on template_processes.site = template_goods.site
        and template_processes.period = template_goods.period
        and template_processes.process = template_goods.process
    inner join attributed
        on template_processes.site = attributed.site
        and template_processes.period = attributed.period
        and template_processes.process = attributed.process

    union all

    select site, period, 'source', source_stream, source_stream_name, emissions_fossil_tco2e, fossil_line_id
    from streams

    union all

    select
        site, period, 'source', emission_source, emission_source || ', measured 連續監測', emissions_fossil_tco2e,
        fossil_line_id
    from cems

    union all

    select site, period, 'source', emission_source, emission_source || ', perfluorocarbons 全氟碳化物', emissions_tco2e, line_id
    from pfc

    union all

    select
        site, period, 'source', 'electricity:' || process, 'electricity of 用電 ' || process, attributed_indirect_tco2e,
        indirect_line_id
    from attributed
),

summed as (
    select
        listed.*,
        row_number() over (
            partition by listed.site, listed.period, listed.ranked_kind
            order by listed.emissions_tco2e desc, listed.subject
        ) as emission_rank,
        sum(listed.emissions_tco2e) over (
            partition by listed.site, listed.period, listed.ranked_kind
            order by listed.emissions_tco2e desc, listed.subject
            rows between unbounded preceding and current row
        ) as cumulated_tco2e,
        sum(listed.emissions_tco2e) over (partition by listed.site, listed.period, listed.ranked_kind) as ranked_total_tco2e
    from listed
    inner join periods
        on listed.site = periods.site
        and listed.period = periods.period
    where listed.emissions_tco2e <> 0
)

select
    ranked_kind,
    cast(emission_rank as integer) as emission_rank,
    subject,
    subject_name,
    emissions_tco2e,
    cast(emissions_tco2e as double) / nullif(cast(ranked_total_tco2e as double), 0) as emission_share,
    cast(cumulated_tco2e as double) / nullif(cast(ranked_total_tco2e as double), 0) as cumulated_share,
    cast(cumulated_tco2e - emissions_tco2e as double) < 0.8 * cast(ranked_total_tco2e as double) as is_significant,
    line_id,
    site,
    period
from summed
