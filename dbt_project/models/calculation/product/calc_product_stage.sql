{#- Modules of EN 15804 by stage. What lies beyond the system boundary (D) is no stage. -#}
{%- set modules = {
    'A4': 'distribution', 'A5': 'distribution', 'B1': 'use', 'B2': 'use', 'B3': 'use', 'B4': 'use', 'B5': 'use', 'B6': 'use',
    'B7': 'use', 'C1': 'end_of_life', 'C2': 'end_of_life', 'C3': 'end_of_life', 'C4': 'end_of_life'
} -%}
{{ scoped() }}

-- The five stages of a product's life in a year, a kilogram of it (ISO 14067:2018 6.3.2). Raw materials are what purchased
-- precursors embed, production is the rest up to the gate, own precursors included. What comes after the gate is known from
-- documents only: an EPD of the product, else a statement of its maker. A stage that nobody states is missing with its
-- reason, and never zero.
with
years as (
    select
        site,
        period,
        period_start,
        period_end
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
),

figures as (
    select * from {{ ref('calc_figure') }}
    where {{ in_scope() }}
        and series = 'management'
        and quantity = 'see_total'
),

parts as (
    select
        site,
        period,
        process,
        sum(case when not is_own then embedded else 0 end) as bought_tco2e,
        sum(case when not is_own then 1 else 0 end) as bought_parts,
        sum(case when is_own then 1 else 0 end) as own_parts,
        sum(case when embedded is null then 1 else 0 end) as missing_parts
    from {{ ref('calc_embedded_part') }}
    where {{ in_scope() }}
        and series = 'management'
        and chain in ('see_direct', 'see_indirect')
    group by site, period, process
),

levels as (
    select
        site,
        period,
        process,
        see_total,
        activity_level
    from {{ ref('calc_process_intensity') }}
    where {{ in_scope() }}
        and series = 'management'
),

product_units as (
    select * from {{ ref('calc_product_unit') }}
    where {{ in_scope() }}
),

statements as (
    select * from {{ ref('stg_product__stage_statement') }}
    where {{ in_scope_site() }}
),

links as (
    select * from {{ ref('stg_supplier__footprint_link') }}
    where {{ in_scope_site() }}
),

declarations as (
    select * from {{ ref('calc_epd_intensity') }}
    where {{ in_scope_site() }}
        and is_newest
        and declared_mass_kg > 0
        and null_reason is null
),

indicators as (
    select * from {{ ref('stg_supplier__epd_indicator') }}
    where {{ in_scope_site() }}
        and part = 'total'
        and scenario is null
),

products as (
    select
        figures.site,
        figures.period,
        figures.process,
        figures.product,
        figures.product_name,
        figures.value as see_total,
        figures.line_id,
        figures.note,
        parts.bought_parts,
        parts.own_parts,
        parts.missing_parts,
        {{ line_value('figures.value') }} as gate_kgco2e_per_kg,
        -- A good that counts by its content bears precursors as it bears the rest.
        {{ line_value(
            'cast(parts.bought_tco2e as double) / nullif(levels.activity_level, 0)'
            ~ ' * (case when levels.see_total = 0 then 1 else figures.value / levels.see_total end)'
        ) }} as bought_kgco2e_per_kg
    from figures
    inner join years
        on figures.site = years.site
        and figures.period = years.period
    left join levels
        on figures.site = levels.site
        and figures.period = levels.period
        and figures.process = levels.process
    left join parts
        on figures.site = parts.site
        and figures.period = parts.period
        and figures.process = parts.process
    where figures.product is not null
),

computed as (
    select
        site,
        period,
        process,
        product,
        product_name,
        'raw_materials' as life_stage,
        1 as stage_order,
        case when bought_parts > 0 and missing_parts = 0 then bought_kgco2e_per_kg end as kgco2e_per_kg,
        'computed' as stage_basis,
        line_id as stage_source,
        case
            when missing_parts > 0 then 'a precursor has no value'
            when coalesce(bought_parts, 0) = 0 and own_parts > 0 then 'its precursors are made on site and count as production'
            when coalesce(bought_parts, 0) = 0 then 'no purchased precursor is on record'
            when bought_kgco2e_per_kg is null then coalesce(note, 'the year has no intensity of the product')
        end as reason,
        case
            when missing_parts > 0 then '前驅物缺排放值'
            when coalesce(bought_parts, 0) = 0 and own_parts > 0 then '前驅物為廠內自製，計入生產階段'
            when coalesce(bought_parts, 0) = 0 then '無外購前驅物紀錄'
            when bought_kgco2e_per_kg is null then '該年無產品碳強度'
        end as reason_zh
    from products

    union all

    select
        site,
        period,
        process,
        product,
        product_name,
        'production',
        2,
        gate_kgco2e_per_kg
        - coalesce(case when bought_parts > 0 and missing_parts = 0 then bought_kgco2e_per_kg end, 0),
        'computed',
        line_id,
        case when gate_kgco2e_per_kg is null then coalesce(note, 'the year has no intensity of the product') end,
        case when gate_kgco2e_per_kg is null then '該年無產品碳強度' end
    from products
),

module_amounts as (
    select
        declarations.site,
        years.period,
        links.material as product,
        declarations.evidence_id,
        declarations.record_number,
        declarations.valid_from,
        declarations.arrival_order,
        declarations.declared_mass_kg,
        coalesce(declarations.registration_number, declarations.dataset_uuid) as declaration,
        case indicators.module
            {%- for module, stage in modules.items() %}
            when '{{ module }}' then '{{ stage }}'
            {%- endfor %}
        end as life_stage,
        indicators.module,
        min(indicators.amount_kgco2e) as amount_kgco2e,
        count(distinct indicators.amount_kgco2e) as amount_count
    from declarations
    inner join years
        on declarations.site = years.site
        and coalesce(declarations.valid_from, date '1900-01-01') < years.period_end
        and coalesce(declarations.valid_to, date '9999-12-31') > years.period_start
    inner join links
        on declarations.site = links.site
        and (
            links.footprint_key = declarations.dataset_uuid
            or links.footprint_key = lower(declarations.registration_number)
        )
    inner join indicators
        on declarations.site = indicators.site
        and declarations.evidence_id = indicators.evidence_id
        and declarations.dataset_uuid = indicators.dataset_uuid
        and coalesce(declarations.dataset_version, '') = coalesce(indicators.dataset_version, '')
        and declarations.method = indicators.method
    where indicators.module in ('{{ modules | join("', '") }}')
    group by
        declarations.site, years.period, links.material, declarations.evidence_id, declarations.record_number,
        declarations.valid_from, declarations.arrival_order, declarations.declared_mass_kg, declarations.registration_number,
        declarations.dataset_uuid, indicators.module
),

-- A module that is printed with two amounts says none.
declared_stages as (
    select
        site,
        period,
        product,
        life_stage,
        {{ line_value('cast(sum(' ~ line_value('amount_kgco2e') ~ ') as double) / declared_mass_kg') }} as kgco2e_per_kg,
        'EPD ' || declaration || ', ' || {{ joined('module', ', ') }} as stage_source,
        row_number() over (
            partition by site, period, product, life_stage
            order by valid_from desc, arrival_order desc, evidence_id, record_number
        ) as choice_rank
    from module_amounts
    group by
        site, period, product, life_stage, evidence_id, record_number, valid_from, arrival_order, declared_mass_kg, declaration
    having max(amount_count) = 1
        and count(amount_kgco2e) = count(*)
),

stated_stages as (
    select
        years.site,
        years.period,
        statements.product,
        statements.life_stage,
        statements.statement_status,
        statements.statement_state,
        statements.statement_source,
        statements.reason,
        statements.reason_zh,
        statements.product_unit,
        product_units.kg_per_unit,
        {{ line_value('cast(statements.emissions_kgco2e_per_unit as double) / cast(product_units.kg_per_unit as double)') }}
            as kgco2e_per_kg,
        row_number() over (
            partition by years.site, years.period, statements.product, statements.life_stage
            order by statements.arrival_order desc, statements.evidence_id desc, statements.record_number desc
        ) as choice_rank
    from years
    inner join statements
        on years.site = statements.site
        and statements.valid_from < years.period_end
        and statements.valid_to > years.period_start
    left join product_units
        on years.site = product_units.site
        and years.period = product_units.period
        and statements.product = product_units.product
        and statements.product_unit = product_units.product_unit
),

after_gate as (
    select
        products.site,
        products.period,
        products.process,
        products.product,
        products.product_name,
        stages.life_stage,
        stages.stage_order,
        case
            when declared_stages.life_stage is not null then declared_stages.kgco2e_per_kg
            when stated_stages.statement_state = 'counted' and stated_stages.statement_status = 'declared'
                then stated_stages.kgco2e_per_kg
        end as kgco2e_per_kg,
        case when declared_stages.life_stage is not null then 'epd' else 'stated' end as stage_basis,
        case when declared_stages.life_stage is not null then declared_stages.stage_source else stated_stages.statement_source end
            as stage_source,
        case
            when stated_stages.life_stage is null
                then 'no EPD of the product and no statement on its life cycle gives it'
            when stated_stages.statement_state = 'author_is_approver' then 'its statement lacks a second person'
            when stated_stages.statement_state = 'no_emissions' then 'its statement gives no emissions, or no unit'
            when stated_stages.statement_status = 'declared' and stated_stages.kg_per_unit is null
                then 'master data give no mass of its unit, ' || stated_stages.product_unit || ': sheet product_units'
            else stated_stages.reason
        end as reason,
        case
            when stated_stages.life_stage is null then '無該產品之 EPD，亦無生命週期階段聲明'
            when stated_stages.statement_state = 'author_is_approver' then '聲明未經第二人核准'
            when stated_stages.statement_state = 'no_emissions' then '聲明缺排放量或單位'
            when stated_stages.statement_status = 'declared' and stated_stages.kg_per_unit is null
                then '主檔 product_units 頁缺單位 ' || stated_stages.product_unit || ' 之質量'
            else stated_stages.reason_zh
        end as reason_zh
    from products
    cross join (
        values ('distribution', 3), ('use', 4), ('end_of_life', 5)
    ) as stages (life_stage, stage_order)
    left join declared_stages
        on products.site = declared_stages.site
        and products.period = declared_stages.period
        and products.product = declared_stages.product
        and stages.life_stage = declared_stages.life_stage
        and declared_stages.choice_rank = 1
    left join stated_stages
        on products.site = stated_stages.site
        and products.period = stated_stages.period
        and products.product = stated_stages.product
        and stages.life_stage = stated_stages.life_stage
        and stated_stages.choice_rank = 1
),

listed as (
    select * from computed
    union all
    select * from after_gate
)

select
    process,
    product,
    product_name,
    life_stage,
    cast(stage_order as integer) as stage_order,
    kgco2e_per_kg,
    case when kgco2e_per_kg is not null then stage_basis else 'missing' end as stage_basis,
    case when kgco2e_per_kg is not null then stage_source end as stage_source,
    case when kgco2e_per_kg is null then reason end as reason,
    case when kgco2e_per_kg is null then reason_zh end as reason_zh,
    sum(kgco2e_per_kg) over (partition by site, period, process, product) as known_kgco2e_per_kg,
    cast(sum(case when kgco2e_per_kg is null then 1 else 0 end) over (partition by site, period, process, product) as integer)
        as missing_stages_count,
    site,
    period
from listed
