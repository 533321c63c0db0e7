{#-
  Attributed direct emissions (eq. 55) as a list of terms, stated once: the SQL adds all of them with absent ones as
  zero, the text of the line names only those that the evidence holds.
-#}

{#- `[sign, product, quantity, factor]` of every term after the process's own emissions. -#}
{% macro attribution_terms() -%}
    {{ return([
        ['+', 'heat_imported * heat_imported_factor', 'heat_imported', 'heat_imported_factor'],
        ['-', 'heat_exported * heat_exported_factor', 'heat_exported', 'heat_exported_factor'],
        ['+', 'waste_gas_imported * natural_gas_ef', 'waste_gas_imported', 'natural_gas_ef'],
        ['-', 'waste_gas_exported * natural_gas_ef * waste_gas_export', 'waste_gas_exported', 'waste_gas_export'],
        ['-', 'electricity_exported * electricity_exported_factor', 'electricity_exported',
            'electricity_exported_factor'],
        ['+', 'waste_gas_correction', 'waste_gas_correction', 'waste_gas_correction']
    ]) }}
{%- endmacro %}

{#- A term stands in the formula where its quantity and its factor were given. -#}
{% macro has_term(term) -%}
    {{ return('(' ~ term[2] ~ ' is not null and ' ~ term[3] ~ ' is not null)') }}
{%- endmacro %}

{#- The sum of eq. 55, before the floor. -#}
{% macro attributed_direct_sql() -%}
    direct * case when is_reconciled then reconciliation_factor else 1 end
    {%- for term in attribution_terms() %}
        {{ term[0] }} case when {{ has_term(term) }} then {{ term[1] }} else 0 end
    {%- endfor %}
{%- endmacro %}

{#- The text of the same formula; a negative result counts as zero where the rule says so. -#}
{% macro attributed_direct_text() -%}
    case when is_floored then 'max(0, ' else '' end
    || case when is_reconciled then 'direct * reconciliation_factor' else 'direct' end
    {%- for term in attribution_terms() %}
    || case when {{ has_term(term) }} then ' {{ term[0] }} {{ term[1] }}' else '' end
    {%- endfor %}
    || case when is_floored then ')' else '' end
{%- endmacro %}

{#- When an input of eq. 55 stands in the formula of its line. -#}
{% macro attribution_input_condition(name) -%}
    {%- if name == 'direct' -%}{{ return('1 = 1') }}{%- endif -%}
    {%- if name == 'reconciliation_factor' -%}{{ return('is_reconciled') }}{%- endif -%}
    {%- set conditions = [] -%}
    {%- for term in attribution_terms() if name in term[1].split(' * ') -%}
        {%- do conditions.append(has_term(term)) -%}
    {%- endfor -%}
    {{ return('(' ~ conditions | join(' or ') ~ ')') }}
{%- endmacro %}
