{#-
  Findings of records whose unit, item, process or product nobody knows, or whose quantity cannot be.
-#}
{% macro wording_finding_ctes() -%}
negative_readings as (
    select
        site,
        period,
        'negative_reading' as balance,
        meter as subject,
        'error' as severity,
        'Meter ' || meter || ' has ' || cast(negative_count as varchar) || ' negative readings in ' || period
        || ', the lowest ' || {{ shown('lowest_quantity') }} || ' ' || coalesce(unit, '')
        || ': land the corrected export.' as message,
        '電表 ' || meter || ' 於 ' || period || ' 有 ' || cast(negative_count as varchar) || ' 筆負值，最低 '
        || {{ shown('lowest_quantity') }} || ' ' || coalesce(unit, '') || '：請匯入更正檔。' as message_zh,
        cast(null as varchar) as evidence_note
    from meter_totals
    where negative_count > 0
),

unknown_units as (
    select
        site,
        period,
        'unit_unknown' as balance,
        part_source || ':' || coalesce(document_number, '') || ':' || coalesce(line_number, '') as subject,
        'error' as severity,
        'The unit ' || coalesce(unit, '(none)') || ' of ' || coalesce(description, subject) || ' on '
        || coalesce(document_number, evidence_id)
        || ' is not known: give the unit of the item in master data, sheet purchase_items.' as message,
        coalesce(document_number, evidence_id) || ' 之 ' || coalesce(description, subject) || ' 單位「'
        || coalesce(unit, '（無）') || '」無法辨識：請於主檔「purchase_items」頁指定單位。' as message_zh,
        evidence_id as evidence_note
    from period_parts
    where canonical_unit is null
        and subject is not null
        and role in ('purchase', 'allowance', 'credit_note', 'correction', 'bill', 'manual')
),

unknown_items as (
    select
        site,
        period,
        'invoice_item_unknown' as balance,
        coalesce(seller_id, '') || ':' || coalesce(description, '') as subject,
        'warn' as severity,
        cast(count(*) as varchar) || ' invoice lines "' || coalesce(description, '') || '" of seller '
        || coalesce(seller_id, '') || ' mean no material: add the item to master data, sheet purchase_items, if it '
        || 'is a fuel or precursor.' as message,
        '賣方 ' || coalesce(seller_id, '') || ' 之發票品名「' || coalesce(description, '') || '」（'
        || cast(count(*) as varchar) || ' 筆）未對應物料：若為燃料或前驅物，請於主檔「purchase_items」頁新增。' as message_zh,
        {{ joined('evidence_id') }} as evidence_note
    from period_parts
    where part_source = 'purchase'
        and subject is null
        and role = 'purchase'
    group by site, period, seller_id, description
),

ledger_without_unit as (
    select
        site,
        period,
        'unit_unknown' as balance,
        'production_ledger:' || evidence_id || ':' || cast(record_number as varchar) as subject,
        'error' as severity,
        'The unit of record ' || cast(record_number as varchar) || ' of the ledger ' || evidence_id
        || ' is not known.' as message,
        '生產日報 ' || evidence_id || ' 第 ' || cast(record_number as varchar) || ' 筆之單位無法辨識。' as message_zh,
        evidence_id as evidence_note
    from period_ledger
    where dispatched_quantity is null
        and (
            (good_quantity is null and product is not null and good_unit is null and material is null)
            or (
                material is not null and input_quantity is null and input_unit is null
                -- By-products that leave are materials with a good quantity.
                and (good_quantity is null or product is not null)
            )
        )
),

unknown_processes as (
    select
        period_ledger.site,
        period_ledger.period,
        'ledger_process_unknown' as balance,
        coalesce(period_ledger.process, '') as subject,
        'error' as severity,
        'The ledger names process ' || coalesce(period_ledger.process, '(none)') || ' in '
        || cast(count(*) as varchar) || ' records, which master data do not know: add it to the sheet processes.'
            as message,
        '生產日報之製程 ' || coalesce(period_ledger.process, '（空白）') || '（' || cast(count(*) as varchar)
        || ' 筆）不在主檔：請於「processes」頁新增。' as message_zh,
        {{ joined('period_ledger.evidence_id') }} as evidence_note
    from period_ledger
    left join processes
        on period_ledger.site = processes.site
        and period_ledger.process = processes.process
    where processes.process is null
    group by period_ledger.site, period_ledger.period, period_ledger.process
),

unknown_products as (
    select
        period_ledger.site,
        period_ledger.period,
        'ledger_product_unknown' as balance,
        period_ledger.product as subject,
        'error' as severity,
        'The ledger names product ' || period_ledger.product || ' in ' || cast(count(*) as varchar)
        || ' records, which master data do not know: add it to the sheet products.' as message,
        '生產日報之產品 ' || period_ledger.product || '（' || cast(count(*) as varchar)
        || ' 筆）不在主檔：請於「products」頁新增。' as message_zh,
        {{ joined('period_ledger.evidence_id') }} as evidence_note
    from period_ledger
    left join (select distinct site, product from products) as known_products
        on period_ledger.site = known_products.site
        and period_ledger.product = known_products.product
    where period_ledger.product is not null
        and known_products.product is null
    group by period_ledger.site, period_ledger.period, period_ledger.product
),

products_without_code as (
    select
        site,
        period,
        'product_code' as balance,
        product as subject,
        'error' as severity,
        'Product ' || product || ' has no CN code of a CBAM good (found ' || coalesce(cn_code, 'nothing')
        || '): enter it in master data, sheet products, or give it a process of good_category non_cbam.' as message,
        '產品 ' || product || ' 無 CBAM 貨品之 8 碼 CN 碼（現為 ' || coalesce(cn_code, '空白')
        || '）：請於主檔「products」頁填寫，或改列於 good_category 為 non_cbam 之製程。' as message_zh,
        cast(null as varchar) as evidence_note
    from document_products
    where cn_code_category is null
        and is_outside_cbam is not true
),

-- What a process of a CBAM good makes is never valued as if it were outside (IR (EU) 2025/2547 Article 4(6)).
cbam_goods_outside as (
    select
        site,
        period,
        'product_code' as balance,
        product as subject,
        'error' as severity,
        'Product ' || product || ' of CN code ' || cn_code || ' is a CBAM good (' || cn_code_category || '), but process '
        || process || ' is non_cbam: in master data, make it a product of a process of that category.' as message,
        '產品 ' || product || '（CN 碼 ' || cn_code || '）為 CBAM 貨品（' || cn_code_category || '），但製程 ' || process
        || ' 為 non_cbam：請於主檔改列於該類別之製程。' as message_zh,
        cast(null as varchar) as evidence_note
    from document_products
    where is_outside_cbam
        and cn_code_category is not null
),

-- From 2026 on a good that counts by its content takes that along into the process that uses it (Art. 4).
own_goods_without_content as (
    select
        period_ledger.site,
        period_ledger.period,
        'own_good_content' as balance,
        period_ledger.process || '/' || period_ledger.material as subject,
        'warn' as severity,
        'Process ' || period_ledger.process || ' took ' || period_ledger.material || ', whose ' || document_products.content_name
        || ' is not known in ' || period_ledger.period || ': what process ' || document_products.process
        || ' made counts by mass, at its mean. Land the certificate of ' || period_ledger.material || '.' as message,
        '製程 ' || period_ledger.process || ' 使用 ' || period_ledger.material || '，其 ' || document_products.content_name
        || ' 於 ' || period_ledger.period || ' 未知：暫以製程 ' || document_products.process
        || ' 產品之平均值按重量計。請匯入 ' || period_ledger.material || ' 之檢驗報告。' as message_zh,
        {{ joined('period_ledger.evidence_id') }} as evidence_note
    from period_ledger
    inner join document_products
        on period_ledger.site = document_products.site
        and period_ledger.period = document_products.period
        and period_ledger.material = document_products.product
    where period_ledger.input_quantity <> 0
        and document_products.content_name is not null
        and document_products.content is null
        and period_ledger.period >= '2026'
    group by
        period_ledger.site, period_ledger.period, period_ledger.process, period_ledger.material, document_products.process,
        document_products.content_name
)
{%- endmacro %}
