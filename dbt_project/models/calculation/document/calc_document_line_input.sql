{{ scoped() }}

with
meter_energy as (
    select * from {{ ref('calc_document_meter_energy') }}
    where {{ in_scope() }}
),

facts as (
    select * from {{ ref('calc_document_fact') }}
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

month_electricity as (
    select * from {{ ref('calc_document_process_electricity') }}
    where {{ in_scope_site() }}
),

stream_factors as (
    select * from {{ ref('calc_document_stream_factor') }}
    where {{ in_scope() }}
),

factor_candidates as (
    select * from {{ ref('calc_factor_candidate') }}
    where {{ in_scope() }}
),

{{ mean_part_ctes() }},

electricity_factors as (
    select * from {{ ref('calc_document_electricity_factor') }}
    where {{ in_scope() }}
        ),

electricity_choices as (
    select * from {{ ref('calc_factor_choice') }}
    where {{ in_scope_site() }}
        and subject_type = 'electricity'
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

months as (
    select * from {{ ref('calendar_month') }}
),

{{ process_flow_ctes() }},

{{ heat_and_power_ctes() }},

{{ supply_ctes() }},

{{ clinker_cement_ctes() }},

inputs as (
    {{ clinker_line_inputs() }}

    union all

    {{ meter_line_inputs() }}

    union all

    {{ process_electricity_line_inputs() }}

    union all

    {{ factor_line_inputs() }}

    union all

    {{ power_line_inputs() }}

    union all

    {{ process_flow_line_inputs() }}

    union all

    {{ precursor_line_inputs() }}
)

select
    line_id,
    input_name,
    row_number() over (partition by site, period, line_id, input_name order by input_order, source_id) as input_index,
    value,
    unit,
    source_kind,
    source_id,
    site,
    period
from inputs
