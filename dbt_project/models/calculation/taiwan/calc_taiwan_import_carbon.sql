{{ scoped() }}

{#- What a good says of itself, alike in all months of the same value. -#}
{%- set told = [
    'cn_code', 'country_code', 'supplier', 'declaration_number', 'value_basis', 'see_direct', 'see_indirect',
    'carbon_price_paid_twd_per_t', 'carbon_price_proof', 'import_exemption', 'evidence_id', 'record_number',
    'rule_status', 'benchmark', 'price', 'credit_cap', 'clause'
] -%}
-- Goods that were bought from abroad under Article 31 of the Climate Change Response Act, month by month by the rule of
-- the month and the declaration that the choice of values took for it, summed to the year.
with
years as (
    select distinct site, period, period_start, period_end
    from {{ ref('calc_taiwan_version') }}
    where {{ in_scope() }}
),

materials as (
    select * from {{ ref('stg_master__material') }}
    where role = 'precursor'
),

choices as (
    select * from {{ ref('calc_precursor_value_choice') }}
    where {{ in_scope_site() }}
        and series = 'management'
),

declarations as (
    select * from {{ ref('stg_factor__supplier_declaration') }}
    where is_usable
),

rules as (
    select * from {{ ref('taiwan_import_rule') }}
),

purchase_items as (
    select * from {{ ref('stg_master__purchase_item') }}
),

bought as (
    select
        parts.site,
        years.period,
        parts.subject as material,
        coalesce(purchase_items.installation, '') as installation,
        parts.period as month_period,
        parts.month_start,
        sum(parts.part_quantity) as part_quantity
    from years
    inner join {{ ref('calc_document_calendar_part') }} as parts
        on years.site = parts.site
        and parts.month_start >= years.period_start
        and parts.month_start < years.period_end
        and parts.part_source = 'purchase'
        and parts.canonical_unit = 't'
    left join purchase_items
        on parts.site = purchase_items.site
        and parts.seller_id = purchase_items.seller_id
        and lower(parts.description) = lower(purchase_items.description)
    group by parts.site, years.period, parts.subject, purchase_items.installation, parts.period, parts.month_start
),

-- The zero of an EU origin is that of the EU's charge and no emission: such a good needs a declaration here.
valued as (
    select
        bought.site,
        bought.period,
        bought.month_start,
        bought.material,
        bought.installation,
        cast(bought.part_quantity as decimal(38, 12)) as bought_t,
        coalesce(declarations.cn_code, choices.cn_code, materials.cn_code) as cn_code,
        coalesce(declarations.country_code, choices.country_code, upper(materials.country_code)) as country_code,
        coalesce(choices.see_direct_id, '') as value_id,
        choices.value_basis,
        choices.see_direct_tco2e_per_t * coalesce(declarations.stated_content, 1) as see_direct,
        coalesce(
            choices.see_indirect_tco2e_per_t,
            choices.electricity_mwh_per_t * choices.electricity_factor_tco2_per_mwh
        ) * coalesce(declarations.stated_content, 1) as see_indirect,
        declarations.supplier,
        declarations.declaration_number,
        declarations.carbon_price_paid_twd_per_t,
        declarations.carbon_price_proof,
        declarations.import_exemption,
        declarations.evidence_id,
        declarations.record_number
    from bought
    inner join materials
        on bought.site = materials.site
        and bought.material = materials.material
    left join choices
        on bought.site = choices.site
        and bought.month_period = choices.period
        and bought.material = choices.material
        and bought.installation = choices.installation
        and choices.source_class <> 'zero_rated_origin'
    left join declarations
        on choices.site = declarations.site
        and choices.material = declarations.material
        and choices.evidence_id = declarations.evidence_id
        and choices.record_number = declarations.record_number
),

-- The longest beginning of the CN code that holds in the month, as it was published last.
ruled as (
    select
        valued.*,
        coalesce(rules.rule_code, '') as rule_code,
        coalesce(rules.status, 'not_listed') as rule_status,
        rules.benchmark_tco2e_per_t as benchmark,
        rules.price_twd_per_tco2e as price,
        rules.credit_cap_share as credit_cap,
        rules.clause,
        row_number() over (
            partition by valued.site, valued.period, valued.material, valued.installation, valued.month_start
            order by length(coalesce(rules.cn_prefix, '')) desc, rules.valid_from desc, rules.known_since desc
        ) as choice
    from valued
    left join rules
        on starts_with(valued.cn_code, coalesce(rules.cn_prefix, ''))
        and rules.valid_from <= valued.month_start
        and coalesce(rules.valid_to, date '9999-12-31') > valued.month_start
    where valued.cn_code is not null
        and coalesce(valued.country_code, '') <> 'TW'
),

summed as (
    select
        site,
        period,
        material,
        value_id,
        rule_code,
        {%- for column in told %}
        max({{ column }}) as {{ column }},
        {%- endfor %}
        sum(bought_t) as bought_t
    from ruled
    where choice = 1
    group by site, period, material, value_id, rule_code
    having sum(bought_t) > 0
),

-- No paper hands in reduction credits for an import: those of the carbon fee are spent on the fee.
goods as (
    select
        *,
        cast(bought_t as double) as mass,
        see_direct + coalesce(see_indirect, 0) as see,
        cast(0 as double) as credits,
        case
            when carbon_price_proof is null then cast(0 as double)
            else cast(bought_t as double) * coalesce(carbon_price_paid_twd_per_t, 0)
        end as paid_abroad,
        case
            when rule_status <> 'in_force' or import_exemption is not null then false
            when country_code is not null then true
        end as is_liable
    from summed
),

{{ import_carbon_chain('goods') }}

select
    material,
    cn_code,
    country_code,
    supplier,
    declaration_number,
    value_id,
    value_basis,
    bought_t,
    see_direct as see_direct_tco2e_per_t,
    see_indirect as see_indirect_tco2e_per_t,
    {{ line_value('product_emissions') }} as product_emissions_tco2e,
    rule_code,
    rule_status,
    benchmark as benchmark_tco2e_per_t,
    price as price_twd_per_tco2e,
    carbon_price_paid_twd_per_t,
    carbon_price_proof,
    {{ line_value('paid_abroad') }} as paid_abroad_twd,
    import_exemption,
    is_liable,
    {{ line_value('difference') }} as difference_tco2e,
    {{ line_value('relief') }} as relief_tco2e,
    {{ line_value('creditable') }} as creditable_tco2e,
    {{ line_value('credits_used') }} as credits_used_tco2e,
    {{ line_value('levied') }} as levied_tco2e,
    {{ line_value('levy') }} as levy_twd,
    case
        when rule_status = 'awaited'
            then 'nothing is due: no rule under Article 31 of the Climate Change Response Act is published'
        when rule_status = 'not_listed' then 'nothing is due: no rule in force lists the CN code'
        when import_exemption is not null then 'exempt: ' || import_exemption
        when country_code is null then 'not computed: no document says in which country it was made'
        when see is null then 'not computed: no declaration of its embedded emissions'
        when carbon_price_paid_twd_per_t > 0 and carbon_price_proof is null
            then 'the carbon price paid abroad relieves nothing: no paper of its payment is named'
        when see_indirect is null and value_basis <> 'default'
            then 'direct emissions only: the declaration states no electricity'
    end as reason,
    case
        when rule_status = 'awaited' then '無應繳義務：氣候變遷因應法第 31 條之子法尚未公告'
        when rule_status = 'not_listed' then '無應繳義務：有效規定未列此 CN 碼'
        when import_exemption is not null then '免除：' || import_exemption
        when country_code is null then '無法計算：無文件載明生產國'
        when see is null then '無法計算：無隱含排放聲明'
        when carbon_price_paid_twd_per_t > 0 and carbon_price_proof is null then '國外碳價不予扣抵：未載明繳納證明文件'
        when see_indirect is null and value_basis <> 'default' then '僅計直接排放：聲明未載用電'
    end as reason_zh,
    coalesce(clause, '氣候變遷因應法 §31') as clause,
    evidence_id,
    record_number,
    site,
    period
from import_levies
