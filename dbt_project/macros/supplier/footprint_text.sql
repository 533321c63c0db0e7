{#- How units and days of EPDs and product footprints are read. -#}

{#- A unit as `footprint_unit.unit_key` holds it: lower case, without blanks. -#}
{% macro footprint_unit_key(column) -%}
    lower(replace(replace({{ column }}, ' ', ''), '　', ''))
{%- endmacro %}

{#- A day printed as a date, a date-time, or milliseconds since 1970 (soda4LCA prints those). -#}
{% macro moment_date(column) -%}
    coalesce(
        {{ landed_date("substring(" ~ column ~ ", 1, 10)") }},
        case
            when regexp_extract({{ column }}, '^-?[0-9]{10,14}$', 0) <> ''
                then cast(date '1970-01-01' + cast(floor(cast({{ column }} as double) / 86400000) as integer) as date)
        end
    )
{%- endmacro %}

{#-
  The day of a year that a text names: an EPD prints the year of its end as a field and the day in words, as
  `2023-09-27 - 2028-09-27` or `21/12/2020 al 21/12/2025` (day before month).
-#}
{% macro day_of_year_in_text(text, year) -%}
    {%- set wanted = "regexp_extract(" ~ year ~ ", '^([0-9]{4})$', 1)" -%}
    (case
        when {{ wanted }} = '' then null
        when regexp_extract({{ text }}, {{ wanted }} || '-[0-9]{2}-[0-9]{2}', 0) <> ''
            then try_cast(regexp_extract({{ text }}, {{ wanted }} || '-[0-9]{2}-[0-9]{2}', 0) as date)
        else try_cast(
            {{ wanted }} || '-' || regexp_extract({{ text }}, '([0-9]{2})[./]([0-9]{2})[./]' || {{ wanted }}, 2)
            || '-' || regexp_extract({{ text }}, '([0-9]{2})[./]([0-9]{2})[./]' || {{ wanted }}, 1) as date
        )
    end)
{%- endmacro %}

{#- The reference unit of a flow property by its identity, for exports that leave out the unit groups (InData list). -#}
{% macro flow_property_unit(uuid) -%}
    case lower({{ uuid }})
        when '93a60a56-a3c8-11da-a746-0800200b9a66' then 'kg'
        when '7e18d0ad-e78e-47a0-8e96-1c0a581902e2' then 'kg'
        when '93a60a56-a3c8-22da-a746-0800200c9a66' then 'm3'
        when '93a60a56-a3c8-19da-a746-0800200c9a66' then 'm2'
        when '838aaa23-0117-11db-92e3-0800200c9a66' then 'm'
        when '01846770-4cfe-4a25-8ad9-919d8d378345' then 'Item(s)'
    end
{%- endmacro %}
