{{ scoped() }}

-- What each importer brought in by quarter and good, with the values that the declarant chose, and the certificates it
-- takes (Regulation (EU) 2023/956, Articles 2a, 6 and 22). Goods are not set off against each other (Commission Q&A 4.32).
with
facts as (
    select
        fact_id,
        importer_eori,
        max(importer) as importer,
        import_quarter,
        price_window,
        cn_code,
        country_code,
        own_product,
        own_process,
        chosen_basis,
        sum(quantity) as mass_exact,
        site,
        period
    from {{ ref('calc_cbam_fact_record') }}
    where {{ in_scope() }}
        and quantity_name = 'net_mass'
    group by
        fact_id, importer_eori, import_quarter, price_window, cn_code, country_code, own_product, own_process,
        chosen_basis, site, period
),

-- What cement holds of clinker, where a declaration says it.
clinkers as (
    select * from {{ ref('calc_cbam_fact') }}
    where {{ in_scope() }}
        and quantity_name = 'clinker_mass'
),

-- What certificates of a carbon price paid in the country of origin take off (Article 9).
credits as (
    select * from {{ ref('calc_cbam_fact') }}
    where {{ in_scope() }}
        and quantity_name = 'carbon_price_credit'
),

cn_codes as (
    select * from {{ ref('cbam_cn_code') }}
),

categories as (
    select * from {{ ref('cbam_good') }}
),

goods as (
    select * from {{ ref('calc_cbam_good') }}
    where {{ in_scope() }}
        and benchmark_column = 'B'
),

products as (
    select * from {{ ref('calc_cbam_product') }}
    where {{ in_scope() }}
),

rates as (
    select * from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
),

elsewhere as (
    select * from {{ ref('calc_cbam_import_elsewhere') }}
),

valued as (
    select
        facts.site,
        facts.period,
        facts.fact_id as net_mass_id,
        facts.importer_eori,
        facts.importer,
        facts.import_quarter,
        facts.price_window,
        facts.cn_code,
        facts.country_code,
        facts.own_product,
        facts.own_process,
        facts.chosen_basis,
        facts.mass_exact,
        cast(facts.mass_exact as double) as net_mass,
        clinkers.value as clinker_mass,
        clinkers.fact_id as clinker_mass_id,
        coalesce(credits.value, 0) as carbon_price_credit,
        coalesce(credits.fact_id, 'constant:no_carbon_price_certified') as carbon_price_credit_id,
        own_defaults.table_content,
        own_defaults.table_content_id,
        categories.functional_content = 'clinker_content' as is_cement,
        cn_codes.cn_code is not null and not goods.is_zero_rated as is_in_scope,
        -- Hydrogen and electricity know no threshold (Annex VII).
        cn_codes.cn_code is not null
        and not goods.is_zero_rated
        and categories.sector not in ('Hydrogen', 'Electricity') as counts_to_threshold,
        case facts.chosen_basis when 'actual' then products.see else goods.default_see end as see,
        case facts.chosen_basis
            when 'actual' then coalesce(products.see_id, 'constant:no_actual_value')
            else goods.default_see_id
        end as see_id,
        case facts.chosen_basis when 'actual' then products.sefa else goods.sefa_process end as sefa,
        case facts.chosen_basis
            when 'actual' then coalesce(products.sefa_id, 'constant:no_actual_value')
            else goods.sefa_process_id
        end as sefa_id,
        goods.default_total,
        goods.default_total_id,
        goods.sefa_process as default_sefa,
        goods.sefa_process_id as default_sefa_id,
        goods.is_cscf_assumed,
        thresholds.value as threshold,
        prices.value as price,
        prices.rate_id as price_id,
        prices.is_assumed as is_price_assumed,
        prices.price_match,
        holdings.value as holding_share,
        case
            when facts.chosen_basis = 'actual' and products.product is null
                then 'no actual value of this installation is on record · 無該設施之實際值'
            when facts.chosen_basis = 'actual' then products.reason
            else goods.default_note
        end as reason
    from facts
    inner join goods
        on facts.site = goods.site
        and facts.period = goods.period
        and goods.good_key = 'B:' || facts.cn_code || ':' || facts.country_code
    left join cn_codes
        on facts.cn_code = cn_codes.cn_code
    left join categories
        on cn_codes.good_category = categories.good_category
    left join products
        on facts.site = products.site
        and facts.period = products.period
        and facts.own_process = products.process
        and facts.own_product = products.product
        and products.value_option = 'actual'
    left join products as own_defaults
        on facts.site = own_defaults.site
        and facts.period = own_defaults.period
        and facts.own_process = own_defaults.process
        and facts.own_product = own_defaults.product
        and own_defaults.value_option = 'default'
        and own_defaults.table_content is not null
    left join clinkers
        on facts.site = clinkers.site
        and facts.period = clinkers.period
        and clinkers.fact_id = facts.fact_id || ':clinker'
    left join credits
        on facts.site = credits.site
        and facts.period = credits.period
        and credits.fact_id = facts.fact_id || ':credit'
    left join rates as thresholds
        on facts.site = thresholds.site
        and facts.period = thresholds.period
        and thresholds.rate_name = 'import_mass_threshold'
    left join rates as prices
        on facts.site = prices.site
        and facts.period = prices.period
        and prices.rate_name = 'price'
        and facts.import_quarter = prices.quarter
        and facts.price_window = prices.price_window
    left join rates as holdings
        on facts.site = holdings.site
        and facts.period = holdings.period
        and holdings.rate_name = 'holding_share'
),

