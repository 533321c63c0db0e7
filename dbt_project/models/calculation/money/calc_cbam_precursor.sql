{{ scoped() }}

-- Free allocation of a purchased precursor a tonne; where the months of a year differ, weighed by what was used in each.
with
summed as (
    select
        site,
        period,
        series,
        precursor,
        count(distinct sefa_id) as value_count,
        count(*) = count(sefa) as is_complete,
        cast(sum(cast(lot_quantity_t * sefa as decimal(38, 12))) as double) as sefa_sum,
        cast(sum(cast(lot_quantity_t as decimal(38, 12))) as double) as quantity_sum,
        max(sefa) as sefa,
        max(sefa_id) as sefa_id,
        max(case when is_of_producer then 0 else 1 end) = 1 as has_column_b
    from {{ ref('calc_cbam_precursor_lot') }}
    where {{ in_scope() }}
    group by site, period, series, precursor
)

select
    series,
    precursor,
    value_count > 1 as is_mixed,
    case
        when value_count = 1 then sefa
        when is_complete and quantity_sum <> 0 then sefa_sum / quantity_sum
    end as sefa,
    case when value_count = 1 then sefa_id else {{ line_id("'cbam_precursor_sefa'", 'precursor') }} end as sefa_id,
    has_column_b,
    site,
    period
from summed
