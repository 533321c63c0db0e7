{#- The unit of a quantity whose mean rate over an hour has this unit: kW gives kWh, Nm3/h gives Nm3. -#}
{% macro unit_of_rate(unit) -%}
    case
        when {{ unit }} in ('W', 'kW', 'MW', 'GW') then {{ unit }} || 'h'
        when {{ unit }} like '%/h' then substring({{ unit }}, 1, length({{ unit }}) - 2)
    end
{%- endmacro %}

{#- The instant of a time in the landing clock, which is that of Taiwan (UTC+8, without daylight saving since 1979). -#}
{% macro utc_of_landing(column) -%}
    {{ column }} - interval 8 hour
{%- endmacro %}
