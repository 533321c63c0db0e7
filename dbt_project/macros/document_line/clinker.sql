{#- Inputs of calc_document_line_input: clinker made. -#}
{% macro clinker_line_inputs() -%}
    -- Clinker made (equation 27): each cement with its clinker content, and what came, went and lay in store.
    {%- for name, unit, kind in [('cement', 't', 'fact'), ('clinker_content', '1', none)] %}
    {{ document_input_columns(
        'clinker_cements',
        "'line:' || clinker_cements.site || ':' || clinker_cements.period || ':-:clinker_production:' || clinker_cements.source_stream",
        "'" ~ name ~ "'", name, "'" ~ unit ~ "'",
        "'" ~ kind ~ "'" if kind else source_kind(name ~ '_id'), name ~ '_id', order='product'
    ) }}
    from clinker_cements
    where clinker_content is not null

    union all
    {%- endfor %}

    {{ document_input_columns(
        'clinker_facts',
        "'line:' || clinker_facts.site || ':' || clinker_facts.period || ':-:clinker_production:' || clinker_facts.subject",
        'quantity_name', 'value', 'unit', "'fact'", 'fact_id'
    ) }}
    from clinker_facts
    where fact_type = 'clinker'
{%- endmacro %}
