{#-
  Schema `raw`: one view a landing table, made at the start of every run, so that raw records are catalog relations
  (column lineage reaches them) though they lie in Parquet. Tables and columns are those of models/staging/sources.yml.

  Each view shows `site` (from the folder), `evidence_id` (from the file name), `record_number` (1-based, in document
  order), then the table's columns. A table without any file yet is an empty view of the same shape.
-#}
{% macro create_raw_views() -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'snapshot', 'compile', 'show') -%}
        {%- set landing_root = var('landing_root', env_var('TRACETONNE_LANDING', '')) -%}
        {%- set tables = [] -%}
        {%- for node in graph.sources.values() if node.source_name == 'raw' -%}
            {%- do tables.append(node) -%}
        {%- endfor -%}
        {%- do adapter.create_schema(api.Relation.create(database=target.database, schema='raw')) -%}
        {%- set landed = landed_tables(landing_root) if landing_root else [] -%}
        {%- set statements = [] -%}
        {%- for node in tables | sort(attribute='name') -%}
            {%- set columns = node.columns.values() | list -%}
            {%- set view = api.Relation.create(database=target.database, schema='raw', identifier=node.name) -%}
            {%- if node.name in landed -%}
                {%- set query = landing_table_query(landing_root, node.name, columns) -%}
            {%- else -%}
                {%- set query = landing_table_empty_query(columns) -%}
            {%- endif -%}
            {%- do statements.append('create or replace view ' ~ view ~ ' as ' ~ query) -%}
        {%- endfor -%}
        {{ execute_statements(statements) }}
    {%- endif -%}
{%- endmacro %}

{#- The columns of a raw table that its documents brought, without the three that the view adds. -#}
{% macro landing_table_columns(columns) -%}
    {%- set own = [] -%}
    {%- for column in columns if column.name not in ('site', 'evidence_id', 'record_number') -%}
        {%- do own.append(column) -%}
    {%- endfor -%}
    {{ return(own) }}
{%- endmacro %}

{% macro landing_table_empty_query(columns) -%}
    select
        {%- for column in columns %}
        cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
{%- endmacro %}

{#- Names of the landing tables that have any file, found by one listing. -#}
{% macro landed_tables(landing_root) -%}
    {{ return(adapter.dispatch('landed_tables')(landing_root)) }}
{%- endmacro %}

{% macro duckdb__landed_tables(landing_root) -%}
    {%- set query -%}
        select distinct regexp_extract(file, '/([a-z0-9_]+)/site=[^/]*/[^/]*$', 1) as table_name
        from glob('{{ landing_pattern(landing_root, '*') }}')
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{#- Spark refuses a path without files, so every landing table must have been landed or have its schema file. -#}
{% macro spark__landed_tables(landing_root) -%}
    {%- set names = [] -%}
    {%- for node in graph.sources.values() if node.source_name == 'raw' -%}
        {%- do names.append(node.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- Run statements: DuckDB takes them in one round trip, others one at a time. -#}
{% macro execute_statements(statements) -%}
    {{ adapter.dispatch('execute_statements')(statements) }}
{%- endmacro %}

{% macro duckdb__execute_statements(statements) -%}
    {%- do run_query(statements | join(';\n')) -%}
{%- endmacro %}

{% macro default__execute_statements(statements) -%}
    {%- for statement in statements -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
{%- endmacro %}

{#- A folder of the user's may have a name that reads as a pattern: its signs are taken letter by letter. -#}
{% macro landing_pattern(landing_root, table_name) -%}
    {%- set root = landing_root | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') -%}
    {{ return((root ~ '/' ~ table_name ~ '/site=*/*.parquet') | replace("'", "''")) }}
{%- endmacro %}

{#- The query over the Parquet files of a landing table. -#}
{% macro landing_table_query(landing_root, table_name, columns) -%}
    {{ return(adapter.dispatch('landing_table_query')(landing_root, table_name, columns)) }}
{%- endmacro %}

{#- The schema file lies behind those of all sites and has no rows, so it needs no filter. -#}
{% macro duckdb__landing_table_query(landing_root, table_name, columns) -%}
    {%- set query -%}
    select
        site,
        parse_filename(filename, true) as evidence_id,
        file_row_number + 1 as record_number
        {%- for column in landing_table_columns(columns) %},
        {{ column.name }}
        {%- endfor %}
    from read_parquet(
        '{{ landing_pattern(landing_root, table_name) }}',
        hive_partitioning = true,
        hive_types = {'site': varchar},
        filename = true,
        file_row_number = true
    )
    {%- endset -%}
    {{ return(query) }}
{%- endmacro %}

{% macro spark__landing_table_query(landing_root, table_name, columns) -%}
    {%- set query -%}
    select
        cast(site as string) as site,
        regexp_replace(_metadata.file_name, '[.]parquet$', '') as evidence_id,
        _metadata.row_index + 1 as record_number
        {%- for column in landing_table_columns(columns) %},
        {{ column.name }}
        {%- endfor %}
    from parquet.`{{ landing_root }}/{{ table_name }}`
    {%- endset -%}
    {{ return(query) }}
{%- endmacro %}
