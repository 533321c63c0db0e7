{#- Whether a process makes goods outside CBAM: master data write so in place of a goods category. -#}
{% macro is_outside_cbam(good_category) -%}
    coalesce({{ good_category }}, '') = 'non_cbam'
{%- endmacro %}

{#-
  Whether a process only hands on what its precursors embed, adding nothing of its own: in the series of the law, where what
  is made outside CBAM embeds nothing. `process` has `is_outside_cbam`.
-#}
{% macro is_only_passed_on(process, series) -%}
    ({{ process }}.is_outside_cbam and {{ series }} = 'regime')
{%- endmacro %}

{#- The note of a figure of such a process. -#}
{% macro outside_cbam_note(note) -%}
    concat_ws('; ', {{ note }}, 'outside CBAM · 非 CBAM 範圍')
{%- endmacro %}
