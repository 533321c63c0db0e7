{{ scoped() }}

with
processes as (
    select * from {{ ref('calc_process') }}
    where {{ in_scope() }}
),

direct_emissions as (
    select * from {{ ref('calc_process_direct') }}
    where {{ in_scope() }}
),

rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
),

reconciliations as (
    select * from {{ ref('calc_reconciliation') }}
    where {{ in_scope() }}
),

template_processes as (
    select * from {{ ref('calc_template_process_input') }}
),

document_processes as (
    select * from {{ ref('calc_document_process_input') }}
    where {{ in_scope() }}
),

document_electricity_factors as (
    select * from {{ ref('calc_document_electricity_factor') }}
    where {{ in_scope() }}
),

inputs as (
    select
        processes.site,
        processes.period,
        rules.series,
        processes.process,
        processes.input_source,
        cast(direct_emissions.direct as double) as direct,
        direct_emissions.line_id as direct_id,
        direct_emissions.factor_match as direct_factor_match,
        reconciliations.reconciliation_factor,
        reconciliations.line_id as reconciliation_factor_id,
        reconciliations.reconciliation_factor is not null as is_reconciled,
        rules.is_attributed_emissions_floor_zero as is_floored,
        {%- for name in ['heat_imported', 'heat_imported_factor', 'heat_exported', 'heat_exported_factor',
            'waste_gas_imported', 'waste_gas_exported', 'electricity_exported', 'electricity_exported_factor'] %}
        coalesce(template_processes.{{ name }}, document_processes.{{ name }}) as {{ name }},
        coalesce(template_processes.{{ name }}_id, document_processes.{{ name }}_id) as {{ name }}_id,
        {%- endfor %}
        document_processes.waste_gas_correction,
        document_processes.waste_gas_correction_id,
        rules.natural_gas_ef,
        rules.natural_gas_ef_id,
        rules.waste_gas_export,
        rules.waste_gas_export_id,
        coalesce(template_processes.electricity, cast(document_processes.electricity_mwh as double), 0)
            as electricity,
        coalesce(
            template_processes.electricity_id, document_processes.electricity_id, 'constant:no_electricity'
        ) as electricity_id,
        case
            when processes.input_source = 'template' then coalesce(template_processes.electricity_factor, 0)
            else document_electricity_factors.electricity_factor_tco2_per_mwh
        end as electricity_factor,
        case
            when processes.input_source = 'template'
                then coalesce(template_processes.electricity_factor_id, 'constant:blank_means_0')
            else document_electricity_factors.electricity_factor_id
        end as electricity_factor_id,
        -- From 2026 a factor other than the country's default needs evidence that no template holds (D.4.1 to D.4.3).
        case
            when rules.rule_set = 'cbam_definitive'
                and template_processes.electricity <> 0
                and coalesce(template_processes.electricity_factor_source, '') <> 'D.4(a)'
                then 'evidence of D.4 is not in the template · 範本未附 D.4 佐證'
            else coalesce(document_electricity_factors.factor_match, 'exact')
        end as indirect_factor_match
    from processes
    inner join direct_emissions
        on processes.site = direct_emissions.site
        and processes.period = direct_emissions.period
        and processes.process = direct_emissions.process
    inner join rules
        on processes.site = rules.site
        and processes.period = rules.period
    left join reconciliations
        on rules.site = reconciliations.site
        and rules.period = reconciliations.period
        and rules.series = reconciliations.series
    left join template_processes
        on processes.input_source = 'template'
        and processes.site = template_processes.site
        and processes.period = template_processes.period
        and processes.process = template_processes.process
    left join document_processes
        on processes.input_source = 'document'
        and processes.site = document_processes.site
        and processes.period = document_processes.period
        and processes.process = document_processes.process
    left join document_electricity_factors
        on processes.input_source = 'document'
        and processes.site = document_electricity_factors.site
        and processes.period = document_electricity_factors.period
        and processes.process = document_electricity_factors.process
        and rules.series = document_electricity_factors.series
),

-- No electricity needs no factor; electricity without an admissible factor has no emissions figure.
computed as (
    select
        *,
        {{ attributed_direct_sql() }} as unfloored_direct,
        case when electricity = 0 then coalesce(electricity_factor, 0) else electricity_factor end
            as admissible_factor
    from inputs
)

select
    series,
    process,
    direct,
    direct_id,
    reconciliation_factor,
    reconciliation_factor_id,
    is_reconciled,
    is_floored,
    {%- for name in ['heat_imported', 'heat_imported_factor', 'heat_exported', 'heat_exported_factor',
        'waste_gas_imported', 'waste_gas_exported', 'electricity_exported', 'electricity_exported_factor',
        'waste_gas_correction', 'natural_gas_ef', 'waste_gas_export'] %}
    {{ name }},
    {{ name }}_id,
    {%- endfor %}
    {{ attributed_direct_text() }} as direct_formula,
    {{ line_value('unfloored_direct') }} as unfloored_direct_tco2e,
    case
        when is_floored and unfloored_direct < 0 then {{ line_value('0') }}
        else {{ line_value('unfloored_direct') }}
    end as attributed_direct_tco2e,
    electricity,
    electricity_id,
    admissible_factor as electricity_factor,
    coalesce(electricity_factor_id, 'constant:no_admissible_factor') as electricity_factor_id,
    {{ line_value('electricity * admissible_factor') }} as attributed_indirect_tco2e,
    direct_factor_match,
    indirect_factor_match,
    {{ line_id("'attributed_direct'", 'process', series='series') }} as direct_line_id,
    {{ line_id("'attributed_indirect'", 'process', series='series') }} as indirect_line_id,
    {{ line_id("'electricity_consumption'", 'process') }} as electricity_line_id,
    site,
    period
from computed
