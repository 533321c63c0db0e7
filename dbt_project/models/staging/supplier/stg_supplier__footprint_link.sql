{#- Who says that an EPD or footprint is about a material: the site's own list, or the supplier's answer. -#}
with
lists as (
    select * from {{ source('raw', 'material_footprint') }}
),

declarations as (
    select * from {{ source('raw', 'supplier_declaration') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

linked as (
    select
        site,
        evidence_id,
        {{ landed_text('material') }} as material,
        lower({{ landed_text('footprint') }}) as footprint_key
    from lists
    union all
    select
        site,
        evidence_id,
        {{ landed_text('material') }},
        lower({{ landed_text('footprint') }})
    from declarations
)

select distinct
    linked.site,
    linked.material,
    linked.footprint_key
from linked
inner join active_evidence
    on linked.site = active_evidence.site
    and linked.evidence_id = active_evidence.evidence_id
where linked.material is not null
    and linked.footprint_key is not null
