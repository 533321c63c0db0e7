{#- How landed text becomes numbers and dates. The readers let pass only what these macros can read. -#}

{#- A number as printed: full-width forms and thousands commas are allowed; unreadable text becomes null. -#}
{% macro landed_number(column) -%}
    try_cast(
        replace(translate({{ column }}, '０１２３４５６７８９．－＋，', '0123456789.-+,'), ',', '') as decimal(38, 12)
    )
{%- endmacro %}

{#-
  A day as printed: `2025-01-31`, `2025/1/31`, `20250131`, or in the ROC calendar (year 1 = 1912) `114/01/31`,
  `114年01月31日`. A year of two digits, or seven digits without separators, is not read: it could mean two things.
-#}
{% macro landed_date(column) -%}
    {%- set parts = "'^([0-9]{3,4})[-/年.]([0-9]{1,2})[-/月.]([0-9]{1,2})日?$'" -%}
    (case
        when regexp_extract({{ column }}, '^[0-9]{8}$', 0) <> ''
            then try_cast(
                substring({{ column }}, 1, 4) || '-' || substring({{ column }}, 5, 2) || '-'
                || substring({{ column }}, 7, 2) as date
            )
        when regexp_extract({{ column }}, {{ parts }}, 1) <> ''
            then try_cast(
                {{ gregorian_year("regexp_extract(" ~ column ~ ", " ~ parts ~ ", 1)") }} || '-'
                || lpad(regexp_extract({{ column }}, {{ parts }}, 2), 2, '0') || '-'
                || lpad(regexp_extract({{ column }}, {{ parts }}, 3), 2, '0') as date
            )
    end)
{%- endmacro %}

{#- A month as printed (`114/01`, `114年01月`, `2025-01`), as its first day. -#}
{% macro landed_month(column) -%}
    {%- set parts = "'^([0-9]{3,4})[-/年.]([0-9]{1,2})月?$'" -%}
    (case
        when regexp_extract({{ column }}, {{ parts }}, 1) <> ''
            then try_cast(
                {{ gregorian_year("regexp_extract(" ~ column ~ ", " ~ parts ~ ", 1)") }} || '-'
                || lpad(regexp_extract({{ column }}, {{ parts }}, 2), 2, '0') || '-01' as date
            )
    end)
{%- endmacro %}

{#- A year of three digits is ROC, of four Gregorian; text in, four-digit text out. -#}
{% macro gregorian_year(year_text) -%}
    lpad(
        cast(
            try_cast({{ year_text }} as integer)
            + case when try_cast({{ year_text }} as integer) < 1000 then 1911 else 0 end as varchar
        ), 4, '0'
    )
{%- endmacro %}

{#- Text without surrounding blanks, full-width blanks included; empty text is null. -#}
{% macro landed_text(column) -%}
    nullif(trim(replace({{ column }}, '　', ' ')), '')
{%- endmacro %}

{#- The name or number of a paper or a person; words that say there is none are null, as if nothing stood there. -#}
{% macro landed_reference(column) -%}
    case
        when regexp_matches(
            lower({{ landed_text(column) }}),
            '^([-–—/.?]+|n/?a|none|nil|no|not (yet|available|verified)|pending|tb[acd]|unknown|無|无|沒有|尚無|待定|待補|未知)$'
        )
            then null
        else {{ landed_text(column) }}
    end
{%- endmacro %}
