{#- Inputs of calc_document_line_input: factors that are means, or follow from another form. -#}
{% macro factor_line_inputs() -%}
    -- Factors of a month that several documents share.
    {{ document_input_columns(
        'month_mean_parts', 'line_id', "'weight'", 'weight', 'weight_unit', "'constant'",
        "weight_basis || ':' || subject || ':' || cast(part_days as varchar) || '_days'", order='factor_id'
    ) }}
    from month_mean_parts

    union all

    {{ document_input_columns(
        'month_mean_parts', 'line_id', "'factor'", 'value', 'unit',
        "case when factor_id like 'line:%' then 'line' else 'factor' end", 'factor_id', order='factor_id'
    ) }}
    from month_mean_parts

    union all

    -- Factors in another form than their document gives them (equations 7 to 9, 13 and 14).
    {%- for name, unit in [
        ('carbon_content', 'base_unit'), ('emission_factor', 'base_unit'), ('ncv', 'ncv_unit'),
        ('ash_content', "'1'"), ('ash_carbon_content', "'tC/t'"), ('carbon_to_co2', "'tCO2/tC'")
    ] %}
    {%- set column = 'base_value' if name in ('carbon_content', 'emission_factor') else name %}
    {%- set source = 'base_factor_id' if column == 'base_value' else name ~ '_id' %}
    {{ document_input_columns(
        'factor_candidates', 'factor_id', "'" ~ name ~ "'", column, unit,
        "case when " ~ source ~ " like 'constant:%' then 'constant' else 'factor' end", source
    ) }}
    from factor_candidates
    where derived_formula_name in (
        {%- for formula in derivation_names() if name in formula_inputs(formula) %}'{{ formula }}', {% endfor %}''
    )
        and (is_winner or lost_code = 'part_of_mean')

    union all
    {%- endfor %}

    -- Factors of a year whose months differ.
    select
        yearly.factor_id as line_id,
        'weight' as input_name,
        monthly.month as input_order,
        monthly.weight as value,
        case when monthly.ncv is null then '' else 'GJ' end as unit,
        case when monthly.ncv is null then 'fact' else 'line' end as source_kind,
        case
            when monthly.ncv is null then monthly.quantity_id
            else 'line:' || monthly.site || ':' || monthly.period || ':-:month_energy:' || monthly.source_stream
                || ':' || monthly.month
        end as source_id,
        yearly.site,
        yearly.period
    from stream_factors as yearly
    inner join stream_factors as monthly
        on yearly.site = monthly.site
        and yearly.period = monthly.period
        and yearly.source_stream = monthly.source_stream
        and yearly.parameter = monthly.parameter
        and monthly.month <> ''
    where yearly.month = ''
        and yearly.factor_id like 'line:%:weighted_%'

    union all

    {{ document_input_columns(
        'yearly', 'yearly.factor_id', "'factor'", 'monthly.value', 'monthly.unit',
        "case when monthly.factor_id like 'line:%' then 'line' else 'factor' end", 'monthly.factor_id',
        order='monthly.month'
    ) }}
    from stream_factors as yearly
    inner join stream_factors as monthly
        on yearly.site = monthly.site
        and yearly.period = monthly.period
        and yearly.source_stream = monthly.source_stream
        and yearly.parameter = monthly.parameter
        and monthly.month <> ''
    where yearly.month = ''
        and yearly.factor_id like 'line:%:weighted_%'

    union all

    {{ document_input_columns(
        'stream_factors', "'line:' || site || ':' || period || ':-:month_energy:' || source_stream || ':' || month",
        "'quantity'", 'quantity', "''", "'fact'", 'quantity_id'
    ) }}
    from stream_factors
    where month <> ''
        and ncv is not null

    union all

    {{ document_input_columns(
        'stream_factors', "'line:' || site || ':' || period || ':-:month_energy:' || source_stream || ':' || month",
        "'ncv'", 'ncv', "''", "case when ncv_id like 'line:%' then 'line' else 'factor' end", 'ncv_id'
    ) }}
    from stream_factors
    where month <> ''
        and ncv is not null

    union all

    {{ document_input_columns(
        'electricity_factors', 'electricity_factors.bought_factor_id', "'weight'",
        'cast(month_electricity.electricity_mwh as double)', "'MWh'", "'line'", 'month_electricity.line_id',
        order='months.period'
    ) }}
    from electricity_factors
    inner join months
        on substring(months.period, 1, 4) = electricity_factors.period
    inner join month_electricity
        on electricity_factors.site = month_electricity.site
        and months.period = month_electricity.period
        and electricity_factors.process = month_electricity.process
    inner join electricity_choices
        on electricity_factors.site = electricity_choices.site
        and months.period = electricity_choices.period
        and electricity_factors.series = electricity_choices.series
    where electricity_factors.bought_factor_id like 'line:%:weighted_%'

    union all

    {{ document_input_columns(
        'electricity_factors', 'electricity_factors.bought_factor_id', "'factor'", 'electricity_choices.value',
        'electricity_choices.unit',
        "case when electricity_choices.factor_id like 'line:%' then 'line' else 'factor' end",
        'electricity_choices.factor_id', order='months.period'
    ) }}
    from electricity_factors
    inner join months
        on substring(months.period, 1, 4) = electricity_factors.period
    inner join month_electricity
        on electricity_factors.site = month_electricity.site
        and months.period = month_electricity.period
        and electricity_factors.process = month_electricity.process
    inner join electricity_choices
        on electricity_factors.site = electricity_choices.site
        and months.period = electricity_choices.period
        and electricity_factors.series = electricity_choices.series
    where electricity_factors.bought_factor_id like 'line:%:weighted_%'
{%- endmacro %}

{#- CTE of the same: `month_mean_parts`, one row a document of a mean. -#}
{% macro mean_part_ctes() -%}
-- Documents that hold for parts of a month, beside the mean that they make.
month_mean_parts as (
    select
        means.factor_id as line_id,
        parts.factor_id,
        parts.value,
        parts.unit,
        cast(parts.part_weight as double) as weight,
        parts.weight_unit,
        parts.weight_basis,
        parts.subject,
        parts.part_days,
        parts.site,
        parts.period
    from factor_candidates as means
    inner join factor_candidates as parts
        on means.site = parts.site
        and means.period = parts.period
        and means.series = parts.series
        and means.subject_type = parts.subject_type
        and means.subject = parts.subject
        and means.parameter = parts.parameter
        and means.rule_code = parts.rule_code
        and means.unit = parts.unit
        and parts.lost_code = 'part_of_mean'
    where means.is_winner
        and means.factor_id like 'line:%:mean_%'
)
{%- endmacro %}

{#- Lines of calc_document_line: factors that are means, or follow from another form. -#}
{% macro factor_lines() -%}
    {{ document_line_columns(
        'factor_id', "'mean_weighted_by_' || weight_basis", "'IR (EU) 2025/2547, Annex II, B.5'", 'subject',
        "'mean_' || parameter", 'value', 'unit', "'sumproduct(weight, factor) / sum(weight)'", series='series'
    ) }}
    from month_means

    union all

    {{ document_line_columns(
        'factor_id', "'derived_factor'", "'IR (EU) 2025/2547, Annex II, B.3, equation ' || equation", 'subject',
        "'derived_' || parameter", 'value', 'unit',
        formula_text_by('derived_formula_name', derivation_names()), series='series'
    ) }}
    from derived_factors

    union all

    {{ document_line_columns(
        'factor_id', "'quantity_weighted_mean'", "'IR (EU) 2025/2547, Annex II, B.5'", 'source_stream',
        "'weighted_' || parameter", 'value', 'unit', "'sumproduct(weight, factor) / sum(weight)'"
    ) }}
    from stream_factors
    where month = ''
        and factor_id like 'line:%:weighted_%'

    union all

    {{ document_line_columns(
        "'line:' || site || ':' || period || ':-:month_energy:' || source_stream || ':' || month", "'month_energy'",
        "'IR (EU) 2025/2547, Annex II, B.3.1, equation 6'", 'source_stream', "'month_energy'", 'weight', "'GJ'",
        "'quantity * ncv'", object='month'
    ) }}
    from stream_factors
    where month <> ''
        and ncv is not null

    union all

    {{ document_line_columns(
        'bought_factor_id', "'quantity_weighted_mean'", "'IR (EU) 2025/2547, Annex II, D.4'", 'process',
        "'weighted_electricity_factor'", 'bought_factor_tco2_per_mwh', "'tCO2/MWh'",
        "'sumproduct(weight, factor) / sum(weight)'", series='series'
    ) }}
    from electricity_factors
    where bought_factor_id like 'line:%:weighted_%'

    union all

    {{ document_line_columns(
        'electricity_factor_id', "'quantity_weighted_mean'", "'IR (EU) 2025/2547, Art. 9; Annex II, D, equations 35 and 38'",
        'process', "'mixed_electricity_factor'", 'electricity_factor_tco2_per_mwh', "'tCO2/MWh'",
        "'sumproduct(weight, factor) / sum(weight)'", series='series'
    ) }}
    from electricity_factors
    where composition = 'mixed'
{%- endmacro %}
