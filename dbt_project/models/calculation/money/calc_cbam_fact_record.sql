{{ scoped() }}

-- One row an item of a declaration that counts in the year: the tonnes of one importer, quarter, good, origin and choice of
-- values are one fact, and where a declaration states what cement holds of clinker, its tonnes of clinker another; what a
-- certificate says was paid abroad is a third, in tonnes of emissions. And one
-- row what a transaction of certificates states, a fact of its own.
with
years as (
    select
        site,
        period,
        period_start
    from {{ ref('calc_period') }}
    where {{ in_scope() }}
        and period_type = 'year'
        and regime = 'cbam_definitive'
),

declarations as (
    select * from {{ ref('stg_imports__declaration') }}
    where declaration_state = 'counted'
),

products as (
    select * from {{ ref('calc_product') }}
    where {{ in_scope() }}
),

-- A product of the site by its code; where the ledger names none, by the CN code if one product alone has it.
own_codes as (
    select
        site,
        period,
        {{ cn_eight('cn_code') }} as cn_code,
        min(product) as product,
        min(process) as process
    from products
    group by site, period, {{ cn_eight('cn_code') }}
    having count(*) = 1
),

matched as (
    select
        declarations.*,
        years.period,
        quarter(declarations.declared_date) as import_quarter,
        {{ price_window('declarations.declared_date') }} as price_window,
        case when declarations.installation = declarations.site then coalesce(products.product, own_codes.product) end
            as own_product,
        case when declarations.installation = declarations.site then coalesce(products.process, own_codes.process) end
            as own_process
    from declarations
    inner join years
        on declarations.site = years.site
        and year(declarations.declared_date) = cast(years.period as integer)
    left join products
        on years.site = products.site
        and years.period = products.period
        and declarations.product = products.product
    left join own_codes
        on years.site = own_codes.site
        and years.period = own_codes.period
        and declarations.cn_code = own_codes.cn_code
        and declarations.product is null
),

chosen as (
    select
        *,
        coalesce(value_basis, case when own_product is null then 'default' else 'actual' end) as chosen_basis
    from matched
),

identified as (
    select
        *,
        'fact:' || {{ encode_part('site') }} || ':' || period || ':import:' || {{ encode_part('importer_eori') }} || ':'
        || cast(import_quarter as varchar) || case when price_window like '%-W%' then '.' || price_window else '' end
        || ':' || cn_code || ':' || {{ encode_part('country_code') }} || ':'
        || coalesce({{ encode_part('own_product') }}, '') || ':' || chosen_basis as fact_id
    from chosen
),

cements as (
    select cn_codes.cn_code
    from {{ ref('cbam_cn_code') }} as cn_codes
    inner join {{ ref('cbam_good') }} as goods
        on cn_codes.good_category = goods.good_category
    where goods.functional_content = 'clinker_content'
),

stated as (
    select distinct site, period, fact_id
    from identified
    where clinker_content is not null
),

quantities as (
    select
        *,
        'net_mass' as quantity_name,
        net_mass_t as quantity,
        cast(1 as double) as share
    from identified

    union all

    -- A price paid abroad counts once an independent person certified it (Article 9(2)), and never adds certificates.
    select
        *,
        'carbon_price_credit' as quantity_name,
        carbon_price_credit_t as quantity,
        cast(1 as double) as share
    from identified
    where carbon_price_credit_t > 0
        and carbon_price_certificate is not null

    union all

    -- An item that states nothing counts as clinker, which is never too low.
    select
        identified.*,
        'clinker_mass' as quantity_name,
        identified.net_mass_t as quantity,
        coalesce(identified.clinker_content, 1) as share
    from identified
    inner join cements
        on identified.cn_code = cements.cn_code
    inner join stated
        on identified.site = stated.site
        and identified.period = stated.period
        and identified.fact_id = stated.fact_id
),

transactions as (
    select * from {{ ref('calc_cbam_transaction') }}
    where {{ in_scope() }}
)

select
    fact_id || case quantity_name when 'clinker_mass' then ':clinker' when 'carbon_price_credit' then ':credit' else '' end
        as fact_id,
    'import' as fact_type,
    importer_eori,
    importer,
    import_quarter,
    price_window,
    cn_code,
    country_code,
    own_product,
    own_process,
    chosen_basis,
    quantity_name,
    case quantity_name when 'carbon_price_credit' then 'tCO2e' else 't' end as unit,
    'import_declaration' as raw_table,
    evidence_id,
    record_number,
    'import' as role,
    quantity,
    share,
    site,
    period
from quantities
{% for name, value, unit, fact in [
    ('certificates', 'certificates_exact', 'certificate', 'certificates_id'),
    ('price_paid', 'price_exact', 'EUR/tCO2e', 'price_id')
] %}
union all

select
    {{ fact }} as fact_id,
    'certificate_transaction' as fact_type,
    importer_eori,
    cast(null as varchar) as importer,
    transacted_quarter as import_quarter,
    cast(null as varchar) as price_window,
    cast(null as varchar) as cn_code,
    cast(null as varchar) as country_code,
    cast(null as varchar) as own_product,
    cast(null as varchar) as own_process,
    cast(null as varchar) as chosen_basis,
    '{{ name }}' as quantity_name,
    '{{ unit }}' as unit,
    'certificate_transaction' as raw_table,
    evidence_id,
    record_number,
    transaction_kind as role,
    {{ value }} as quantity,
    cast(1 as double) as share,
    site,
    period
from transactions
where {{ value }} is not null
{%- if name == 'price_paid' %}
    and (is_of_year or (transaction_kind = 'purchase' and transacted_quarter > 0))
{%- endif %}
{% endfor %}
