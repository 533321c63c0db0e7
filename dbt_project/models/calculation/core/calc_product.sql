{{ scoped() }}

-- Products and the process that makes them. Two rows of a template may carry the same name: then the CN code, and a
-- number where that is the same too, tells them apart.
with
periods as (
    select * from {{ ref('calc_period') }}
    where {{ in_scope() }}
),

processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
        and input_source = 'template'
),

goods as (
    select * from {{ ref('cbam_good') }}
),

template_products as (
    select
        *,
        case
            when clinker_factor is not null then 'clinker_content'
            when nitrogen_share is not null then 'nitrogen_content'
        end as content_name,
        count(*) over (partition by site, period, process) as goods_of_process
    from {{ ref('calc_template_product') }}
),

products as (
    -- A template states what a process made, not what of each good: known where it makes one.
    select
        template_products.site,
        template_products.period,
        'template' as input_source,
        template_products.process,
        coalesce(template_products.product_name, template_products.cn_code) as product,
        coalesce(template_products.product_name, template_products.cn_code) as product_name,
        template_products.cn_code,
        false as is_outside_cbam,
        case when goods.good_category is not null then processes.activity end as made,
        case when goods.good_category is not null then processes.activity_line_id end as made_id,
        template_products.content_name,
        coalesce(template_products.clinker_factor, template_products.nitrogen_share) as content,
        coalesce(template_products.clinker_factor_id, template_products.nitrogen_share_id) as content_id,
        {%- for form, cell in nitrogen_forms().items() %}
        template_products.{{ cell }} as {{ form }},
        template_products.{{ cell }}_id as {{ form }}_id,
        {%- endfor %}
        template_products.item
    from template_products
    left join processes
        on template_products.site = processes.site
        and template_products.period = processes.period
        and template_products.process = processes.process
    left join goods
        on processes.good_category = goods.good_category
        and template_products.content_name = goods.functional_content
        and template_products.goods_of_process = 1

    union all

    select
        site,
        period,
        'document' as input_source,
        process,
        product,
        product_name,
        cn_code,
        is_outside_cbam,
        cast(quantity_t as double) as made,
        quantity_id as made_id,
        content_name,
        content,
        content_id,
        {%- for form in nitrogen_forms() %}
        {{ form }},
        {{ form }}_id,
        {%- endfor %}
        0 as item
    from {{ ref('calc_document_product') }}
    where {{ in_scope() }}
),

counted as (
    select
        *,
        count(*) over (partition by site, period, process, product) as same_name,
        row_number() over (
            partition by site, period, process, product, cn_code
            order by item
        ) as same_name_number
    from products
),

named as (
    select
        counted.*,
        case
            when counted.same_name = 1 then counted.product
            when counted.same_name_number = 1 then counted.product || ' (' || counted.cn_code || ')'
            else counted.product || ' (' || counted.cn_code || ') #' || cast(counted.same_name_number as varchar)
        end as distinct_name
    from counted
)

select
    named.process,
    named.distinct_name as product,
    named.product_name,
    named.cn_code,
    named.is_outside_cbam,
    named.made,
    named.made_id,
    case when named.content_name is not null then {{ line_id(
        "'functional_made'", 'named.process', 'named.distinct_name', site='named.site', period='named.period'
    ) }} end as made_line_id,
    named.content_name,
    named.content,
    named.content_id,
    {%- for form in nitrogen_forms() %}
    named.{{ form }},
    named.{{ form }}_id,
    case when named.{{ form }} is not null then {{ line_id(
        "'" ~ form ~ "'", 'named.process', 'named.distinct_name', site='named.site', period='named.period'
    ) }} end as {{ form }}_line_id,
    {%- endfor %}
    {{ line_id(
        'named.content_name', 'named.process', 'named.distinct_name', site='named.site', period='named.period'
    ) }} as content_line_id,
    named.site,
    named.period
from named
inner join periods
    on named.site = periods.site
    and named.period = periods.period
    and named.input_source = periods.input_source
