with
documents as (
    select * from {{ source('raw', 'factor_document') }}
),

active_evidence as (
    select * from {{ ref('stg_register__active_evidence') }}
),

factor_units as (
    select * from {{ ref('factor_unit') }}
),

-- A second person may approve a proposal later, the whole document or one record of it.
approvals as (
    select
        site,
        subject,
        max(approver) as approver
    from {{ ref('stg_register__decision') }}
    where decision = 'approve'
    group by site, subject
),

typed as (
    select
        documents.site,
        documents.evidence_id,
        documents.record_number,
        active_evidence.arrival_order,
        {{ landed_text('documents.factor_code') }} as factor_code,
        lower({{ landed_text('documents.parameter') }}) as parameter,
        {{ landed_text('documents.material') }} as material,
        {{ landed_text('documents.value') }} as published_value,
        {{ landed_factor('documents.value') }} as printed_number,
        {{ landed_text('documents.unit') }} as published_unit,
        {{ landed_date('documents.valid_from') }} as valid_from,
        {{ landed_text('documents.valid_to') }} as valid_to_text,
        {{ landed_date('documents.valid_to') }} as valid_to,
        {{ landed_date('documents.known_since') }} as known_since,
        {{ landed_text('documents.source') }} as source,
        coalesce(lower({{ landed_text('documents.source_class') }}), 'site_declared') as source_class,
        {{ landed_text('documents.author') }} as author,
        coalesce(
            {{ landed_text('documents.approver') }}, record_approvals.approver, document_approvals.approver
        ) as approver,
        {{ landed_text('documents.note') }} as note,
        {{ landed_text('documents.page') }} as page,
        lower({{ landed_text('documents.basis') }}) as basis,
        {{ landed_text('documents.gwp_set') }} as gwp_set,
        coalesce({{ landed_number('documents.load_pct') }}, 100) as load_pct,
        {{ landed_number('documents.uncertainty_pct') }} as uncertainty_pct,
        {{ landed_number('documents.supply_share_pct') }} as supply_share_pct,
        {%- for paper in ['hourly_metering', 'supply_contract', 'link_diagram', 'grid_connection'] %}
        {{ landed_reference('documents.' ~ paper) }} as {{ paper }}{{ ',' if not loop.last }}
        {%- endfor %}
    from documents
    inner join active_evidence
        on documents.site = active_evidence.site
        and documents.evidence_id = active_evidence.evidence_id
    left join approvals as document_approvals
        on documents.site = document_approvals.site
        and documents.evidence_id = document_approvals.subject
    left join approvals as record_approvals
        on documents.site = record_approvals.site
        and documents.evidence_id || '/' || cast(documents.record_number as varchar) = record_approvals.subject
),

converted as (
    select
        typed.*,
        factor_units.canonical_unit as unit,
        typed.printed_number * factor_units.factor as value
    from typed
    left join factor_units
        on typed.parameter = factor_units.parameter
        and {{ factor_unit_key('typed.published_unit') }} = factor_units.unit_key
),

judged as (
    select
        *,
        case
            when parameter is null or parameter not in (select parameter from factor_units) then 'unknown_parameter'
            when printed_number is null then 'unreadable_value'
            when unit is null then 'unknown_unit'
            when {{ impossible_factor('parameter', 'value') }} then 'impossible_value'
            when valid_from is null
                or (valid_to_text is not null and valid_to is null)
                or valid_to <= valid_from
                then 'unreadable_date'
            -- A product's life cycle is no factor of its making; inventories of organisations count with it.
            when source_class in ('epd', 'lca', 'pcf') and parameter <> 'life_cycle_factor' then 'life_cycle_value'
            when source_class not in (
                'site_declared', 'supplier', 'cbam_default', 'type_1', 'type_2', 'epd', 'lca', 'pcf',
                'country_default', 'direct_link', 'power_purchase'
            )
                then 'unknown_source_class'
            when source_class in ('country_default', 'direct_link', 'power_purchase')
                and parameter <> 'electricity_factor'
                then 'unknown_source_class'
            -- What makes a factor of certain electricity admissible (IR (EU) 2025/2547 Annex II, D.4.1 to D.4.3).
            when source_class in ('direct_link', 'power_purchase') and hourly_metering is null then 'no_hourly_metering'
            when source_class in ('direct_link', 'power_purchase') and supply_contract is null then 'no_supply_contract'
            when source_class = 'direct_link' and link_diagram is null then 'no_link_diagram'
            when source_class = 'power_purchase' and grid_connection is null then 'no_grid_connection'
            -- One factor holds for all electricity that the site buys in a month.
            when source_class in ('direct_link', 'power_purchase') and coalesce(supply_share_pct, 0) < 100
                then 'part_of_the_supply'
            when parameter = 'ncv' and basis = 'gcv' then 'gross_basis'
            when source is null then 'no_source'
            when author is null or approver is null then 'no_approver'
            when lower(author) = lower(approver) then 'author_is_approver'
        end as refusal_code
    from converted
)

select
    site,
    evidence_id,
    record_number,
    arrival_order,
    factor_code,
    material,
    -- Each point of a boiler's curve is a factor of its own, such as heat_efficiency_62.5.
    case when parameter = 'heat_efficiency_at_load' then 'heat_efficiency_' || {{ shown('load_pct') }} else parameter end
        as parameter,
    value,
    unit,
    published_value,
    published_unit,
    valid_from,
    valid_to,
    known_since,
    source,
    source_class,
    author,
    approver,
    note,
    page,
    basis,
    gwp_set,
    uncertainty_pct,
    refusal_code is null as is_usable,
    refusal_code
from judged
