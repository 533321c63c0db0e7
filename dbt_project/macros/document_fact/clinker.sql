{#- CTEs of calc_document_fact_edge: `clinker_streams` and `cements`. -#}
{% macro cement_ctes() -%}
-- Cements that hold the clinker of a source stream, and what their own and its balances say (eq. 27).
clinker_streams as (
    select * from active_streams
    where activity_source = 'clinker_balance'
),

cements as (
    select
        clinker_streams.site,
        clinker_streams.period,
        clinker_streams.source_stream,
        makers.product
    from clinker_streams
    inner join makers
        on clinker_streams.site = makers.site
        and clinker_streams.period = makers.period
        and makers.validity_rank = 1
    inner join {{ ref('stg_master__process') }} as processes
        on makers.site = processes.site
        and makers.process = processes.process
    inner join {{ ref('cbam_good') }} as goods
        on processes.good_category = goods.good_category
        and goods.functional_content = 'clinker_content'
)
{%- endmacro %}

{#- Edges of calc_document_fact_edge: cement, clinker and their stocks. -#}
{% macro clinker_edges() -%}
    -- Clinker (eq. 27): cement delivered less what its stock fell by; clinker bought, delivered, and taken from stock.
    {{ batch_edge_columns(
        'cements', 'cement', 'cements.product', 'dispatched', "'clinker_balance'", object='cements.source_stream',
        quantity_name='production', role="'dispatched'"
    ) }}
    from cements
    inner join batches
        on cements.site = batches.site
        and cements.period = batches.period
        and cements.product = batches.product
    where batches.dispatched_quantity is not null

    union all

    {{ edge_columns(
        'cements', 'cement', 'cements.product', 'stock_levels.unit', "'clinker_balance'", 'stock_levels',
        'stock_levels.role',
        "case when stock_levels.role = 'closing_stock' then stock_levels.quantity else -stock_levels.quantity end",
        object='cements.source_stream', quantity_name='production', raw_table='stock_count'
    ) }}
    from cements
    inner join stock_levels
        on cements.site = stock_levels.site
        and cements.period = stock_levels.period
        and cements.product = stock_levels.material

    union all

    {{ part_edge_columns(
        'clinker_streams', 'clinker', 'clinker_streams.source_stream', "'clinker_balance'", 'receipts',
        quantity_name='received'
    ) }}
    from clinker_streams
    inner join receipts
        on clinker_streams.site = receipts.site
        and clinker_streams.period = receipts.period
        and clinker_streams.material = receipts.subject

    union all

    {{ batch_edge_columns(
        'clinker_streams', 'clinker', 'clinker_streams.source_stream', 'dispatched', "'clinker_balance'",
        quantity_name='dispatched', role="'dispatched'"
    ) }}
    from clinker_streams
    inner join batches
        on clinker_streams.site = batches.site
        and clinker_streams.period = batches.period
        and clinker_streams.material = coalesce(batches.product, batches.material)
    where batches.dispatched_quantity is not null

    union all

    {{ edge_columns(
        'clinker_streams', 'clinker', 'clinker_streams.source_stream', 'stock_levels.unit', "'clinker_balance'",
        'stock_levels', 'stock_levels.role',
        "case when stock_levels.role = 'closing_stock' then -stock_levels.quantity else stock_levels.quantity end",
        quantity_name='stock_decrease', raw_table='stock_count'
    ) }}
    from clinker_streams
    inner join stock_levels
        on clinker_streams.site = stock_levels.site
        and clinker_streams.period = stock_levels.period
        and clinker_streams.material = stock_levels.material
{%- endmacro %}
