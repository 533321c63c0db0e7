{#-
  How a scoped model is kept on DuckDB: the pre-hook has deleted the scope's old rows, the new ones are appended, both
  in one transaction. Only rows of the scope are appended: a model that forgets to filter a table which holds every
  site would otherwise append the other sites' rows again.

  dbt-duckdb's own incremental materialization first writes a temporary table and asks three times for its columns;
  with seventy models that costs more than the arithmetic. A column that the table does not have is an error here too
  (`insert … by name`); `tracetonne rebuild` then makes the warehouse anew.

  Many periods at once are appended in their order, as months one by one would be: the engine skips row groups of other
  months.

  The rows of a Python model are written to a table of their own first, in the same transaction.
-#}
{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set scope = config.get('meta', {}).get('scope') -%}
    {%- set period_column = scope['period_column'] if scope else 'period' -%}
    {%- set is_bulk = period_column and (scope_periods() or []) | length != 1 -%}
    {%- set by_period = 'order by ' ~ period_column if is_bulk else '' -%}
    {%- set is_anew = should_full_refresh() or (config.get('meta', {}).get('kept_by_evidence') and var('anew', true)) -%}
    {%- set is_new = existing is none or existing.is_view or is_anew -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set rows = this.incorporate(path={'identifier': this.identifier ~ '__rows'}, type='table') -%}
    {%- set query = sql -%}
    {%- if model['language'] == 'python' -%}
        {%- set query = 'select * from ' ~ rows -%}
        {%- call statement('rows', language='python') -%}
            {{ create_table_as(False, rows, compiled_code, 'python') }}
        {%- endcall -%}
    {%- endif -%}
    {%- if is_new -%}
        {%- do drop_relation_if_exists(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {%- if is_new -%}
            {{ create_table_as(False, target_relation, 'select * from (' ~ query ~ ') as new_rows ' ~ by_period) }}
        {%- else -%}
            insert into {{ target_relation }} by name
            select * from (
                {{ query }}
            ) as new_rows
            {%- if scope %}
            where {{ in_scope(scope['site_column'], scope['period_column']) }}
            {%- endif %}
            {{ by_period }}
        {%- endif -%}
    {%- endcall -%}
    {%- if model['language'] == 'python' -%}
        {%- do drop_relation_if_exists(rows) -%}
    {%- endif -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}
