{#-
  One row: emissions of a year from electricity and fuels by the factors that are announced for it, with a list of steps.
  Called by `tracetonne estimate inventory`, which checks the arguments: inventory_year, electricity_mwh, and fuels as a
  list of name, amount, unit (kL or 1000Nm3) and ncv, the plant's own heating value in GJ per unit or none.
-#}
{% macro estimate_inventory(asked) -%}
with
fuels as (
    {%- for fuel in asked.fuels %}
    select
        {{ loop.index }} as source_number,
        '{{ fuel.name | replace("'", "''") }}' as fuel_name,
        cast({{ fuel.amount }} as double) as activity,
        '{{ fuel.unit }}' as activity_unit,
        cast({{ fuel.ncv or 'null' }} as double) as own_ncv
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        0 as source_number,
        '' as fuel_name,
        cast(0 as double) as activity,
        '' as activity_unit,
        cast(null as double) as own_ncv
    where false
    {%- endfor %}
),

known_factors as (
    select
        *,
        factor_code || '@' || version as factor_id
    from {{ ref('emission_factor') }}
    where factor_code like 'TW-%'
        and status = 'active'
        and coalesce(valid_from, date '1900-01-01') <= make_date({{ asked.inventory_year }}, 12, 31)
),

named as (
    select
        fuels.*,
        any_value(aliases.material_class) as material_class,
        any_value(aliases.heating_value_class) as heating_value_class
    from fuels
    left join {{ ref('material_factor_map') }} as aliases
        on {{ material_alias_key('fuels.fuel_name') }} = aliases.alias_key
    group by all
),

heated as (
    select
        named.*,
        coalesce(named.own_ncv, heating.value) as ncv,
        case when named.own_ncv is null then heating.factor_id else 'own' end as ncv_id
    from named
    left join known_factors as heating
        on named.heating_value_class = heating.material_class
        and heating.parameter = 'ncv'
        and heating.unit = 'GJ/' || named.activity_unit
    qualify row_number() over (partition by named.source_number order by heating.valid_from desc) = 1
),

gases as (
    select
        heated.*,
        known_factors.gas,
        known_factors.value as gas_factor,
        known_factors.factor_id as gas_factor_id,
        warming.value as gwp
    from heated
    inner join known_factors
        on heated.material_class = known_factors.material_class
        and known_factors.parameter = 'emission_factor'
        and known_factors.factor_use = 'stationary'
        and known_factors.unit like '%/TJ'
    inner join {{ ref('global_warming_potential') }} as warming
        on known_factors.gas = warming.gas
        and warming.gwp_set = 'AR5'
    where heated.ncv is not null
    qualify row_number() over (
        partition by heated.source_number, known_factors.gas
        order by known_factors.valid_from desc
    ) = 1
),

burnt as (
    select
        *,
        {{ formula_sql('taiwan_energy') }} as emissions
    from gases
),

grid as (
    select
        cast({{ asked.electricity_mwh }} as double) as electricity,
        value as electricity_factor,
        factor_id,
        extract(year from valid_from) as factor_year
    from known_factors
    where parameter = 'electricity_factor'
        and factor_use in ('industrial', 'overall')
    order by valid_from desc, factor_use
    limit 1
),

used as (
    select
        *,
        {{ formula_sql('taiwan_electricity') }} as emissions
    from grid
),

steps as (
    select list({
        'source': fuel_name, 'gas': gas, 'activity': activity, 'activity_unit': activity_unit, 'ncv': ncv,
        'ncv_id': ncv_id, 'gas_factor': gas_factor, 'gas_factor_id': gas_factor_id, 'gwp': gwp, 'emissions': emissions
    } order by source_number, gas) as fuel_steps
    from burnt
),

totals as (
    select cast(sum({{ quantity('emissions') }}) as double) as direct
    from burnt
),

-- A fuel without factors must not pass for one without emissions.
missing as (
    select list(heated.fuel_name order by heated.source_number) as fuels_without_factor
    from heated
    left join burnt
        on heated.source_number = burnt.source_number
    where burnt.source_number is null
)

select
    coalesce(totals.direct, 0) as direct,
    used.emissions as electricity_emissions,
    used.electricity,
    used.electricity_factor,
    used.factor_id as electricity_factor_id,
    used.factor_year as electricity_factor_year,
    to_json(coalesce(steps.fuel_steps, [])) as fuel_steps,
    to_json(coalesce(missing.fuels_without_factor, [])) as fuels_without_factor
from totals
cross join used
cross join steps
cross join missing
{%- endmacro %}
