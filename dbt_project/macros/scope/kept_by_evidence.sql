{#-
  A landed document never changes, so what was read from it stays read: such a model keeps the rows of every document
  and appends those of new ones, however long the history. A build of changed methods says `anew`, which is also what a
  build means that says nothing: then all rows of all sites go, and each site's next build reads its documents again.

  First line of the model: `{{ kept_by_evidence() }}`; its query reads only `where {{ of_new_evidence(table) }}`.
-#}
{% macro kept_by_evidence() -%}
    {%- if target.type == 'spark' -%}
        {{ scoped(period_column=none) }}
    {%- else -%}
        {{ config(
            materialized='incremental',
            pre_hook="{{ delete_dropped_evidence(this) }}",
            meta={'scope': {'site_column': 'site', 'period_column': none}, 'kept_by_evidence': true}
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- Remove the rows of documents that no longer count. -#}
{% macro delete_dropped_evidence(relation) -%}
    {%- if is_kept(relation) -%}
        delete from {{ relation }}
        where {{ in_scope_site() }}
            and evidence_id not in (
                select evidence_id from {{ relation.incorporate(path={
                    'schema': 'staging', 'identifier': 'stg_register__active_evidence'
                }) }}
                where {{ in_scope_site() }}
            )
    {%- endif -%}
{%- endmacro %}

{#- Whether the rows of a relation hold still. -#}
{% macro is_kept(relation) -%}
    {%- if not execute or flags.FULL_REFRESH or var('anew', true) -%}{{ return(false) }}{%- endif -%}
    {%- set existing = load_relation(relation) -%}
    {{ return(existing is not none and existing.is_table) }}
{%- endmacro %}

{#- A predicate on `evidence_id`: documents of a landing table whose rows the model does not keep yet. -#}
{% macro of_new_evidence(table_name, column='evidence_id') -%}
    {{ adapter.dispatch('of_new_evidence')(table_name, column) }}
{%- endmacro %}

{#- Named one by one: the engine then opens no other file. -#}
{% macro duckdb__of_new_evidence(table_name, column) -%}
    {%- if not scope_site() or not is_kept(this) -%}
        1 = 1
    {%- else -%}
        {%- set query -%}
            select parse_filename(file, true) as evidence_id
            from glob('{{ landing_pattern(var('landing_root'), table_name) }}')
            where contains(file, '/site={{ scope_site() | replace("'", "''") }}/')
                and parse_filename(file, true) not in (select evidence_id from {{ this }} where {{ in_scope_site() }})
            order by 1
        {%- endset -%}
        {%- set found = run_query(query).columns[0].values() -%}
        {{ column ~ " in ('" ~ found | join("', '") ~ "')" if found else '1 = 0' }}
    {%- endif -%}
{%- endmacro %}

{#- Partitions that are overwritten hold all documents of a site. -#}
{% macro spark__of_new_evidence(table_name, column) -%}
    1 = 1
{%- endmacro %}

{#-
  Config of the register of documents itself: it keeps what it has read of a site, except of documents whose file is
  gone. Changed methods and a closed period, which counts only what had arrived, read the site's register anew; what a
  closed period left out, the next build finds unread.
-#}
{% macro kept_register() -%}
    {%- if target.type == 'spark' -%}
        {{ scoped(period_column=none) }}
    {%- else -%}
        {{ config(
            materialized='incremental',
            pre_hook="{{ delete_unlanded_evidence(this) }}",
            meta={'scope': {'site_column': 'site', 'period_column': none}}
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- Remove what the register does not keep. -#}
{% macro delete_unlanded_evidence(relation) -%}
    {{ delete_scope(relation, 'site', none) }}
    {%- if is_kept(relation) and var('known_until', none) is none %}
        and evidence_id not in (
            select parse_filename(file, true) from glob('{{ landing_pattern(var('landing_root'), 'evidence') }}')
        )
    {%- endif -%}
{%- endmacro %}

{#- A predicate on `evidence_id`: documents that the register does not keep yet. -#}
{% macro of_unread_evidence() -%}
    {%- if var('known_until', none) is not none -%}1 = 1{%- else -%}{{ of_new_evidence('evidence') }}{%- endif -%}
{%- endmacro %}
