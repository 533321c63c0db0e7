{#-
  CTEs that hold the last calibration of each meter against its last reading, over `periods`, `meters`, `meter_months` and
  `calibrations`. A certificate and master data may both state one: the later counts; one that the meter failed is none.
  A meter without interval readings is held against the end of the period.
-#}
{% macro meter_calibration_ctes() -%}
known_calibrations as (
    select
        site,
        meter,
        calibrated_date,
        calibration_valid_to,
        cast(null as varchar) as certificate_number,
        evidence_id
    from meters
    where calibrated_date is not null
        or calibration_valid_to is not null

    union all

    select site, meter, calibration_date, valid_to, certificate_number, evidence_id
    from calibrations
    where coalesce(result, 'pass') <> 'fail'
),

read_days as (
    select
        site,
        period,
        meter,
        cast(max(last_interval_local) as date) as last_reading_date
    from meter_months
    group by site, period, meter
),

metered_periods as (
    select
        periods.site,
        periods.period,
        periods.period_end,
        meters.meter,
        max(meters.role) as role,
        max(meters.commodity) as commodity,
        max(meters.process) as process
    from periods
    inner join meters
        on periods.site = meters.site
        and meters.valid_from < periods.period_end
        and meters.valid_to > periods.period_start
    group by periods.site, periods.period, periods.period_end, meters.meter
),

ranked_calibrations as (
    select
        metered_periods.*,
        known_calibrations.calibrated_date,
        known_calibrations.calibration_valid_to,
        known_calibrations.certificate_number,
        known_calibrations.evidence_id,
        row_number() over (
            partition by metered_periods.site, metered_periods.period, metered_periods.meter
            order by
                coalesce(known_calibrations.calibrated_date, date '1900-01-01') desc,
                coalesce(known_calibrations.calibration_valid_to, date '9999-12-31') desc,
                known_calibrations.certificate_number,
                known_calibrations.evidence_id
        ) as calibration_rank
    from metered_periods
    left join known_calibrations
        on metered_periods.site = known_calibrations.site
        and metered_periods.meter = known_calibrations.meter
        and coalesce(known_calibrations.calibrated_date, date '1900-01-01') < metered_periods.period_end
),

meter_calibrations as (
    select
        ranked_calibrations.site,
        ranked_calibrations.period,
        ranked_calibrations.meter,
        ranked_calibrations.role,
        ranked_calibrations.commodity,
        ranked_calibrations.process,
        ranked_calibrations.calibrated_date,
        ranked_calibrations.calibration_valid_to,
        ranked_calibrations.certificate_number,
        ranked_calibrations.evidence_id,
        read_days.last_reading_date,
        ranked_calibrations.calibration_valid_to
        <= coalesce(read_days.last_reading_date, cast(ranked_calibrations.period_end - interval 1 day as date)) as is_overdue
    from ranked_calibrations
    left join read_days
        on ranked_calibrations.site = read_days.site
        and ranked_calibrations.period = read_days.period
        and ranked_calibrations.meter = read_days.meter
    where ranked_calibrations.calibration_rank = 1
)
{%- endmacro %}
