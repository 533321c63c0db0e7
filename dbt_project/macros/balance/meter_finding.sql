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

expired_calibrations as (
    select
        periods.site,
        periods.period,
        'meter_calibration' as balance,
        meters.meter as subject,
        'warn' as severity,
        'The calibration of meter ' || meters.meter || ' ended on ' || cast(meters.calibration_valid_to as varchar)
        || '.' as message,
        '電表 ' || meters.meter || ' 之校正已於 ' || cast(meters.calibration_valid_to as varchar) || ' 到期。' as message_zh,
        meters.evidence_id as evidence_note
    from meters
    inner join periods
        on meters.site = periods.site
        and meters.valid_from < periods.period_end
        and meters.valid_to > periods.period_start
    where meters.calibration_valid_to < periods.period_end
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
