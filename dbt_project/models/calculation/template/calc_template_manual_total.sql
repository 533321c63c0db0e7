-- Totals that the template lets its author type over the sums of sheet B (C_Emissions&Energy, rows ii).
select
    site,
    period,
    case field
        when 'fuel_total_tj' then 'fuel_energy'
        when 'co2_t' then 'co2'
        when 'biomass_t' then 'biogenic'
        when 'n2o_tco2e' then 'n2o'
        when 'pfc_tco2e' then 'pfc'
        when 'indirect_tco2e' then 'indirect'
    end as quantity,
    value_number as manual_total,
    cell_id as manual_total_id
from {{ ref('calc_template_cell') }}
where section = 'balance'
    and value_number is not null
    and field in ('fuel_total_tj', 'co2_t', 'biomass_t', 'n2o_tco2e', 'pfc_tco2e', 'indirect_tco2e')
