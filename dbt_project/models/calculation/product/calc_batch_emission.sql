{{ scoped() }}

-- What each batch of a year's months bears of its process's emissions: direct and embedded ones by its mass, those of
-- electricity by what was metered or booked for it, where that is known, the rest by mass. Parts are differences of
-- cumulated shares, so that they add up to the month's total to the last digit. What no batch bears, because none was booked,
-- stands in a row of its own.
with
years as (
    select
        site,
        period
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and input_source = 'document'
),

attributed as (
    select * from {{ ref('calc_attributed_emission') }}
    where {{ in_scope_site() }}
        and series = 'management'
        and length(period) = 7
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope_site() }}
        and input_source = 'document'
),

embedded as (
    select
        site,
        period,
        process,
        sum(embedded_exact) as embedded_tco2e
    from {{ ref('calc_process_see') }}
    where {{ in_scope_site() }}
        and series = 'management'
        and chain in ('see_direct', 'see_indirect')
    group by site, period, process
    having count(embedded_exact) = count(*)
),

ledger as (
    select * from {{ ref('calc_document_ledger') }}
    where {{ in_scope_site() }}
        and good_quantity is not null
        and product is not null
),

batches as (
    select * from {{ ref('stg_production__batch') }}
    where {{ in_scope_site() }}
        and electricity_quantity is not null
),

units as (
    select * from {{ ref('calc_document_unit') }}
    where canonical_unit = 'MWh'
),

months as (
    select
        years.site,
        years.period,
        attributed.period as month,
        attributed.process,
        processes.activity_level,
        processes.activity_unit,
        cast(attributed.electricity as decimal(38, 12)) as process_electricity_mwh,
        attributed.attributed_direct_tco2e,
        attributed.direct_line_id,
        coalesce(attributed.attributed_indirect_tco2e, 0) as attributed_indirect_tco2e,
        attributed.indirect_line_id,
        embedded.embedded_tco2e
    from years
    inner join attributed
        on years.site = attributed.site
        and years.period = substring(attributed.period, 1, 4)
    inner join processes
        on attributed.site = processes.site
        and attributed.period = processes.period
        and attributed.process = processes.process
    left join embedded
        on attributed.site = embedded.site
        and attributed.period = embedded.period
        and attributed.process = embedded.process
    where attributed.attributed_direct_tco2e is not null
),

made as (
    select
        site,
        period as month,
        process,
        coalesce(batch, '') as batch,
        product,
        sum(good_quantity) as quantity
    from ledger
    group by site, period, process, coalesce(batch, ''), product
),

metered as (
    select
        batches.site,
        batches.process,
        batches.batch,
        sum({{ converted('batches.electricity_quantity', 'units.factor') }}) as electricity_mwh
    from batches
    inner join units
        on batches.electricity_unit = units.unit
    group by batches.site, batches.process, batches.batch
),

-- A batch that takes several days may lie in two months, and bears its electricity by what it made in each.
booked as (
    select
        made.*,
        {{ line_value(
            "cast(metered.electricity_mwh as double) * cast(made.quantity as double) / nullif(cast(sum(made.quantity) over ("
            ~ "partition by made.site, made.process, made.batch) as double), 0)"
        ) }} as booked_mwh
    from made
    left join metered
        on made.site = metered.site
        and made.process = metered.process
        and made.batch = metered.batch
),

sums as (
    select
        site,
        month,
        process,
        sum(quantity) as quantity,
        sum(case when booked_mwh is null then quantity else 0 end) as unmetered_quantity,
        sum(booked_mwh) as booked_mwh
    from booked
    group by site, month, process
),

