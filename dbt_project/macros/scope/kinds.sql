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
    {{ return(['import_declaration', 'certificate_price', 'certificate_transaction', 'cbam_declaration']) }}
{%- endmacro %}

{#- CTE `known`: the last day of a site of which papers of activity or of CBAM speak. What is due later may still be done. -#}
{% macro last_known_ctes() -%}
known as (
    select
        site,
        cast(max({{ dbt.dateadd('day', -1, 'period_end') }}) as date) as last_known_date
    from {{ ref('stg_register__active_evidence') }}
    where {{ in_scope_site() }}
        and kind in ('{{ (activity_kinds() + cbam_kinds()) | join("', '") }}')
    group by site
)
{%- endmacro %}
