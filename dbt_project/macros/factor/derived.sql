{#-
  Factors that a document gives in another form than the method needs (IR (EU) 2025/2547 Annex II): the emission factor of
  a fuel from its carbon content (equations 8 and 9), the carbon content of a mass balance from an emission factor
  (equations 13 and 14), the oxidation factor from the carbon left in the ash (equation 7). They are candidates of the
  class of their document, after what a document states itself.
-#}

{#- Formula, equation, parameter that is needed, parameter of the document. -#}
{% macro derivations() -%}
    {{ return([
        ['energy_factor_from_carbon', '8', 'emission_factor', 'carbon_content'],
        ['factor_from_carbon', '9', 'emission_factor', 'carbon_content'],
        ['carbon_from_energy_factor', '13', 'carbon_content', 'emission_factor'],
        ['carbon_from_factor', '14', 'carbon_content', 'emission_factor'],
        ['oxidation_from_ash', '7', 'oxidation_factor', 'carbon_content']
    ]) }}
{%- endmacro %}

{#- The names of the formulas. -#}
{% macro derivation_names() -%}
    {{ return(derivations() | map(attribute=0) | list) }}
{%- endmacro %}

{#- The parameter that a formula starts from. -#}
{% macro derived_from(column) -%}
    case {{ column }}
        {%- for formula, equation, needed, given in derivations() %} when '{{ formula }}' then '{{ given }}'{% endfor %}
    end
{%- endmacro %}

{#- The equation of a formula. -#}
{% macro derivation_equation(column) -%}
    case {{ column }}
        {%- for formula, equation, needed, given in derivations() %} when '{{ formula }}' then '{{ equation }}'{% endfor %}
    end
{%- endmacro %}

{#-
  CTE `derived` of calc_factor_candidate, from its CTEs `subjects`, `register` and `rules`: the columns of `documented`,
  then what the factor was computed from.
-#}
{% macro derived_ctes() -%}
companions_ranked as (
    select
        fuels.site,
        fuels.period,
        fuels.series,
        fuels.subject,
        register.parameter,
        register.value,
        register.unit,
        register.factor_id,
        row_number() over (
            partition by fuels.site, fuels.period, fuels.series, fuels.subject, register.parameter, register.unit
            order by rules.rank, case when register.source_stream is null then 1 else 0 end, register.valid_from desc, register.known_since desc, register.arrival_order desc,
                register.factor_id
        ) as companion_rank
    from (
        select distinct
            site, period, series, regime, period_start, period_end, subject, material, heating_value_class, material_class,
            country_code
        from subjects
        where parameter in ('emission_factor', 'carbon_content', 'oxidation_factor')
            and method in ('combustion', 'mass_balance')
    ) as fuels
    inner join register
        on register.parameter in ('ncv', 'ash_content', 'ash_carbon_content')
        and register.refusal_code is null
        and register.valid_from <= fuels.period_start
        and coalesce(register.valid_to, date '9999-12-31') >= fuels.period_end
        and (
            (
                register.raw_table in ('lab_certificate', 'factor_document')
                and register.site = fuels.site
                and register.material = fuels.material
                and coalesce(register.source_stream, fuels.subject) = fuels.subject
            )
            or (
                register.origin = 'seed'
                and register.status = 'active'
                and register.factor_use <> 'mobile'
                and register.material_class = case
                    when register.source_class = 'type_2' then fuels.heating_value_class
                    else fuels.material_class
                end
                and (register.country_code is null or register.country_code = fuels.country_code)
            )
        )
    inner join rules
        on rules.regime = fuels.regime
        and rules.subject_type = 'source_stream'
        and rules.parameter = register.parameter
        and rules.source_class = register.source_class
        and rules.valid_from <= fuels.period_start
        and coalesce(rules.valid_to, date '9999-12-31') >= fuels.period_end
),

companions as (
    select * from companions_ranked
    where companion_rank = 1
),

constants as (
    select
        regime,
        valid_from,
        valid_to,
        value as carbon_to_co2,
        'constant:' || rule_code || '@' || version as carbon_to_co2_id
    from {{ ref('regime_rule') }}
    where subject = 'carbon_to_co2'
),

derivable as (
    select
        subjects.*,
        register.factor_id as base_factor_id,
        register.factor_code,
        register.version,
        register.value as base_value,
        register.unit as base_unit,
        register.source_class,
        register.source,
        register.document,
        register.factor_use,
        register.valid_from,
        register.valid_to,
        register.known_since,
        register.status,
        register.refusal_code,
        register.arrival_order,
        register.raw_table,
        register.evidence_id,
        register.record_number,
        register.source_stream as named_stream,
        heating_values.value as ncv,
        heating_values.factor_id as ncv_id,
        heating_values.unit as ncv_unit,
        ashes.value as ash_content,
        ashes.factor_id as ash_content_id,
        ash_carbons.value as ash_carbon_content,
        ash_carbons.factor_id as ash_carbon_content_id,
        constants.carbon_to_co2,
        constants.carbon_to_co2_id,
        case
            when subjects.parameter = 'oxidation_factor'
                then case when ashes.value is not null and ash_carbons.value is not null then 'oxidation_from_ash' end
            when subjects.parameter = 'emission_factor' and register.unit = 'tC/' || subjects.activity_unit
                then 'factor_from_carbon'
            when subjects.parameter = 'emission_factor' and subjects.activity_unit = 'GJ' and heating_values.value > 0
                then 'energy_factor_from_carbon'
            when subjects.parameter = 'carbon_content' and register.unit = 'tCO2/' || subjects.activity_unit
                then 'carbon_from_factor'
            when subjects.parameter = 'carbon_content' and register.unit = 'tCO2/TJ' and heating_values.value is not null
                then 'carbon_from_energy_factor'
        end as derived_formula_name
    from subjects
    inner join register
        on subjects.site = register.site
        and subjects.material = register.material
        and register.raw_table in ('lab_certificate', 'factor_document')
        and coalesce(register.source_stream, subjects.subject) = subjects.subject
        and register.refusal_code is null
        and register.value > 0
        and register.parameter = case
            when subjects.parameter = 'carbon_content' then 'emission_factor'
            else 'carbon_content'
        end
    inner join constants
        on subjects.regime = constants.regime
        and constants.valid_from <= subjects.period_start
        and coalesce(constants.valid_to, date '9999-12-31') >= subjects.period_end
    left join companions as heating_values
        on subjects.site = heating_values.site
        and subjects.period = heating_values.period
        and subjects.series = heating_values.series
        and subjects.subject = heating_values.subject
        and heating_values.parameter = 'ncv'
        and heating_values.unit = case
            when register.parameter = 'carbon_content' then replace(register.unit, 'tC/', 'GJ/')
            else 'GJ/' || subjects.activity_unit
        end
    left join companions as ashes
        on subjects.site = ashes.site
        and subjects.period = ashes.period
        and subjects.series = ashes.series
        and subjects.subject = ashes.subject
        and ashes.parameter = 'ash_content'
        and register.unit = 'tC/t'
    left join companions as ash_carbons
        on subjects.site = ash_carbons.site
        and subjects.period = ash_carbons.period
        and subjects.series = ash_carbons.series
        and subjects.subject = ash_carbons.subject
        and ash_carbons.parameter = 'ash_carbon_content'
    where (subjects.method = 'combustion' and subjects.parameter in ('emission_factor', 'oxidation_factor'))
        or (subjects.method = 'mass_balance' and subjects.parameter = 'carbon_content')
),

derived as (
    select
        *,
        {{ line_id("'derived_' || parameter", 'subject', 'base_factor_id', series='series') }} as factor_id,
        base_value as carbon_content,
        base_value as emission_factor
    from derivable
    where derived_formula_name is not null
),

derived_values as (
    select
        *,
        {{ formula_sql_by('derived_formula_name', derivation_names()) }} as value,
        case derived_formula_name
            when 'factor_from_carbon' then 'tCO2/' || activity_unit
            when 'energy_factor_from_carbon' then 'tCO2/TJ'
            when 'oxidation_from_ash' then '1'
            else 'tC/' || activity_unit
        end as unit
    from derived
)
{%- endmacro %}

{#- The columns of a derived factor, in the order of `documented` in calc_factor_candidate. -#}
{% macro derived_columns() -%}
    {%- for column in [
        'period_start', 'period_end', 'series', 'regime', 'subject_type', 'subject', 'parameter', 'method',
        'activity_source', 'material', 'material_class', 'heating_value_class', 'efficiency_class', 'construction',
        'activity_unit', 'country_code', 'has_indirect_goods', 'site', 'period', 'factor_id', 'factor_code', 'version',
        'value', 'unit', 'source_class', 'source', 'document', 'factor_use', 'valid_from', 'valid_to', 'known_since',
        'status', 'refusal_code', 'arrival_order', 'raw_table', 'evidence_id', 'record_number', 'named_stream'
    ] -%}
        {{ column }}{{ ', ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
