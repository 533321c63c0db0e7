{{ scoped() }}

with
lots as (
    select * from {{ ref('calc_document_precursor_lot') }}
    where {{ in_scope() }}
),

weighed as (
    select
        *,
        -- A lot states its indirect emissions as electricity and factor, or as one value per tonne.
        coalesce(lot_quantity_t, 0) * coalesce(electricity_mwh_per_t, 0) as lot_electricity_mwh,
        case
            when electricity_factor_id is not null
                then coalesce(lot_quantity_t, 0) * coalesce(electricity_mwh_per_t, 0)
            else coalesce(lot_quantity_t, 0)
        end as indirect_weight,
        coalesce(
            case when electricity_factor_id is not null then electricity_factor_tco2_per_mwh end,
            see_indirect_tco2e_per_t,
            0
        ) as indirect_value
    from lots
),

summed as (
    select
        site,
        period,
        series,
        material,
        count(*) as lot_count,
        count(distinct see_direct_id) as value_count,
        sum(cast(coalesce(lot_quantity_t, 0) as decimal(38, 12))) as lot_quantity_t,
        cast(sum(cast(coalesce(lot_quantity_t, 0) * see_direct_tco2e_per_t as decimal(38, 12))) as double)
            as direct_sum,
        cast(sum(cast(lot_electricity_mwh as decimal(38, 12))) as double) as electricity_sum,
        cast(sum(cast(indirect_weight * indirect_value as decimal(38, 12))) as double) as indirect_sum,
        max(electricity_mwh_per_t_id) as any_electricity_id,
        max(coalesce(electricity_factor_id, see_indirect_id)) as any_indirect_id,
        min(see_direct_tco2e_per_t) as lowest_see_direct,
        max(see_direct_tco2e_per_t) as see_direct_tco2e_per_t,
        max(see_direct_id) as see_direct_id,
        max(electricity_mwh_per_t) as electricity_mwh_per_t,
        max(electricity_mwh_per_t_id) as electricity_mwh_per_t_id,
        max(electricity_factor_tco2_per_mwh) as electricity_factor_tco2_per_mwh,
        max(electricity_factor_id) as electricity_factor_id,
        max(see_indirect_tco2e_per_t) as see_indirect_tco2e_per_t,
        max(see_indirect_id) as see_indirect_id,
        max(case value_basis when 'default' then 3 when 'unknown' then 2 else 1 end) as basis_rank,
        max(case value_match
            when 'default' then 4
            when 'previous_period' then 3
            when 'latest_published' then 2
            else 1
        end) as match_rank,
        max(value_note) as value_note
    from weighed
    group by site, period, series, material
)

select
    series,
    material,
    lot_count,
    lot_quantity_t,
    value_count > 1 and lot_quantity_t > 0 as is_mixed,
    case
        when value_count > 1 and lot_quantity_t > 0 and lowest_see_direct <> see_direct_tco2e_per_t
            then direct_sum / cast(lot_quantity_t as double)
        else see_direct_tco2e_per_t
    end as see_direct_tco2e_per_t,
    case
        when value_count > 1 and lot_quantity_t > 0
            then 'line:' || site || ':' || period || ':' || series || ':precursor_see_direct:' || material
        else see_direct_id
    end as see_direct_id,
    case
        when value_count = 1 or lot_quantity_t = 0 then electricity_mwh_per_t
        when any_electricity_id is not null then electricity_sum / cast(lot_quantity_t as double)
    end as electricity_mwh_per_t,
    case
        when value_count = 1 or lot_quantity_t = 0 then electricity_mwh_per_t_id
        when any_electricity_id is not null
            then 'line:' || site || ':' || period || ':' || series || ':precursor_electricity:' || material
    end as electricity_mwh_per_t_id,
    case when value_count = 1 or lot_quantity_t = 0 then electricity_factor_tco2_per_mwh end
        as electricity_factor_tco2_per_mwh,
    case when value_count = 1 or lot_quantity_t = 0 then electricity_factor_id end as electricity_factor_id,
    case
        when value_count = 1 or lot_quantity_t = 0 then see_indirect_tco2e_per_t
        when any_indirect_id is not null then indirect_sum / cast(lot_quantity_t as double)
    end as see_indirect_tco2e_per_t,
    case
        when value_count = 1 or lot_quantity_t = 0 then see_indirect_id
        when any_indirect_id is not null
            then 'line:' || site || ':' || period || ':' || series || ':precursor_see_indirect:' || material
    end as see_indirect_id,
    case basis_rank when 3 then 'default' when 2 then 'unknown' else 'measured' end as value_basis,
    case match_rank
        when 4 then 'default'
        when 3 then 'previous_period'
        when 2 then 'latest_published'
        else 'exact'
    end as value_match,
    value_note,
    site,
    period
from summed
