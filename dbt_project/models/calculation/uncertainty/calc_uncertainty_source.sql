{{ scoped() }}

-- Every input that moves a figure of the year: which variable it belongs to, and how uncertain that is. Inputs of one
-- meter, scale or factor are one variable, wherever they occur: they err together.
with
effects as (
    select distinct site, period, source_id from {{ ref('calc_uncertainty_effect') }}
    where {{ in_scope() }}
),

facts as (
    select distinct site, fact_id, fact_type, subject, quantity_name from {{ ref('calc_document_fact') }}
    where {{ in_scope_site() }}
),

factors as (
    select * from {{ ref('calc_factor_register') }}
),

certificates as (
    select * from {{ ref('stg_factor__lab_certificate') }}
    where uncertainty > 0
),

factor_documents as (
    select * from {{ ref('stg_factor__factor_document') }}
    where uncertainty_pct is not null
),

intervals as (
    select * from {{ ref('taiwan_factor_interval') }}
    where gas <> 'CH4'
        and gas <> 'N2O'
),

streams as (
    select
        *,
        row_number() over (partition by site, source_stream order by valid_from desc) as newest
    from {{ ref('stg_master__source_stream') }}
),

meters as (
    select
        *,
        row_number() over (partition by site, meter order by valid_from desc) as newest
    from {{ ref('stg_master__meter') }}
),

bounds as (
    select
        period,
        {%- for edge in ['first', 'last'] %}
        cast({% if edge == 'first' %}substring(period, 1, 4) || '-01-01'
            {%- else %}substring({{ refresh_period('period') }}, 1, 4) || '-12-31'{% endif %} as date) as {{ edge }}_day
            {{- ',' if not loop.last }}
        {%- endfor %}
    from (select distinct period from effects) as periods
),

-- Of the points of a calibration the worst counts: the error that nobody corrects, and the uncertainty at k = 2. The last
-- one up to the end of the period stands.
calibrations as (
    select
        points.site,
        bounds.period,
        points.meter,
        points.certificate_number,
        points.evidence_id,
        points.calibration_date,
        max(points.valid_to) as valid_to,
        min(case when lower(points.result) = 'pass' then 1 else 0 end) = 1 as has_passed,
        max(regexp_extract(points.accuracy_class, '[0-9]+([.][0-9]+)?', 0)) as accuracy_class,
        max(abs(points.error_pct) + points.uncertainty_pct * 2 / coalesce(nullif(points.coverage_factor, 0), 2)) / 100 as worst_share,
        row_number() over (
            partition by points.site, bounds.period, points.meter
            order by points.calibration_date desc, max(points.arrival_order) desc, points.certificate_number
        ) as newest
    from {{ ref('stg_calibration__meter') }} as points
    inner join bounds
        on points.calibration_date <= bounds.last_day
    group by
        points.site,
        bounds.period,
        points.meter,
        points.certificate_number,
        points.evidence_id,
        points.calibration_date
),

classes as (
    select
        *,
        'constant:' || class_code || '@' || version as class_id
    from {{ ref('uncertainty_class') }}
),

expired as (
    select half_width_share as multiplier from classes
    where input_kind = 'calibration'
        and input_class = 'expired'
),

kinds as (
    select
        effects.site,
        effects.period,
        effects.source_id,
        bounds.last_day,
        facts.fact_type,
        facts.quantity_name,
        case
            when factors.factor_id is not null then 'factor'
            when facts.fact_type = 'meter_reading' then 'meter'
            when facts.fact_type = 'product' then 'production'
            when facts.fact_type = 'own_precursor' then 'precursor'
            when facts.fact_type in ('meter_gap', 'activity', 'production', 'precursor') then facts.fact_type
            when facts.fact_id is not null then 'activity'
            else 'cell'
        end as input_kind,
        coalesce(facts.subject, factors.factor_code, effects.source_id) as subject,
        case
            when factors.factor_id is not null then factors.source_class
            when facts.fact_type = 'activity' then coalesce(streams.activity_source, 'any')
            when facts.fact_type = 'meter_reading' then coalesce(calibrations.accuracy_class, 'any')
            else 'any'
        end as input_class,
        coalesce(factors.parameter, 'any') as parameter,
        factors.material_class,
        factors.evidence_id as factor_evidence_id,
        factors.record_number as factor_record_number,
        factors.raw_table as factor_raw_table,
        streams.activity_uncertainty,
        meters.uncertainty_pct,
        meters.calibration_valid_to,
        calibrations.worst_share,
        calibrations.certificate_number,
        calibrations.evidence_id as calibration_evidence_id,
        coalesce(calibrations.has_passed, false)
            and coalesce(calibrations.valid_to, date '9999-12-31') > bounds.last_day as is_calibration_in_force
    from effects
    inner join bounds
        on effects.period = bounds.period
    left join facts
        on effects.site = facts.site
        and effects.source_id = facts.fact_id
    left join factors
        on effects.source_id = factors.factor_id
        and (factors.site is null or effects.site = factors.site)
    left join streams
        on facts.fact_type = 'activity'
        and facts.site = streams.site
        and facts.subject = streams.source_stream
        and streams.newest = 1
    left join meters
        on facts.fact_type = 'meter_reading'
        and facts.site = meters.site
        and facts.subject = meters.meter
        and meters.newest = 1
    left join calibrations
        on facts.fact_type = 'meter_reading'
        and facts.site = calibrations.site
        and effects.period = calibrations.period
        and facts.subject = calibrations.meter
        and calibrations.newest = 1
),

