{{ scoped() }}

with
periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

products as (
    select * from {{ ref('stg_master__product') }}
),

processes as (
    select * from {{ ref('stg_master__process') }}
),

goods as (
    select * from {{ ref('cbam_good') }}
),

cn_codes as (
    select * from {{ ref('cbam_cn_code') }}
),

factors as (
    select * from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
        and month = ''
),

product_facts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type = 'product'
),

forms as (
    select
        site,
        period,
        source_stream as product
        {%- for form in nitrogen_forms() %},
        max(case when parameter = '{{ form }}' then value end) as {{ form }},
        max(case when parameter = '{{ form }}' then factor_id end) as {{ form }}_id
        {%- endfor %}
    from factors
    where parameter in ('{{ nitrogen_forms() | join("', '") }}')
    group by site, period, source_stream
),

in_force as (
    select
        periods.site,
        periods.period,
        products.product,
        products.product_name,
        products.cn_code,
        products.process,
        row_number() over (
            partition by periods.site, periods.period, products.product
            order by products.valid_from desc
        ) as validity_rank
    from periods
    inner join products
        on periods.site = products.site
        and products.valid_from < periods.period_end
        and products.valid_to > periods.period_start
)

select
    in_force.product,
    in_force.product_name,
    in_force.cn_code,
    in_force.process,
    {{ is_outside_cbam('processes.good_category') }} as is_outside_cbam,
    cn_codes.good_category as cn_code_category,
    product_facts.value_exact as quantity_t,
    product_facts.fact_id as quantity_id,
    goods.functional_content as content_name,
    factors.value as content,
    factors.factor_id as content_id,
    {%- for form in nitrogen_forms() %}
    forms.{{ form }},
    forms.{{ form }}_id,
    {%- endfor %}
    in_force.site,
    in_force.period
from in_force
left join product_facts
    on in_force.site = product_facts.site
    and in_force.period = product_facts.period
    and in_force.product = product_facts.subject
    and in_force.process = product_facts.object
left join processes
    on in_force.site = processes.site
    and in_force.process = processes.process
left join goods
    on processes.good_category = goods.good_category
left join cn_codes
    on in_force.cn_code = cn_codes.cn_code
left join factors
    on in_force.site = factors.site
    and in_force.period = factors.period
    and in_force.product = factors.source_stream
    and goods.functional_content = factors.parameter
left join forms
    on in_force.site = forms.site
    and in_force.period = forms.period
    and in_force.product = forms.product
where in_force.validity_rank = 1
