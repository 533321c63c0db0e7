{{ scoped() }}

with
meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
),

site_electricity as (
    select * from {{ ref('calc_document_site_electricity') }}
    where {{ in_scope() }}
),

process_electricity as (
    select * from {{ ref('calc_document_process_electricity') }}
    where {{ in_scope() }}
),

stream_factors as (
    select * from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
),

month_means as (
    select * from {{ ref('calc_factor_candidate') }}
    where {{ in_scope() }}
        and is_winner
        and factor_id like 'line:%:mean_%'
),

-- Factors in another form than their document gives them; a part of a month's mean is one as well.
derived_factors as (
    select
        *,
        {{ derivation_equation('derived_formula_name') }} as equation
    from {{ ref('calc_factor_candidate') }}
    where {{ in_scope() }}
        and derived_formula_name is not null
        and (is_winner or lost_code = 'part_of_mean')
),

electricity_factors as (
    select * from {{ ref('calc_document_electricity_factor') }}
    where {{ in_scope() }}
),

precursor_values as (
    select * from {{ ref('calc_document_precursor_value') }}
    where {{ in_scope() }}
        and is_mixed
),

lots as (
    select * from {{ ref('calc_document_precursor_lot') }}
    where {{ in_scope() }}
),

{{ process_flow_ctes() }},

{{ clinker_ctes() }},

{{ heat_and_power_ctes() }},

lines as (
    {{ meter_lines() }}

    union all

    {{ factor_lines() }}

    union all

    {{ power_lines() }}

    union all

    {{ precursor_lines() }}

    union all

    {{ document_line_columns(
        'line_id', "'clinker_balance'", "'IR (EU) 2025/2547, Annex II, B.9.2, equation 27'", 'source_stream',
        "'clinker_production'", 'cast(clinker_quantity as double)', "'t'",
        "'sumproduct(cement, clinker_content) - sum(received) + sum(dispatched) - sum(stock_decrease)'"
    ) }}
    from clinker_made
    where clinker_quantity is not null

    union all

    {{ process_flow_lines() }}
)

select
    line_id,
    method_id,
    clause,
    series,
    subject,
    object,
    quantity,
    value,
    unit,
    formula,
    data_quality,
    site,
    period
from lines