listed as (
    select
        months.*,
        booked.batch,
        booked.product,
        booked.quantity,
        booked.quantity as quantity_weight,
        booked.booked_mwh,
        case
            when booked.booked_mwh is not null then booked.booked_mwh
            when sums.unmetered_quantity = 0 then 0
            else {{ line_value(
                "greatest(cast(months.process_electricity_mwh - coalesce(sums.booked_mwh, 0) as double), 0)"
                ~ " * cast(booked.quantity as double)"
                ~ " / cast(sums.unmetered_quantity + greatest(months.activity_level - sums.quantity, 0) as double)"
            ) }}
        end as electricity_weight_mwh,
        false as is_rest
    from months
    inner join booked
        on months.site = booked.site
        and months.month = booked.month
        and months.process = booked.process
    inner join sums
        on months.site = sums.site
        and months.month = sums.month
        and months.process = sums.process
        and sums.quantity > 0

    union all

    -- What was made beyond the batches; where nothing was made, a month's emissions are nobody's.
    select
        months.*,
        '',
        '',
        greatest(months.activity_level - coalesce(sums.quantity, 0), 0),
        case
            when coalesce(sums.quantity, 0) > 0 then greatest(months.activity_level - sums.quantity, 0)
            else greatest(months.activity_level, 1)
        end,
        cast(null as decimal(38, 12)),
        case
            when coalesce(sums.unmetered_quantity, 0) + greatest(months.activity_level - coalesce(sums.quantity, 0), 0) = 0
                then 0
            else {{ line_value(
                "greatest(cast(months.process_electricity_mwh - coalesce(sums.booked_mwh, 0) as double), 0)"
                ~ " * cast(greatest(months.activity_level - coalesce(sums.quantity, 0), 0) as double)"
                ~ " / cast(coalesce(sums.unmetered_quantity, 0)"
                ~ " + greatest(months.activity_level - coalesce(sums.quantity, 0), 0) as double)"
            ) }}
        end,
        true
    from months
    left join sums
        on months.site = sums.site
        and months.month = sums.month
        and months.process = sums.process
    where months.activity_level > coalesce(sums.quantity, 0)
        or (
            coalesce(sums.quantity, 0) = 0
            and (
                months.attributed_direct_tco2e <> 0
                or months.attributed_indirect_tco2e <> 0
                or coalesce(months.embedded_tco2e, 0) <> 0
            )
        )
),

cumulated as (
    select
        *,
        sum(quantity_weight) over (
            partition by site, month, process
            order by is_rest, batch, product
            rows between unbounded preceding and current row
        ) as quantity_to,
        sum(quantity_weight) over (partition by site, month, process) as quantity_total,
        sum(electricity_weight_mwh) over (
            partition by site, month, process
            order by is_rest, batch, product
            rows between unbounded preceding and current row
        ) as electricity_to_mwh,
        sum(electricity_weight_mwh) over (partition by site, month, process) as electricity_total_mwh
    from listed
),

borne as (
    select
        *,
        {%- for name in ['attributed_direct_tco2e', 'embedded_tco2e'] %}
        {{ cumulative_share(name, 'quantity_to', 'quantity_total') }}
        - {{ cumulative_share(name, '(quantity_to - quantity_weight)', 'quantity_total') }} as batch_{{ name }},
        {%- endfor %}
        case
            when electricity_total_mwh > 0
                then {{ cumulative_share('attributed_indirect_tco2e', 'electricity_to_mwh', 'electricity_total_mwh') }}
                    - {{ cumulative_share(
                        'attributed_indirect_tco2e', '(electricity_to_mwh - electricity_weight_mwh)', 'electricity_total_mwh'
                    ) }}
            else {{ cumulative_share('attributed_indirect_tco2e', 'quantity_to', 'quantity_total') }}
                - {{ cumulative_share('attributed_indirect_tco2e', '(quantity_to - quantity_weight)', 'quantity_total') }}
        end as batch_attributed_indirect_tco2e
    from cumulated
)

select
    month,
    process,
    batch,
    product,
    cast(quantity as decimal(38, 12)) as quantity,
    activity_unit,
    booked_mwh,
    case when booked_mwh is not null then 'booked' else 'mass' end as electricity_key,
    batch_attributed_direct_tco2e as attributed_direct_tco2e,
    batch_attributed_indirect_tco2e as attributed_indirect_tco2e,
    batch_embedded_tco2e as embedded_tco2e,
    batch_attributed_direct_tco2e + batch_attributed_indirect_tco2e as process_emissions_tco2e,
    batch_attributed_direct_tco2e + batch_attributed_indirect_tco2e + batch_embedded_tco2e as emissions_tco2e,
    cast(batch_attributed_direct_tco2e + batch_attributed_indirect_tco2e as double) / nullif(cast(quantity as double), 0)
        as process_intensity_tco2e_per_t,
    cast(batch_attributed_direct_tco2e + batch_attributed_indirect_tco2e + batch_embedded_tco2e as double)
    / nullif(cast(quantity as double), 0) as see_total,
    case
        when is_rest and quantity = 0 then 'nothing was made · 當月無產出'
        when is_rest then 'made, but booked to no batch · 有產出而未登錄批號'
        when batch = '' then 'the ledger names no batch · 日報未載批號'
        when embedded_tco2e is null then 'a precursor has no value · 前驅物缺排放值'
    end as note,
    direct_line_id,
    indirect_line_id,
    is_rest,
    site,
    period
from borne
