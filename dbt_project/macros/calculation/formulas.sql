{#-
  Every formula of the calculation, stated once in the closed grammar of tracetonne/formula.py. `formula_sql` turns one
  into the SQL that computes it, `formula_text` into the text that its calculation line carries, so that a value and
  its line cannot disagree. The names in a formula are columns of the model that uses it: the value in `<name>`, the
  id of its source in `<name>_id`.

  Constants of the regulation (3.664 tCO2/tC, 56.1 tCO2/TJ, 0.667, the GWP) are dated inputs from seed `regime_rule`;
  only unit conversions stand as numbers in a formula: 1 TJ = 1000 GJ, 1 t = 1000 kg, percent.
-#}
{% macro formulas() -%}
    {%- set known = {
        'energy_factor_from_carbon': 'carbon_content * carbon_to_co2 / ncv * 1000',
        'factor_from_carbon': 'carbon_content * carbon_to_co2',
        'carbon_from_energy_factor': 'emission_factor * ncv / 1000 / carbon_to_co2',
        'carbon_from_factor': 'emission_factor / carbon_to_co2',
        'oxidation_from_ash': 'max(0, 1 - ash_content * ash_carbon_content / carbon_content)',
        'activity_energy': 'activity * ncv / 1000',
        'pfc_cf4_slope': 'production * frequency * duration * slope_factor / 1000',
        'pfc_cf4_slope_minutes': 'production * (anode_effect_minutes / cell_days) * slope_factor / 1000',
        'pfc_cf4_overvoltage': 'production * (overvoltage / current_efficiency) * overvoltage_factor / 1000',
        'pfc_c2f6': 'cf4 * c2f6_fraction',
        'pfc_emissions': '(cf4 * gwp_cf4 + c2f6 * gwp_c2f6) / collection_efficiency',
        'cems_fossil': 'concentration * hours * flow / 1000 * (1 - biomass / 100) * gwp',
        'cems_biogenic': 'concentration * hours * flow / 1000 * (biomass / 100) * gwp',
        'cems_substitute': 'concentration_sum / valid_hours + 2 * sqrt(max(0, (concentration_squared'
            ~ ' - concentration_sum * concentration_sum / valid_hours) / (valid_hours - 1)))',
        'cems_mass': 'measured_mass',
        'cems_mass_substituted': 'measured_mass + unmeasured_flow * substitute / 1000000',
        'cems_fossil_mass': 'gas_mass * (1 - biomass) * gwp',
        'cems_biogenic_mass': 'gas_mass * biomass * gwp',
        'cems_n2o_mass': 'round(gas_mass, 3) * gwp',
        'total_sum': 'sum(part)',
        'total_manual': 'manual_total',
        'flow_energy': 'quantity * share * units_per_unit',
        'flow_steam': 'quantity * share * (enthalpy_flow - enthalpy_return) / 1000',
        'flow_steam_volume': 'quantity * m3_per_unit / specific_volume * share * (enthalpy_flow - enthalpy_return) / 1000',
        'flow_fuel': 'quantity * ncv * share / 1000 * heat_efficiency',
        'heat_of_fuel': 'emission_factor / heat_efficiency',
        'heat_of_waste_gas': 'min(emission_factor, natural_gas_ef) / heat_efficiency',
        'waste_gas_emission': 'min(emissions, energy * natural_gas_ef)',
        'waste_gas_consumed': '(counted - emissions) * share',
        'waste_gas_produced': '(emissions - energy * natural_gas_ef * waste_gas_export) * share',
        'load_factor': 'quantity * ncv / (rated_fuel_input * period_hours)',
        'heat_efficiency_at_load': 'efficiency_below + (efficiency_above - efficiency_below)'
            ~ ' * (min(1, load_factor) - load_below) / (load_above - load_below)',
        'chp_output': 'output * gj_per_unit / reference_efficiency',
        'chp_efficiency': 'output * gj_per_unit / 1000 / energy',
        'chp_factor': 'emissions / output',
        'chp_output_default': 'default_efficiency / reference_efficiency',
        'stream_denominator': 'sum(numerator)',
        'share_of_quantity': 'numerator / denominator',
        'share_declared': 'declared_share',
        'molar_amount': 'production / molar_mass',
        'stream_attribution': 'emissions * share',
        'process_direct_sum': 'sum(emissions)',
        'process_direct_declared': 'declared',
        'activity_sum': 'sum(production)',
        'activity_single': 'activity',
        'reconciliation': 'total_direct / sum(direct)',
        'attributed_indirect': 'electricity * electricity_factor',
        'electricity': 'electricity',
        'unattributed': 'total - sum(attributed)',
        'precursor_indirect': 'electricity * electricity_factor',
        'embedded': 'sumproduct(consumed, specific)',
        'specific_embedded': '(attributed + embedded) / activity_level',
        'specific_passed_on': 'embedded / activity_level',
        'see_total': 'see_direct + see_indirect',
        'see_chargeable': 'see_direct + see_indirect',
        'chargeable_definitive': 'see_direct + chargeable_indirect',
        'functional_level': 'sumproduct(made, content)',
        'own_precursor_by_content': 'sumproduct(consumed, content) * sum(made) / sumproduct(made, made_content)',
        'functional_see': 'see * activity_level / functional_level',
        'qualified_see': 'functional * content',
        'content': 'content',
        'default_share': 'default_part / see_direct',
        'default_share_cyclic': 'default_part / (see_direct - recirculated)',
        'default_marked_up': 'default_total * (1 + mark_up)',
        'sefa_process': 'cbam_factor * cscf * benchmark',
        'sefa': 'sefa_process + sefa_precursors',
        'embedded_emissions': 'see * mass',
        'free_allocation': 'sefa * mass',
        'certificates': 'max(0, mass * (see - sefa) - carbon_price_credit)',
        'certificate_cost': 'certificates * price',
        'uncertainty_contribution': 'uncertainty_share * sum(effect)',
        'uncertainty_half_width': 'sqrt(sumproduct(contribution, contribution))',
        'uncertainty_pct': '100 * half_width / see',
        'window_ratio': '(sum(attributed) + sum(embedded)) / sum(activity_level)',
        'window_sum': 'sum(month)',
        'window_content': 'sumproduct(made, content) / sum(made)'
    } -%}
    {%- do known.update(taiwan_formulas()) -%}
    {%- do known.update(money_formulas()) -%}
    {%- do known.update(organisation_formulas()) -%}
    {#- Communication templates type oxidation, conversion and biomass in percent; documents give shares. -#}
    {%- for suffix, of_share in [('', '%s'), ('_pct', '(%s / 100)')] -%}
        {%- set oxidation = of_share | format('oxidation') -%}
        {%- set conversion = of_share | format('conversion') -%}
        {%- set biomass = of_share | format('biomass') -%}
        {%- for part, share in [('fossil', '(1 - ' ~ biomass ~ ')'), ('biogenic', biomass)] -%}
            {%- set tail = '_' ~ part ~ suffix -%}
            {%- do known.update({
                'combustion_energy' ~ tail: 'activity * ncv / 1000 * emission_factor * ' ~ oxidation ~ ' * ' ~ share,
                'combustion_mass' ~ tail: 'activity * emission_factor * ' ~ oxidation ~ ' * ' ~ share,
                'process_energy' ~ tail: 'activity * ncv / 1000 * emission_factor * ' ~ conversion ~ ' * ' ~ share,
                'process_mass' ~ tail: 'activity * emission_factor * ' ~ conversion ~ ' * ' ~ share,
                'mass_balance' ~ tail: 'activity * carbon_content * carbon_to_co2 * ' ~ share
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {#- Kiln dust (eq. 28): what of the clinker's carbon dioxide its calcined share has lost, by mass of dust. -#}
    {%- set lost = 'emission_factor / (1 + emission_factor) * calcination' -%}
    {%- for part, share in [('fossil', '(1 - biomass)'), ('biogenic', 'biomass')] -%}
        {%- do known.update({
            'kiln_dust_' ~ part: 'activity * (' ~ lost ~ ') / (1 - ' ~ lost ~ ') * ' ~ share
        }) -%}
    {%- endfor -%}
    {{ return(known) }}
{%- endmacro %}

{#- Specific emissions that a good has by its content of clinker or nitrogen (eq. 64 to 66). -#}
{% macro functional_quantities() -%}
    {{ return(['see_direct', 'see_indirect', 'see_total', 'see_chargeable']) }}
{%- endmacro %}

{#- The names of the stream formulas of one part, `fossil` or `biogenic`. -#}
{% macro stream_formulas(part) -%}
    {%- set names = ['kiln_dust_' ~ part] -%}
    {%- for suffix in ['', '_pct'] -%}
        {%- for kind in ['combustion_energy', 'combustion_mass', 'process_energy', 'process_mass', 'mass_balance'] -%}
            {%- do names.append(kind ~ '_' ~ part ~ suffix) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#-
  The SQL of a formula. `sum` and `sumproduct` are done by the model, before this. `greatest` and `least` pass over a null:
  without an input there is no result, where max(0, ...) would give 0.
-#}
{% macro formula_sql(name) -%}
    {%- set text = formulas()[name] -%}
    {%- if 'max(' not in text and 'min(' not in text -%}{{ return('(' ~ text ~ ')') }}{%- endif -%}
    {%- set sql = text | replace('max(', 'greatest(') | replace('min(', 'least(') -%}
    {{ return('(case when ' ~ formula_inputs(name) | join(' is not null and ') ~ ' is not null then ' ~ sql ~ ' end)') }}
{%- endmacro %}

{#- The text of a formula as a SQL literal. -#}
{% macro formula_text(name) -%}
    {{ return("'" ~ formulas()[name] ~ "'") }}
{%- endmacro %}

{#- The same two where each row names its formula in a column. -#}
{% macro formula_sql_by(column, names) -%}
    case {{ column }}
        {%- for name in names %}
        when '{{ name }}' then {{ formula_sql(name) }}
        {%- endfor %}
    end
{%- endmacro %}

{% macro formula_text_by(column, names) -%}
    case {{ column }}
        {%- for name in names %}
        when '{{ name }}' then {{ formula_text(name) }}
        {%- endfor %}
    end
{%- endmacro %}

{#- The input names of a formula, in the order of first use, without those under sum and sumproduct. -#}
{% macro formula_inputs(name) -%}
    {%- set text = modules.re.sub('(sum|sumproduct)[(][^)]*[)]', '', formulas()[name]) -%}
    {%- set found = [] -%}
    {%- for word in modules.re.findall('[a-z_][a-z0-9_]*', text) -%}
        {%- if word not in found and word not in ('min', 'max', 'round', 'sqrt') -%}{%- do found.append(word) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
