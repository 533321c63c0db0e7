{#- Papers of activities outside processes, brought to one shape: columns of each table in the order of the fields. -#}
{%- set papers = {
    'transport_leg': {
        'key': ['waybill', 'leg'], 'day': 'departure_date',
        'class': "case when direction = 'downstream' then 'downstream_transport' else 'upstream_transport' end",
        'subject': 'mode', 'name': 'item', 'unit': 'unit', 'distance': 'distance_km'
    },
    'business_travel': {
        'key': ['trip', 'stretch'], 'day': 'travel_date', 'class': "'business_travel'", 'subject': 'mode',
        'name': 'purpose', 'distance': 'distance_km', 'nights': 'nights'
    },
    'commuting_survey': {
        'key': ['survey', 'answer'], 'day': 'survey_to', 'class': "'commuting'", 'subject': 'mode', 'name': 'answer',
        'distance': 'distance_km'
    },
    'waste_manifest': {
        'key': ['manifest', 'waste_code'], 'day': 'handover_date', 'class': "'waste'", 'subject': 'treatment',
        'name': 'waste_name', 'unit': 'unit'
    },
    'purchase_ledger': {
        'key': ['voucher', 'line'], 'day': 'purchase_date',
        'class': "case purchase_class when 'services' then 'purchased_services' when 'capital' then 'capital_goods' "
            ~ "else 'purchased_goods' end",
        'subject': 'item', 'name': 'item_name', 'unit': 'unit', 'spend': 'spend', 'currency': 'currency',
        'spend_category': 'spend_category'
    }
} -%}

with
active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

records as (
    {%- for table, columns in papers.items() %}
    select
        site,
        evidence_id,
        record_number,
        '{{ table }}' as raw_table,
        {% for part in columns.key -%}
        coalesce({{ landed_text(part) }}, ''){{ " || '|' || " if not loop.last }}
        {%- endfor %} as record_key,
        {{ landed_date(columns.day) }} as activity_date,
        {{ columns.class }} as item_class,
        {{ landed_text(columns.subject) }} as subject,
        {{ landed_text(columns.name) }} as subject_name,
        {{ landed_number('quantity') }} as quantity,
        {%- for field in ['unit', 'currency', 'spend_category'] %}
        {{ landed_text(columns[field]) if columns[field] else 'cast(null as varchar)' }} as {{ field }},
        {%- endfor %}
        {%- for field in ['distance', 'nights', 'spend'] %}
        {{ landed_number(columns[field]) if columns[field] else 'cast(null as decimal(38, 12))' }}
            as {{ {'distance': 'distance_km', 'nights': 'nights', 'spend': 'spend'}[field] }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ source('raw', table) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

-- A record that comes again, with its number, replaces the earlier one.
ranked as (
    select
        records.*,
        row_number() over (
            partition by records.site, records.raw_table, records.record_key
            order by
                active_evidence.arrival_order desc,
                records.evidence_id desc,
                records.record_number desc
        ) as latest_rank
    from records
    inner join active_evidence
        on records.site = active_evidence.site
        and records.evidence_id = active_evidence.evidence_id
)

select
    evidence_id,
    record_number,
    raw_table,
    record_key,
    activity_date,
    item_class,
    subject,
    subject_name,
    quantity,
    unit,
    distance_km,
    nights,
    spend,
    currency,
    spend_category,
    case when latest_rank = 1 then 'counted' else 'superseded' end as record_state,
    site
from ranked