-- Tables of default values and benchmarks count cement in tonnes of clinker.
counted_in_tables as (
    select
        *,
        case
            when clinker_mass is not null then clinker_mass
            when table_content is not null then {{ formula_sql('import_clinker') }}
            else net_mass
        end as table_mass,
        case
            when clinker_mass is not null then clinker_mass_id
            when table_content is not null
                then {{ line_id("'cbam_import_clinker'", 'importer_eori', 'substring(net_mass_id, 6)') }}
            else net_mass_id
        end as table_mass_id
    from valued
),

judged as (
    select
        counted_in_tables.*,
        case chosen_basis when 'actual' then net_mass else table_mass end as mass,
        case chosen_basis when 'actual' then net_mass_id else table_mass_id end as mass_id,
        sum(case when counts_to_threshold then mass_exact else 0 end) over (
            partition by counted_in_tables.site, counted_in_tables.period, counted_in_tables.importer_eori
        ) as mass_here,
        coalesce(elsewhere.elsewhere_t, 0) as mass_elsewhere
    from counted_in_tables
    left join elsewhere
        on counted_in_tables.site = elsewhere.site
        and counted_in_tables.period = elsewhere.period
        and counted_in_tables.importer_eori = elsewhere.importer_eori
),

-- Exactly 50 t do not exceed the threshold.
decided as (
    select
        *,
        counts_to_threshold and mass_here + mass_elsewhere <= threshold as is_exempt,
        case
            when not is_in_scope or (counts_to_threshold and mass_here + mass_elsewhere <= threshold) then 'no_certificates'
            else 'certificates'
        end as certificates_formula_name
    from judged
),

counted as (
    select
        *,
        case
            when certificates_formula_name = 'no_certificates' or (see is not null and sefa is not null)
                then {{ line_value(formula_sql_by('certificates_formula_name', ['certificates', 'no_certificates'])) }}
        end as certificates_exact,
        case
            when holding_share is not null and certificates_formula_name = 'certificates' and default_total is not null
                then {{ modules.re.sub('sefa', 'default_sefa', formula_sql('holding_part')) }}
        end as holding_part
    from decided
),

owed as (
    select
        *,
        cast(certificates_exact as double) as certificates,
        case when certificates_formula_name = 'certificates' then {{ formula_sql('embedded_emissions') }} end
            as embedded_emissions,
        case when certificates_formula_name = 'certificates' then {{ formula_sql('free_allocation') }} end
            as free_allocation
    from counted
)

