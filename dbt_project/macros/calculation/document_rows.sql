{#-
  Select lists of the long unions of the document models, so that each kind of row states only what it is: the caller
  writes `{{ edge_columns(…) }} from …`. Arguments are SQL.
-#}

{#- An edge of calc_document_fact_edge: what `record` brings to a fact. -#}
{% macro edge_columns(
    rows, fact_type, subject, unit, method, record, role, quantity, object="''", quantity_name='consumption',
    raw_table=none, record_quantity=none, part_days='1', document_days='1', period=none, evidence_id='evidence_id',
    record_number='record_number'
) -%}
    select
        {{ rows }}.site,
        {{ period or rows ~ '.period' }} as period,
        '{{ fact_type }}' as fact_type,
        {{ subject }} as subject,
        {{ object }} as object,
        {{ quantity_name if '.' in quantity_name else "'" ~ quantity_name ~ "'" }} as quantity_name,
        {{ unit }} as unit,
        {{ method }} as method_id,
        {{ "'" ~ raw_table ~ "'" if raw_table else record ~ '.raw_table' }} as raw_table,
        {{ record }}.{{ evidence_id }} as evidence_id,
        {{ record }}.{{ record_number }} as record_number,
        {{ role }} as role,
        {{ record_quantity or quantity }} as record_quantity,
        {{ quantity }} as quantity,
        {{ part_days }} as part_days,
        {{ document_days }} as document_days
{%- endmacro %}

{#- An edge from a document that may cover several months: `record` has the columns of calc_document_calendar_part. -#}
{% macro part_edge_columns(rows, fact_type, subject, method, record, object="''", quantity_name='consumption') -%}
    {{ edge_columns(
        rows, fact_type, subject, record ~ '.canonical_unit', method, record, record ~ '.role',
        record ~ '.part_quantity', object=object, quantity_name=quantity_name,
        record_quantity=record ~ '.canonical_quantity', part_days=record ~ '.part_days',
        document_days=record ~ '.document_days'
    ) }}
{%- endmacro %}

{#- An edge from a row of the production ledger; `quantity` is good, scrap, input or dispatched. -#}
{% macro batch_edge_columns(
    rows, fact_type, subject, quantity, method="'ledger'", object="''", quantity_name='consumption', sign='',
    role="'ledger'"
) -%}
    {{ edge_columns(
        rows, fact_type, subject, 'batches.' ~ quantity ~ '_unit', method, 'batches', role,
        sign ~ 'batches.' ~ quantity ~ '_quantity', object=object, quantity_name=quantity_name,
        raw_table='production_ledger'
    ) }}
{%- endmacro %}

{#- A step of arithmetic between documents and inputs (calc_document_line). -#}
{% macro document_line_columns(
    line_id, method, clause, subject, quantity, value, unit, formula, series="'-'", object="''", quality="'calculated'",
    distinct=false
) -%}
    select {{ 'distinct ' if distinct }}
        {{ line_id }} as line_id,
        {{ method }} as method_id,
        {{ clause }} as clause,
        {{ series }} as series,
        {{ subject }} as subject,
        {{ object }} as object,
        {{ quantity }} as quantity,
        {{ value }} as value,
        {{ unit }} as unit,
        {{ formula }} as formula,
        {{ quality }} as data_quality,
        site,
        period
{%- endmacro %}

{#- A named input of such a step (calc_document_line_input). -#}
{% macro document_input_columns(rows, line_id, name, value, unit, kind, source_id, order="''", distinct=false) -%}
    select {{ 'distinct ' if distinct }}
        {{ line_id }} as line_id,
        {{ name }} as input_name,
        {{ order }} as input_order,
        {{ value }} as value,
        {{ unit }} as unit,
        {{ kind }} as source_kind,
        {{ source_id }} as source_id,
        {{ rows }}.site,
        {{ rows }}.period
{%- endmacro %}

{#- An input that is a fact, or a line, of which several may stand under one name. -#}
{% macro fact_input_columns(rows, line_id, name, order='facts.fact_id') -%}
    {{ document_input_columns(
        rows, line_id, "'" ~ name ~ "'", 'facts.value', 'facts.unit', "'fact'", 'facts.fact_id', order=order
    ) }}
{%- endmacro %}

{#- Where a factor came from: a line of its own, a constant of the regulation, or the register. -#}
{% macro factor_kind(source_id) -%}
    case
        when {{ source_id }} like 'line:%' then 'line'
        when {{ source_id }} like 'constant:%' then 'constant'
        else 'factor'
    end
{%- endmacro %}
