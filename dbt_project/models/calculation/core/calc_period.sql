{{ scoped() }}

-- A filled template states its whole period; documents of the same period do not compete with it.
with
template_periods as (
    select * from {{ ref('calc_template_period') }}
    where {{ in_scope() }}
),

document_periods as (
    select * from {{ ref('calc_document_period') }}
    where {{ in_scope() }}
),

periods as (
    select
        site,
        period,
        'template' as input_source,
        case when length(period) = 4 then 'year' else 'window' end as period_type,
        period_start,
        period_end
    from template_periods

    union all

    select
        document_periods.site,
        document_periods.period,
        'document' as input_source,
        document_periods.period_type,
        document_periods.period_start,
        document_periods.period_end
    from document_periods
    left join template_periods
        on document_periods.site = template_periods.site
        and document_periods.period = template_periods.period
    where template_periods.period is null
)

select
    input_source,
    period_type,
    period_start,
    period_end,
    case
        when period_start < date '2026-01-01' then 'cbam_transitional'
        else 'cbam_definitive'
    end as regime,
    site,
    period
from periods
