{#-
  Findings of meters: unknown to master data, calibration expired, multiplier changed.
-#}
{% macro meter_finding_ctes() -%}
unknown_meters as (
    select
        meter_months.site,
        meter_months.period,
        'meter_unknown' as balance,
        meter_months.meter as subject,
        'warn' as severity,
        'Meter ' || meter_months.meter || ' sent ' || cast(sum(meter_months.record_count) as varchar)
        || ' readings in ' || meter_months.period || ', but is not in master data: they are not used.' as message,
        '電表 ' || meter_months.meter || ' 於 ' || meter_months.period || ' 有 '
        || cast(sum(meter_months.record_count) as varchar) || ' 筆讀值，但不在主檔，未採用。' as message_zh,
        {{ joined('meter_months.evidence_id') }} as evidence_note
    from meter_months
    left join (select distinct site, meter from meters) as known_meters
        on meter_months.site = known_meters.site
        and meter_months.meter = known_meters.meter
    where known_meters.meter is null
    group by meter_months.site, meter_months.period, meter_months.meter
),

{{ meter_calibration_ctes() }},

expired_calibrations as (
    select
        site,
        period,
        'meter_calibration' as balance,
        meter as subject,
        'warn' as severity,
        'The last calibration of meter ' || meter || coalesce(', of ' || cast(calibrated_date as varchar), '')
        || coalesce(' (certificate ' || certificate_number || ')', '') || ', ended on '
        || cast(calibration_valid_to as varchar)
        || coalesce('; its readings go on to ' || cast(last_reading_date as varchar), '')
        || ': have it calibrated, or land the new certificate.' as message,
        '電表 ' || meter || coalesce(' 於 ' || cast(calibrated_date as varchar), '') || ' 之校正'
        || coalesce('（證書 ' || certificate_number || '）', '') || '已於 ' || cast(calibration_valid_to as varchar) || ' 到期'
        || coalesce('，讀值至 ' || cast(last_reading_date as varchar), '') || '：請安排校正，或匯入新校正報告。' as message_zh,
        evidence_id as evidence_note
    from meter_calibrations
    where is_overdue
),

changed_multipliers as (
    select
        periods.site,
        periods.period,
        'meter_multiplier' as balance,
        meters.meter as subject,
        'error' as severity,
        'The multiplier of meter ' || meters.meter || ' changes within ' || periods.period
        || ': give the exchanged meter a code of its own.' as message,
        '電表 ' || meters.meter || ' 之倍率於 ' || periods.period || ' 期間變更：請為更換後之電表另編代碼。' as message_zh,
        {{ joined('meters.evidence_id') }} as evidence_note
    from meters
    inner join periods
        on meters.site = periods.site
        and meters.valid_from < periods.period_end
        and meters.valid_to > periods.period_start
    group by periods.site, periods.period, meters.meter
    having min(meters.multiplier) <> max(meters.multiplier)
)
{%- endmacro %}
