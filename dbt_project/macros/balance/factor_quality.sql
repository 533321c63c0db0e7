{#-
  Balance `factor_choice` of calc_document_balance: which factors stand in for those of the period.
-#}
{% macro factor_quality_ctes() -%}
-- How well each chosen factor fits its period: anything but exact is shown to a person and makes figures provisional.
matches as (
    select site, period, 'source_stream:' || source_stream as subject, factor_match,
        emission_factor_id as factor_id
    from streams
    where activity_quantity <> 0
    union all
    select site, period, 'electricity:' || series || ':' || process as subject, factor_match,
        electricity_factor_id as factor_id
    from electricity_factors
    union all
    select site, period, 'precursor:' || series || ':' || precursor || ':' || process as subject,
        value_match as factor_match, see_direct_id as factor_id
    from precursor_inputs
    where consumed_quantity <> 0
),

factor_choice as (
    select
        site,
        period,
        'factor_choice' as balance,
        subject,
        cast(1 as decimal(38, 12)) as expected_quantity,
        cast(case when factor_match = 'exact' then 1 else 0 end as decimal(38, 12)) as found_quantity,
        'factor' as unit,
        cast(0 as double) as tolerance_share,
        'warn' as severity,
        'The factor of ' || subject || ' in ' || period || ' is ' || coalesce(factor_match, 'none') || ' ('
        || coalesce(factor_id, 'nothing') || ').' as message,
        subject || ' 於 ' || period || ' 採用之係數：' || coalesce(factor_match, '無') || '（'
        || coalesce(factor_id, '無') || '）。' as message_zh,
        cast(null as varchar) as evidence_note
    from matches
)
{%- endmacro %}
