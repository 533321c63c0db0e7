{#-
  A row of calc_factor_register, for each of the sources that it unites. A column that is not given is the source's own
  column of that name, or what holds for most sources.
-#}
{% macro register_columns() -%}
    {%- set columns = {
        'origin': "'seed'",
        'factor_id': 'factor_id',
        'factor_code': 'factor_code',
        'version': 'version',
        'parameter': 'parameter',
        'material': 'cast(null as varchar)',
        'material_class': 'cast(null as varchar)',
        'value': 'value',
        'unit': 'unit',
        'published_value': 'published_value',
        'published_unit': 'published_unit',
        'source_class': 'source_class',
        'source': 'source',
        'document': 'document',
        'page': 'cast(null as varchar)',
        'basis': 'cast(null as varchar)',
        'gwp_set': 'cast(null as varchar)',
        'author': 'cast(null as varchar)',
        'approver': 'cast(null as varchar)',
        'gas': "'CO2'",
        'factor_use': "'any'",
        'country_code': 'cast(null as varchar)',
        'valid_from': 'valid_from',
        'valid_to': 'valid_to',
        'known_since': 'known_since',
        'licence': 'cast(null as varchar)',
        'status': "'active'",
        'note': 'note',
        'refusal_code': 'cast(null as varchar)',
        'arrival_order': 'cast(0 as bigint)',
        'raw_table': 'cast(null as varchar)',
        'evidence_id': 'cast(null as varchar)',
        'record_number': 'cast(null as bigint)',
        'source_stream': 'cast(null as varchar)',
        'site': 'cast(null as varchar)'
    } -%}
    select
        {%- for column, value in columns.items() %}
        {{ kwargs.get(column, value) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}
