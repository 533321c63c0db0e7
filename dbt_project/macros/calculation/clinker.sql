{#-
  Clinker made, from what a cement plant delivers, stores, buys and sells (IR (EU) 2025/2547 Annex II, B.9.2, equation
  27). The clinker of each cement is its production (delivered less what its stock fell by) times its clinker content.
-#}

{#- CTE `clinker_cements`: one row a source stream and cement. -#}
{% macro clinker_cement_ctes() -%}
clinker_facts as (
    select * from {{ ref('calc_document_fact') }}
    where {{ in_scope() }}
        and fact_type in ('cement', 'clinker')
),

clinker_cements as (
    select
        cements.site,
        cements.period,
        cements.object as source_stream,
        cements.subject as product,
        cements.value as cement,
        cements.fact_id as cement_id,
        contents.value as clinker_content,
        contents.factor_id as clinker_content_id
    from clinker_facts as cements
    left join {{ ref('calc_document_stream_factor') }} as contents
        on cements.site = contents.site
        and cements.period = contents.period
        and cements.subject = contents.source_stream
        and contents.parameter = 'clinker_content'
        and contents.month = ''
    where cements.fact_type = 'cement'
)
{%- endmacro %}

{#- The same and CTE `clinker_made`: one row a source stream. -#}
{% macro clinker_ctes() -%}
{{ clinker_cement_ctes() }},

clinker_made as (
    select
        site,
        period,
        source_stream,
        case
            when sum(missing) = 0
                then sum(clinker) - sum(received_quantity) + sum(dispatched_quantity) - sum(stock_decrease_quantity)
        end as clinker_quantity,
        {{ line_id("'clinker_production'", 'source_stream') }} as line_id
    from (
        select
            site,
            period,
            source_stream,
            case when clinker_content is null and cement <> 0 then 1 else 0 end as missing,
            {{ line_value('cement * coalesce(clinker_content, 0)') }} as clinker,
            cast(0 as decimal(38, 12)) as received_quantity,
            cast(0 as decimal(38, 12)) as dispatched_quantity,
            cast(0 as decimal(38, 12)) as stock_decrease_quantity
        from clinker_cements
        union all
        select
            site,
            period,
            subject as source_stream,
            0 as missing,
            cast(0 as decimal(38, 12)) as clinker
            {%- for quantity in ['received', 'dispatched', 'stock_decrease'] %},
            case when quantity_name = '{{ quantity }}' then value_exact else cast(0 as decimal(38, 12)) end
                as {{ quantity }}_quantity
            {%- endfor %}
        from clinker_facts
        where fact_type = 'clinker'
    ) as terms
    group by site, period, source_stream
)
{%- endmacro %}
