{#- What a declaration states a tonne of clinker or nitrogen: id, value, quantity of its line, unit. -#}
{% macro precursor_content_values() -%}
    {{ return([
        ('see_direct_id', 'see_direct_tco2e_per_t', 'precursor_see_direct_by_content', 'tCO2e/t'),
        ('electricity_mwh_per_t_id', 'electricity_mwh_per_t', 'precursor_electricity_by_content', 'MWh/t'),
        ('see_indirect_id', 'see_indirect_tco2e_per_t', 'precursor_see_indirect_by_content', 'tCO2e/t')
    ]) }}
{%- endmacro %}

{#- The line of such a value: one a declaration, however many lots or months rest on it. -#}
{% macro precursor_content_id(id, rows) -%}
    {%- for known, value, quantity, unit in precursor_content_values() if known == id -%}
        {{ line_id(
            "'" ~ quantity ~ "'", rows ~ '.material',
            object=rows ~ ".evidence_id || '.' || cast(" ~ rows ~ ".record_number as varchar)", series=rows ~ '.series',
            site=rows ~ '.site', period=rows ~ '.period'
        ) }}
    {%- endfor -%}
{%- endmacro %}

{#- Inputs of calc_document_line_input: precursors of several suppliers in one stock. -#}
{% macro precursor_line_inputs() -%}
    -- Precursors whose stock mixes several supplier values. The lots are what is left of opening stock and receipts.
    select
        averages.line_id,
        lot_values.input_name,
        lots.lot as input_order,
        case
            when lot_values.input_name = 'lot_quantity' then coalesce(lots.lot_quantity_t, 0)
            when lot_values.input_name = 'lot_weight' and lots.electricity_factor_id is not null
                then coalesce(lots.lot_quantity_t, 0) * coalesce(lots.electricity_mwh_per_t, 0)
            when lot_values.input_name = 'lot_weight' then coalesce(lots.lot_quantity_t, 0)
            when averages.quantity = 'precursor_see_direct' then lots.see_direct_tco2e_per_t
            when averages.quantity = 'precursor_electricity' then coalesce(lots.electricity_mwh_per_t, 0)
            when lots.electricity_factor_id is not null then lots.electricity_factor_tco2_per_mwh
            else coalesce(lots.see_indirect_tco2e_per_t, 0)
        end as value,
        case
            when lot_values.input_name = 'lot_quantity' then 't'
            when lot_values.input_name = 'lot_weight' and lots.electricity_factor_id is not null then 'MWh'
            when lot_values.input_name = 'lot_weight' then 't'
            when averages.quantity = 'precursor_electricity' then 'MWh/t'
            when averages.quantity = 'precursor_see_indirect' and lots.electricity_factor_id is not null
                then 'tCO2/MWh'
            else 'tCO2e/t'
        end as unit,
        case
            when lot_values.input_name in ('lot_quantity', 'lot_weight') then 'constant'
            when averages.quantity = 'precursor_see_direct' and lots.see_direct_id like 'line:%' then 'line'
            when averages.quantity = 'precursor_electricity' and lots.electricity_mwh_per_t_id is null
                then 'constant'
            when averages.quantity = 'precursor_electricity' and lots.electricity_mwh_per_t_id like 'line:%' then 'line'
            when averages.quantity = 'precursor_see_indirect'
                and coalesce(lots.electricity_factor_id, lots.see_indirect_id) is null
                then 'constant'
            when averages.quantity = 'precursor_see_indirect'
                and coalesce(lots.electricity_factor_id, lots.see_indirect_id) like 'line:%'
                then 'line'
            else 'factor'
        end as source_kind,
        case
            when lot_values.input_name in ('lot_quantity', 'lot_weight')
                then 'stock:' || lots.material || ':' || lots.lot
            when averages.quantity = 'precursor_see_direct' then lots.see_direct_id
            when averages.quantity = 'precursor_electricity'
                then coalesce(lots.electricity_mwh_per_t_id, 'stock:' || lots.material || ':not_known')
            else coalesce(
                lots.electricity_factor_id, lots.see_indirect_id, 'stock:' || lots.material || ':not_known'
            )
        end as source_id,
        lots.site,
        lots.period
    from (
        select site, period, series, material, see_direct_id as line_id, 'precursor_see_direct' as quantity
        from precursor_values
        union all
        select site, period, series, material, electricity_mwh_per_t_id as line_id, 'precursor_electricity' as quantity
        from precursor_values
        where electricity_mwh_per_t_id is not null
        union all
        select site, period, series, material, see_indirect_id as line_id, 'precursor_see_indirect' as quantity
        from precursor_values
        where see_indirect_id is not null
    ) as averages
    inner join lots
        on averages.site = lots.site
        and averages.period = lots.period
        and averages.series = lots.series
        and averages.material = lots.material
    inner join (
        select 'lot_quantity' as input_name
        union all
        select 'lot_value' as input_name
        union all
        select 'lot_weight' as input_name
    ) as lot_values
        on lot_values.input_name <> 'lot_weight'
        or averages.quantity = 'precursor_see_indirect'

    {%- for id, value, quantity, unit in precursor_content_values() %}

    union all

    {{ document_input_columns(
        'lots', id, "'declared'", 'declared_' ~ value, "'" ~ unit ~ "'", source_kind('declared_' ~ id), 'declared_' ~ id,
        distinct=true
    ) }}
    from lots
    where stated_content is not null
        and {{ id }} is not null

    union all

    {{ document_input_columns(
        'lots', id, "'content'", 'stated_content', "'1'", "'factor'", 'stated_content_id', distinct=true
    ) }}
    from lots
    where stated_content is not null
        and {{ id }} is not null
    {%- endfor %}
{%- endmacro %}

{#- Lines of calc_document_line: precursors of several suppliers in one stock. -#}
{% macro precursor_lines() -%}
    {{ document_line_columns(
        'see_direct_id', "'moving_weighted_average'", "'IR (EU) 2025/2547, Annex III, B; Art. 14'", 'material',
        "'precursor_see_direct'", 'see_direct_tco2e_per_t', "'tCO2e/t'",
        "'sumproduct(lot_quantity, lot_value) / sum(lot_quantity)'", series='series',
        quality="case when value_basis = 'measured' then 'calculated' else 'default' end"
    ) }}
    from precursor_values

    union all

    {{ document_line_columns(
        'electricity_mwh_per_t_id', "'moving_weighted_average'", "'IR (EU) 2025/2547, Annex III, B; Art. 14'",
        'material', "'precursor_electricity'", 'electricity_mwh_per_t', "'MWh/t'",
        "'sumproduct(lot_quantity, lot_value) / sum(lot_quantity)'", series='series'
    ) }}
    from precursor_values
    where electricity_mwh_per_t_id is not null

    union all

    {{ document_line_columns(
        'see_indirect_id', "'moving_weighted_average'", "'IR (EU) 2025/2547, Annex III, B; Art. 14'", 'material',
        "'precursor_see_indirect'", 'see_indirect_tco2e_per_t', "'tCO2e/t'",
        "'sumproduct(lot_weight, lot_value) / sum(lot_quantity)'", series='series'
    ) }}
    from precursor_values
    where see_indirect_id is not null

    {%- for id, value, quantity, unit in precursor_content_values() %}

    union all

    {{ document_line_columns(
        id, "'functional_unit@1'", "'IR (EU) 2025/2547 Article 4; Annex III B (eq. 64 to 66)'", 'material',
        "'" ~ quantity ~ "'", value, "'" ~ unit ~ "'", "'declared * content'", series='series',
        quality="case when value_basis = 'measured' then 'calculated' else 'default' end", distinct=true
    ) }}
    from lots
    where stated_content is not null
        and {{ id }} is not null
    {%- endfor %}
{%- endmacro %}
