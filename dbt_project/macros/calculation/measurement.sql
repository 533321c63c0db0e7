{#-
  Emissions that are measured, from documents: records of anode effects and of stacks. A fact sums what its records
  say, or a product of two columns of each record (tracetonne/package/record_checks.py computes it again).
-#}

{#- Methods of source streams whose activity data are such records, as SQL literals. -#}
{% macro measured_methods() -%}
    'pfc_slope', 'pfc_overvoltage', 'cems_co2', 'cems_n2o'
{%- endmacro %}

{#-
  `[fact type, quantity, unit, SQL]` of the facts of a day's anode effects. Overvoltage and current efficiency are means
  per cell, so a longer period weighs them by cell-days.
-#}
{% macro pfc_quantities() -%}
    {{ return([
        ['measurement', 'cell_days', 'cell*day', 'cell_days'],
        ['measurement', 'anode_effect_minutes', 'min',
            'coalesce(anode_effect_minutes, anode_effects * mean_duration_minutes)'],
        ['measurement', 'overvoltage', 'mV*cell*day', 'overvoltage_mv * cell_days'],
        ['measurement', 'current_efficiency', '%*cell*day', 'current_efficiency_pct * cell_days']
    ]) }}
{%- endmacro %}

{#-
  The same of an hour of a stack (eq. 16). An hour with less than 80 % of its points keeps only its flow (Annex II,
  B.6.2.6).
-#}
{% macro cems_quantities() -%}
    {{ return([
        ['activity', 'consumption', 't', 'case when is_valid then concentration * flow / 1000000 end'],
        ['measurement', 'hours', '1', '1'],
        ['measurement', 'valid_hours', '1', 'case when is_valid then 1 end'],
        ['measurement', 'concentration', 'g/Nm3', 'case when is_valid then concentration end'],
        ['measurement', 'concentration_squared', '(g/Nm3)^2',
            'case when is_valid then concentration * concentration end'],
        ['measurement', 'unmeasured_flow', 'Nm3', 'case when not is_valid then flow end']
    ]) }}
{%- endmacro %}

{#- One row a record and quantity that it gives. -#}
{% macro measured_rows(rows, raw_table, quantities) -%}
    {%- for fact_type, quantity, unit, expression in quantities %}
    select
        site, measured_on, source_stream, '{{ fact_type }}' as fact_type, '{{ quantity }}' as quantity_name,
        '{{ unit }}' as unit, '{{ raw_table }}' as raw_table, evidence_id, record_number,
        cast({{ expression }} as decimal(38, 12)) as quantity
    from {{ rows }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
