{{ scoped() }}

with
shares as (
    select * from {{ ref('calc_stream_share') }}
    where {{ in_scope() }}
),

emissions as (
    select site, period, source_stream, emissions_fossil_tco2e, fossil_line_id, data_quality, factor_match
    from {{ ref('calc_source_stream_emission') }}
    where {{ in_scope() }}
        and corroborates is null

    union all

    select
        site, period, emission_source as source_stream, emissions_tco2e as emissions_fossil_tco2e,
        line_id as fossil_line_id, data_quality, 'exact' as factor_match
    from {{ ref('calc_pfc_emission') }}
    where {{ in_scope() }}

    union all

    select
        site, period, emission_source as source_stream, emissions_fossil_tco2e, fossil_line_id, data_quality,
        'exact' as factor_match
    from {{ ref('calc_cems_emission') }}
    where {{ in_scope() }}
),

attributed as (
    select
        shares.site,
        shares.period,
        shares.source_stream,
        shares.process,
        shares.bearer,
        shares.share,
        shares.line_id as share_id,
        cast(emissions.emissions_fossil_tco2e as double) as emissions,
        emissions.fossil_line_id as emissions_id,
        emissions.data_quality,
        emissions.factor_match
    from shares
    inner join emissions
        on shares.site = emissions.site
        and shares.period = emissions.period
        and shares.source_stream = emissions.source_stream
)

select
    source_stream,
    process,
    bearer,
    share,
    share_id,
    emissions,
    emissions_id,
    {{ line_value(formula_sql('stream_attribution')) }} as attributed_tco2e,
    {{ line_id("'stream_attribution'", 'source_stream', 'bearer') }} as line_id,
    data_quality,
    factor_match,
    site,
    period
from attributed
