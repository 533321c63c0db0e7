{#- Edges of calc_document_fact_edge: goods, scrap and precursors. -#}
{% macro production_edges() -%}
    -- Production: activity level of the process, tonnes of each product, scrap.
    {{ batch_edge_columns('batches', 'production', 'batches.process', 'good', quantity_name='good_quantity') }}
    from batches
    where batches.good_quantity is not null
        and batches.product is not null

    union all

    {{ batch_edge_columns(
        'batches', 'product', 'batches.product', 'good', object='batches.process', quantity_name='good_quantity'
    ) }}
    from batches
    where batches.good_quantity is not null
        and batches.product is not null

    union all

    {{ batch_edge_columns('batches', 'production', 'batches.process', 'scrap', quantity_name='scrap_quantity') }}
    from batches
    where batches.scrap_quantity is not null

    union all

    -- Purchased precursors: total mass entering the process, before cutting (IR (EU) 2025/2547 Annex III B).
    {{ batch_edge_columns('batches', 'precursor', 'batches.material', 'input', object='batches.process') }}
    from batches
    inner join precursors
        on batches.site = precursors.site
        and batches.material = precursors.material
    where batches.input_quantity is not null

    union all

    -- Goods of one process that another takes in (IR (EU) 2025/2547 Annex III B, equation 60).
    {{ batch_edge_columns('batches', 'own_precursor', 'makers.process', 'input', object='batches.process') }}
    from batches
    inner join makers
        on batches.site = makers.site
        and batches.period = makers.period
        and batches.material = makers.product
        and makers.validity_rank = 1
    left join precursors
        on batches.site = precursors.site
        and batches.material = precursors.material
    where batches.input_quantity is not null
        and precursors.material is null

    union all

    -- The same by good, where goods of one process differ by their content (Art. 4; equations 64 to 66).
    {{ batch_edge_columns('batches', 'own_product', 'batches.material', 'input', object='batches.process') }}
    from batches
    inner join makers
        on batches.site = makers.site
        and batches.period = makers.period
        and batches.material = makers.product
        and makers.validity_rank = 1
    inner join {{ ref('stg_master__process') }} as making
        on makers.site = making.site
        and makers.process = making.process
    inner join {{ ref('cbam_good') }} as goods
        on making.good_category = goods.good_category
        and goods.functional_content is not null
    left join precursors
        on batches.site = precursors.site
        and batches.material = precursors.material
    where batches.input_quantity is not null
        and precursors.material is null

    union all

    {{ part_edge_columns(
        'receipts', 'precursor', 'receipts.subject', "'purchases'", 'receipts', quantity_name='receipts'
    ) }}
    from receipts
    inner join precursors
        on receipts.site = precursors.site
        and receipts.subject = precursors.material

    union all

    {{ edge_columns(
        'stock_levels', 'precursor', 'stock_levels.material', 'stock_levels.unit', "'stock_count'", 'stock_levels',
        'stock_levels.role', 'stock_levels.quantity', quantity_name='stock_levels.role', raw_table='stock_count'
    ) }}
    from stock_levels
    inner join precursors
        on stock_levels.site = precursors.site
        and stock_levels.material = precursors.material
{%- endmacro %}
