{#- Inputs of calc_document_line_input: what meters show, and the electricity of the installation. -#}
{% macro meter_line_inputs() -%}
    -- Energy of a meter: its readings, what fills its gaps, transformer ratio and unit.
    {%- for input_name, fact_type in [
        ('reading', 'meter_reading'), ('gap', 'meter_gap'), ('entry', 'meter_entry'), ('register', 'meter_register')
    ] %}
    {{ fact_input_columns('meter_energy', 'meter_energy.line_id', input_name) }}
    from meter_energy
    inner join facts
        on meter_energy.site = facts.site
        and meter_energy.period = facts.period
        and meter_energy.meter = facts.subject
        and facts.fact_type = '{{ fact_type }}'
    {%- if input_name == 'gap' %}
    where meter_energy.fill_quantity <> 0
    {%- endif %}

    union all
    {% endfor %}
    {{ document_input_columns(
        'meter_energy', 'line_id', "'multiplier'", 'cast(multiplier as double)', "'1'", "'constant'",
        "'master_meter:' || meter || ':multiplier'"
    ) }}
    from meter_energy
    where record_count > 0
        or register_quantity is not null

    union all

    {{ document_input_columns(
        'meter_energy', 'line_id', "'units_per_mwh'", 'units_per_mwh', "'1'", "'constant'", "'unit_conversion:MWh'"
    ) }}
    from meter_energy
    where record_count > 0
        or register_quantity is not null

    union all

    -- Electricity of the installation: main meters, bills, or the process meters where there is nothing else.
    {{ document_input_columns(
        'site_electricity', 'site_electricity.line_id', "'part'", 'cast(meter_energy.energy_mwh as double)',
        "'MWh'", "'line'", 'meter_energy.line_id', order='meter_energy.line_id'
    ) }}
    from site_electricity
    inner join meter_energy
        on site_electricity.site = meter_energy.site
        and site_electricity.period = meter_energy.period
        and meter_energy.role = case site_electricity.electricity_source
            when 'main_meter' then 'main'
            when 'process_meter' then 'process'
        end

    union all

    {{ fact_input_columns('site_electricity', 'site_electricity.line_id', 'part') }}
    from site_electricity
    inner join facts
        on site_electricity.site = facts.site
        and site_electricity.period = facts.period
        and facts.fact_type = 'bill'
    where site_electricity.electricity_source = 'bill'
{%- endmacro %}

{#- The same: electricity of the processes, reconciled to the installation or by key. -#}
{% macro process_electricity_line_inputs() -%}
    -- Reconciliation of the process meters (equation 41).
    {{ document_input_columns(
        'process_electricity',
        "'line:' || process_electricity.site || ':' || process_electricity.period || ':-:electricity_reconciliation:site'",
        "'installation'", 'cast(site_electricity.supply_mwh as double)', "'MWh'", "'line'",
        'site_electricity.supply_line_id', distinct=true
    ) }}
    from process_electricity
    inner join site_electricity
        on process_electricity.site = site_electricity.site
        and process_electricity.period = site_electricity.period
    where process_electricity.attribution_method = 'sub_meter'
        and process_electricity.all_process_meters_mwh <> 0

    union all

    {{ document_input_columns(
        'process_electricity',
        "'line:' || process_electricity.site || ':' || process_electricity.period || ':-:electricity_reconciliation:site'",
        "'process_meter'", 'cast(meter_energy.energy_mwh as double)', "'MWh'", "'line'", 'meter_energy.line_id',
        order='meter_energy.line_id'
    ) }}
    from process_electricity
    inner join meter_energy
        on process_electricity.site = meter_energy.site
        and process_electricity.period = meter_energy.period
        and process_electricity.process = meter_energy.process
        and meter_energy.role = 'process'
    where process_electricity.attribution_method = 'sub_meter'
        and process_electricity.all_process_meters_mwh <> 0

    union all

    -- Electricity of a process (equation 42), or by key.
    {{ document_input_columns(
        'process_electricity', 'process_electricity.line_id', "'process_meter'",
        'cast(meter_energy.energy_mwh as double)', "'MWh'", "'line'", 'meter_energy.line_id',
        order='meter_energy.line_id'
    ) }}
    from process_electricity
    inner join meter_energy
        on process_electricity.site = meter_energy.site
        and process_electricity.period = meter_energy.period
        and process_electricity.process = meter_energy.process
        and meter_energy.role = 'process'
    where process_electricity.attribution_method = 'sub_meter'

    union all

    {{ document_input_columns(
        'process_electricity', 'line_id', "'reconciliation_factor'", 'reconciliation_factor', "'1'", "'line'",
        "'line:' || site || ':' || period || ':-:electricity_reconciliation:site'"
    ) }}
    from process_electricity
    where attribution_method = 'sub_meter'
        and all_process_meters_mwh <> 0

    union all

    {{ document_input_columns(
        'process_electricity', 'process_electricity.line_id', "'installation'",
        'cast(site_electricity.supply_mwh as double)', "'MWh'", "'line'", 'site_electricity.supply_line_id'
    ) }}
    from process_electricity
    inner join site_electricity
        on process_electricity.site = site_electricity.site
        and process_electricity.period = site_electricity.period
    where process_electricity.attribution_method = 'declared_share'
        or (process_electricity.attribution_method = 'functional_unit' and process_electricity.all_activity_levels > 0)

    union all

    {{ document_input_columns(
        'process_electricity', 'line_id', "'share'", 'declared_share', "'1'", "'constant'",
        "'master_attribution:' || process || ':share'"
    ) }}
    from process_electricity
    where attribution_method = 'declared_share'

    union all

    {{ document_input_columns(
        'process_electricity', 'process_electricity.line_id', "'activity_level'", 'facts.value', 'facts.unit',
        "'fact'", 'facts.fact_id'
    ) }}
    from process_electricity
    inner join facts
        on process_electricity.site = facts.site
        and process_electricity.period = facts.period
        and process_electricity.process = facts.subject
        and facts.fact_type = 'production'
        and facts.quantity_name = 'good_quantity'
    where process_electricity.attribution_method = 'functional_unit'
        and process_electricity.all_activity_levels > 0

    union all

    {{ document_input_columns(
        'process_electricity', 'line_id', "'all_activity_levels'", 'cast(all_activity_levels as double)', 'activity_unit',
        "'line'", 'levels_line_id'
    ) }}
    from process_electricity
    where attribution_method = 'functional_unit'
        and all_activity_levels > 0

    union all

    -- What all of them made, stated once for the site.
    {{ fact_input_columns('process_electricity', 'process_electricity.levels_line_id', 'activity_level') }}
    from process_electricity
    inner join facts
        on process_electricity.site = facts.site
        and process_electricity.period = facts.period
        and process_electricity.process = facts.subject
        and facts.fact_type = 'production'
        and facts.quantity_name = 'good_quantity'
    where process_electricity.attribution_method = 'functional_unit'
        and process_electricity.all_activity_levels > 0
{%- endmacro %}

{#- Lines of calc_document_line: meters, electricity of the installation and of its processes. -#}
{% macro meter_lines() -%}
    select
        line_id,
        'meter_energy' as method_id,
        'IR (EU) 2025/2547, Annex II, A.3' as clause,
        '-' as series,
        meter as subject,
        '' as object,
        'meter_electricity' as quantity,
        cast(energy_mwh as double) as value,
        'MWh' as unit,
        case
            when record_count = 0 and register_quantity is not null
                then 'sum(register) * multiplier / units_per_mwh'
            when record_count = 0 then 'sum(entry)'
            when fill_quantity = 0 then 'reading * multiplier / units_per_mwh'
            else '(reading + sum(gap)) * multiplier / units_per_mwh'
        end
        || case
            when (record_count > 0 or register_quantity is not null) and entered_mwh <> 0 then ' + sum(entry)'
            else ''
        end as formula,
        data_quality,
        site,
        period
    from meter_energy

    union all

    {{ document_line_columns(
        'line_id', 'electricity_source', "'IR (EU) 2025/2547, Annex II, A.3'", "'site'",
        "'installation_electricity'", 'cast(electricity_mwh as double)', "'MWh'",
        "case when electricity_source = 'own_power' then '0' else 'sum(part)' end", quality='data_quality'
    ) }}
    from site_electricity

    union all

    select distinct
        'line:' || site || ':' || period || ':-:electricity_reconciliation:site' as line_id,
        'reconciliation_factor' as method_id,
        'IR (EU) 2025/2547, Annex III, A, equation 41' as clause,
        '-' as series,
        'site' as subject,
        '' as object,
        'electricity_reconciliation' as quantity,
        reconciliation_factor as value,
        '1' as unit,
        'installation / sum(process_meter)' as formula,
        'calculated' as data_quality,
        site,
        period
    from process_electricity
    where attribution_method = 'sub_meter'
        and all_process_meters_mwh <> 0

    union all

    {{ document_line_columns(
        'levels_line_id', 'attribution_method', "'IR (EU) 2025/2547, Annex III, A'", "'site'", "'electricity_denominator'",
        'cast(all_activity_levels as double)', 'activity_unit', "'sum(activity_level)'", distinct=true
    ) }}
    from process_electricity
    where attribution_method = 'functional_unit'
        and all_activity_levels > 0

    union all

    select
        line_id,
        attribution_method as method_id,
        case
            when attribution_method = 'sub_meter' then 'IR (EU) 2025/2547, Annex III, A, equation 42'
            else 'IR (EU) 2025/2547, Annex III, A'
        end as clause,
        '-' as series,
        process as subject,
        '' as object,
        'process_electricity' as quantity,
        cast(electricity_mwh as double) as value,
        'MWh' as unit,
        case
            when attribution_method = 'sub_meter' and all_process_meters_mwh <> 0
                then 'sum(process_meter) * reconciliation_factor'
            when attribution_method = 'sub_meter' then 'sum(process_meter)'
            when attribution_method = 'declared_share' then 'installation * share'
            when all_activity_levels > 0 then 'installation * activity_level / all_activity_levels'
            else '0'
        end as formula,
        data_quality,
        site,
        period
    from process_electricity
{%- endmacro %}