select
    importer_eori,
    importer,
    import_quarter,
    price_window,
    cn_code,
    country_code,
    own_process,
    own_product,
    chosen_basis,
    mass_exact,
    net_mass,
    net_mass_id,
    table_content,
    table_content_id,
    table_mass,
    table_mass_id,
    mass,
    mass_id,
    is_in_scope,
    counts_to_threshold,
    is_exempt,
    see,
    see_id,
    sefa,
    sefa_id,
    embedded_emissions,
    {{ line_id("'cbam_embedded_emissions'", 'importer_eori', 'substring(net_mass_id, 6)') }} as embedded_emissions_id,
    free_allocation,
    {{ line_id("'cbam_free_allocation'", 'importer_eori', 'substring(net_mass_id, 6)') }} as free_allocation_id,
    carbon_price_credit,
    carbon_price_credit_id,
    certificates_formula_name,
    certificates,
    certificates_exact,
    {{ line_id("'cbam_certificates'", 'importer_eori', 'substring(net_mass_id, 6)') }} as certificates_id,
    price,
    price_id,
    {{ line_value(formula_sql('certificate_cost')) }} as certificate_cost,
    {{ line_id("'cbam_certificate_cost'", 'importer_eori', 'substring(net_mass_id, 6)') }} as certificate_cost_id,
    default_total,
    default_total_id,
    default_sefa,
    default_sefa_id,
    {{ line_value('holding_part') }} as holding_part,
    {{ line_id("'cbam_holding_part'", 'importer_eori', 'substring(net_mass_id, 6)') }} as holding_part_id,
    certificates_formula_name = 'certificates' and is_cscf_assumed as is_cscf_assumed,
    certificates_formula_name = 'certificates' and (is_cscf_assumed or coalesce(is_price_assumed, true)) as is_assumed,
    nullif(
        concat_ws(
            '; ', reason,
            case when not is_in_scope then 'not a good of Annex I, or of EU, EEA or Swiss origin · 非適用貨品或原產地' end,
            case
                when certificates_formula_name = 'certificates' and is_cement and chosen_basis = 'default'
                    and clinker_mass is null
                    and table_content is null
                    then 'a tonne of cement counts as a tonne of clinker: no clinker content is stated · 未填熟料含量，每公噸水泥以一公噸熟料計'
            end,
            case
                when is_exempt
                    then 'the importer does not exceed the threshold by the declarations that have landed; its other '
                        || 'imports of the year count too · 依已匯入之報單未逾門檻，該進口人全年其他進口亦應合計'
            end,
            case
                when counts_to_threshold and mass_here <= threshold and not is_exempt
                    then 'the importer exceeds the threshold with ' || {{ shown('mass_elsewhere') }} || ' t by declarations '
                        || 'landed for other sites · 併計其他廠區匯入之報單 ' || {{ shown('mass_elsewhere') }} || ' t 後逾門檻'
            end,
            case
                when certificates_formula_name = 'certificates' and carbon_price_credit = 0
                    then 'no carbon price paid in the country of origin is taken off: no certificate of it is stated '
                        || '· 未填原產國碳價支付證明，未予扣減'
            end,
            case
                when certificates_formula_name = 'certificates' and is_cscf_assumed
                    then 'assumes a cross-sectoral correction factor of 1 · 假設跨部門修正係數為 1'
            end,
            case
                when certificates_formula_name = 'certificates' and price_match = 'week'
                    then 'at ' || {{ shown('price') }} || ' EUR, the price of the week of import; certificates cost that of the '
                        || 'week of purchase · 以進口當週價格估算，實際依購買當週價格'
                when certificates_formula_name = 'certificates' and is_price_assumed
                    then 'assumes ' || {{ shown('price') }} || ' EUR, the price of the latest '
                        || case when price_window like '%-W%' then 'week known · 假設採最近一週價格'
                            else 'quarter known · 假設採最近一季價格' end
            end
        ), ''
    ) as note,
    site,
    period
from owed
