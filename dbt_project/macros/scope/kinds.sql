{#- Which kinds of documents speak of what. -#}

{#- Papers of an organisation, which need no process. -#}
{% macro organisation_kinds() -%}
    {{ return([
        'office_lease', 'scope3_statement', 'commuting_survey', 'business_travel', 'transport_leg', 'waste_manifest',
        'purchase_ledger', 'inventory_source'
    ]) }}
{%- endmacro %}

{#- Papers of activity data, whose span is what happened. Master data, factors and certificates hold far beyond it. -#}
{% macro activity_kinds() -%}
    {{ return(
        ['meter_csv', 'taipower_bill', 'taipower_pdf_bill', 'city_gas_bill', 'fuel_card', 'production_ledger']
        + organisation_kinds() | reject('in', ['office_lease', 'scope3_statement', 'inventory_source']) | list
    ) }}
{%- endmacro %}

{#- Papers of CBAM with a day on which something was declared, priced or transacted. -#}
{% macro cbam_kinds() -%}
    {{ return(['import_declaration', 'certificate_price', 'certificate_transaction']) }}
{%- endmacro %}
