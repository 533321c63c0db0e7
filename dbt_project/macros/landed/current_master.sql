{#-
  The rows of a master-data table that are in force for a site: those of the latest workbook or CSV that holds any.
  A new version replaces the table as a whole, so it must repeat the rows that still hold, with their validity.

  Kept as tables, not views: a score of models ask for them, and each look would open the landed files again.
-#}
{% macro current_master(table_name) %}
with
landed as (
    select
        records.*,
        evidence.arrival_order,
        max(evidence.arrival_order) over (partition by records.site) as latest_arrival_order
    from {{ source('raw', table_name) }} as records
    inner join {{ ref('stg_register__active_evidence') }} as evidence
        on records.site = evidence.site
        and records.evidence_id = evidence.evidence_id
    where {{ in_scope_site('records.site') }}
),

current_rows as (
    select * from landed
    where arrival_order = latest_arrival_order
)
{% endmacro %}

{#- Validity of a master-data row, half-open; an open end lies far away so that ranges compare. -#}
{% macro validity() -%}
    coalesce({{ landed_date('valid_from') }}, date '1900-01-01') as valid_from,
    coalesce({{ landed_date('valid_to') }}, date '9999-12-31') as valid_to
{%- endmacro %}
