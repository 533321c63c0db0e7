{#- Obstacles of calc_document_obstacle: factors, contents, stocks of clinker and values of precursors. -#}
{% macro factor_obstacle_ctes() -%}
-- A stream that nothing was burnt of needs no factor.
without_factor as (
    select
        {{ factor_gap_columns('no_factor') }}
    from factor_gaps
    inner join activities
        on factor_gaps.site = activities.site
        and factor_gaps.period = activities.period
        and factor_gaps.subject = activities.subject
    left join factors
        on factor_gaps.site = factors.site
        and factor_gaps.period = factors.period
        and factor_gaps.subject = factors.source_stream
        and factor_gaps.parameter = factors.parameter
    where factor_gaps.subject_type = 'source_stream'
        and activities.value_exact <> 0
        and factors.source_stream is null

    union all

    select
        {{ factor_gap_columns('no_factor') }}
    from factor_gaps
    inner join site_electricity
        on factor_gaps.site = site_electricity.site
        and factor_gaps.period = site_electricity.period
    where factor_gaps.subject_type = 'electricity'
        and site_electricity.electricity_mwh <> 0
),

-- The functional unit of cements and fertilisers is from 2026 a content of theirs (Art. 4). Clinker from cement needs it
-- before, and counts of cement and clinker at both ends.
without_content as (
    select distinct
        {{ factor_gap_columns('no_content') }}
    from factor_gaps
    inner join products_made
        on factor_gaps.site = products_made.site
        and factor_gaps.period = products_made.period
        and factor_gaps.subject = products_made.subject
    inner join {{ ref('calc_period') }} as regime_periods
        on factor_gaps.site = regime_periods.site
        and factor_gaps.period = regime_periods.period
        and (products_made.fact_type = 'cement' or regime_periods.regime = 'cbam_definitive')
    left join factors
        on factor_gaps.site = factors.site
        and factor_gaps.period = factors.period
        and factor_gaps.subject = factors.source_stream
        and factor_gaps.parameter = factors.parameter
    where factor_gaps.subject_type = 'product'
        and factors.source_stream is null
),

clinker_stocks as (
    select
        in_force.site,
        in_force.period,
        in_force.source_stream,
        in_force.period_start,
        in_force.period_end,
        in_force.material
    from in_force
    where in_force.activity_source = 'clinker_balance'

    union

    select
        in_force.site,
        in_force.period,
        in_force.source_stream,
        in_force.period_start,
        in_force.period_end,
        products_made.subject as material
    from in_force
    inner join products_made
        on in_force.site = products_made.site
        and in_force.period = products_made.period
        and in_force.source_stream = products_made.object
        and products_made.fact_type = 'cement'
),

without_stock as (
    select
        clinker_stocks.site,
        clinker_stocks.period,
        'no_stock_count' as obstacle,
        clinker_stocks.source_stream || '/' || clinker_stocks.material as subject,
        'The clinker of ' || clinker_stocks.source_stream || ' in ' || clinker_stocks.period || ' follows from deliveries '
        || 'and stocks, but ' || clinker_stocks.material || ' was not counted at both ends: land the stock counts of the '
        || 'evening before ' || cast(clinker_stocks.period_start as varchar) || ' and of the evening before '
        || cast(clinker_stocks.period_end as varchar) || '.' as message,
        clinker_stocks.source_stream || ' 於 ' || clinker_stocks.period || ' 之熟料產量由出貨及庫存推算，但 '
        || clinker_stocks.material || ' 未於期初及期末盤點：請匯入 ' || cast(clinker_stocks.period_start as varchar) || ' 及 '
        || cast(clinker_stocks.period_end as varchar) || ' 前一日之盤點表。' as message_zh
    from clinker_stocks
    left join {{ ref('calc_document_stock') }} as stock
        on clinker_stocks.site = stock.site
        and clinker_stocks.material = stock.material
        and stock.stock_date in (clinker_stocks.period_start, clinker_stocks.period_end)
    group by
        clinker_stocks.site,
        clinker_stocks.period,
        clinker_stocks.source_stream,
        clinker_stocks.material,
        clinker_stocks.period_start,
        clinker_stocks.period_end
    having count(distinct stock.stock_date) < 2
),

without_precursor_value as (
    select distinct
        precursor_gaps.site,
        precursor_gaps.period,
        'no_precursor_value' as obstacle,
        precursor_gaps.material
            || case when precursor_gaps.installation <> '' then ' (' || precursor_gaps.installation || ')' else '' end
            || '/' || precursor_gaps.series as subject,
        precursor_gaps.message || ' Accepted, best first: ' || precursor_gaps.accepted || '.' as message,
        precursor_gaps.message_zh || '可採用來源（優先者在前）：' || precursor_gaps.accepted_zh || '。' as message_zh
    from precursor_gaps
    inner join consumption
        on precursor_gaps.site = consumption.site
        and precursor_gaps.period = consumption.period
        and precursor_gaps.material = consumption.subject
    where consumption.value_exact <> 0
)
{%- endmacro %}

{#- A factor that nothing admitted gave: which, and what would be accepted. -#}
{% macro factor_gap_columns(obstacle) -%}
    factor_gaps.site,
        factor_gaps.period,
        '{{ obstacle }}' as obstacle,
        factor_gaps.subject || '/' || factor_gaps.parameter as subject,
        factor_gaps.message || ' Accepted, best first: ' || factor_gaps.accepted || '.' as message,
        factor_gaps.message_zh || '可採用來源（優先者在前）：' || factor_gaps.accepted_zh || '。' as message_zh
{%- endmacro %}
