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
        lower({{ landed_text('footprint') }}) as footprint_key,
        {{ landed_number('uncertainty_pct') }} as uncertainty_pct
    from lists
    union all
    select
        site,
        evidence_id,
        {{ landed_text('material') }},
        lower({{ landed_text('footprint') }}),
        null
    from declarations
)

-- Where a document is linked twice, the wider of the stated intervals holds.
select
    linked.site,
    linked.material,
    linked.footprint_key,
    max(linked.uncertainty_pct) as uncertainty_pct
from linked
inner join active_evidence
    on linked.site = active_evidence.site
    and linked.evidence_id = active_evidence.evidence_id
where linked.material is not null
    and linked.footprint_key is not null
group by linked.site, linked.material, linked.footprint_key