classed as (
    select
        kinds.*,
        classes.half_width_share as class_share,
        classes.class_id,
        classes.is_assumed as is_class_assumed,
        row_number() over (
            partition by kinds.site, kinds.period, kinds.source_id
            order by
                case when classes.input_class = kinds.input_class then 0 else 1 end,
                case when classes.parameter = kinds.parameter then 0 else 1 end,
                classes.class_code
        ) as class_rank
    from kinds
    left join classes
        on kinds.input_kind = classes.input_kind
        and classes.input_class in (kinds.input_class, 'any')
        and classes.parameter in (kinds.parameter, 'any')
),

stated as (
    select
        classed.*,
        case
            when certificates.uncertainty_unit = '%'
                then certificates.uncertainty * 0.01 * 2 / coalesce(nullif(certificates.coverage_factor, 0), 2)
            when certificates.uncertainty_unit = certificates.published_unit
                then certificates.uncertainty / abs(certificates.printed_number)
                    * 2 / coalesce(nullif(certificates.coverage_factor, 0), 2)
        end as lab_share,
        cast(factor_documents.uncertainty_pct as double) / 100 as document_share,
        greatest(intervals.lower_share, intervals.upper_share) as interval_share,
        'constant:' || intervals.interval_code || '@' || intervals.version as interval_id
    from classed
    left join certificates
        on classed.factor_raw_table = 'lab_certificate'
        and classed.site = certificates.site
        and classed.factor_evidence_id = certificates.evidence_id
        and classed.factor_record_number = certificates.record_number
    left join factor_documents
        on classed.factor_raw_table = 'factor_document'
        and classed.site = factor_documents.site
        and classed.factor_evidence_id = factor_documents.evidence_id
        and classed.factor_record_number = factor_documents.record_number
    left join intervals
        on classed.factor_raw_table is null
        and classed.parameter in ('emission_factor', 'electricity_factor')
        and classed.material_class = intervals.material_class
    where classed.class_rank = 1
),

judged as (
    select
        stated.*,
        expired.multiplier,
        case
            when worst_share is not null and is_calibration_in_force then 'calibration'
            when worst_share is not null then 'calibration_expired'
            when uncertainty_pct is not null and calibration_valid_to <= last_day then 'meter_expired'
            when uncertainty_pct is not null then 'meter'
            when activity_uncertainty is not null then 'source_stream'
            when lab_share is not null then 'certificate'
            when document_share is not null then 'factor_document'
            when interval_share is not null then 'published_interval'
            when class_share is not null and is_class_assumed then 'assumed'
            when class_share is not null then 'class'
            else 'not_assessed'
        end as basis
    from stated
    cross join expired
)

select
    source_id,
    case
        when input_kind in ('factor', 'cell') then source_id
        -- What is measured beside the quantity of a stream (cell-days, minutes, hours) has an instrument of its own.
        when fact_type = 'measurement' then fact_type || ':' || subject || ':' || quantity_name
        else input_kind || ':' || subject
    end as variable_id,
    input_kind,
    subject,
    parameter,
    case basis
        when 'calibration' then worst_share
        -- Once a certificate has run out, the class bounds the error if it is known to be wider.
        when 'calibration_expired'
            then multiplier * greatest(worst_share, case when is_class_assumed then 0 else class_share end)
        when 'meter' then uncertainty_pct / 100
        when 'meter_expired' then multiplier * uncertainty_pct / 100
        when 'source_stream' then activity_uncertainty
        when 'certificate' then lab_share
        when 'factor_document' then document_share
        when 'published_interval' then interval_share
        else class_share
    end as uncertainty_share,
    case
        when basis in ('calibration', 'calibration_expired')
            then 'meter_calibration:' || certificate_number || ':' || subject
        when basis in ('meter', 'meter_expired') then 'master_meter:' || subject || ':uncertainty_pct'
        when basis = 'source_stream' then 'master_source_stream:' || subject || ':activity_uncertainty_pct'
        when basis in ('certificate', 'factor_document')
            then factor_raw_table || ':' || factor_evidence_id || '.' || cast(factor_record_number as varchar)
        when basis = 'published_interval' then interval_id
        when basis = 'not_assessed' then 'constant:not_assessed'
        else class_id
    end as uncertainty_share_id,
    basis,
    basis in ('assumed', 'calibration_expired', 'meter_expired') as is_assumed,
    case
        when basis in ('calibration', 'calibration_expired') then calibration_evidence_id
        when basis in ('certificate', 'factor_document') then factor_evidence_id
    end as evidence_id,
    site,
    period
from judged
