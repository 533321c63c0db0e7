-- What the Taiwanese lines cite beside factors and rules: scores of the form, intervals of factors, t values.
select
    'constant:' || score_code || '@' || version as factor_id,
    score_code as factor_code,
    version,
    axis as parameter,
    cast(score as double) as value,
    unit,
    cast(score as varchar) as published_value,
    unit as published_unit,
    'regulation' as source_class,
    source,
    document,
    valid_from,
    valid_to,
    known_since,
    licence,
    option_zh as note
from {{ ref('data_quality_score') }}

union all

-- The upper side is the value; lower sides stand in the note.
select
    'constant:' || interval_code || '@' || version as factor_id,
    interval_code as factor_code,
    version,
    'factor_interval' as parameter,
    upper_share as value,
    unit,
    '-' || cast(lower_share as varchar) || ' +' || cast(upper_share as varchar) as published_value,
    unit as published_unit,
    'type_2' as source_class,
    source,
    document,
    valid_from,
    valid_to,
    known_since,
    licence,
    'lower side ' || cast(lower_share as varchar) || coalesce('; ' || note, '') as note
from {{ ref('taiwan_factor_interval') }}

union all

select
    'constant:STUDENT-T-' || cast(degrees_from as varchar) || '@' || cast(version as varchar) as factor_id,
    'STUDENT-T-' || cast(degrees_from as varchar) as factor_code,
    cast(version as varchar) as version,
    't_value' as parameter,
    t_value as value,
    unit,
    cast(t_value as varchar) as published_value,
    unit as published_unit,
    'regulation' as source_class,
    source,
    document,
    valid_from,
    valid_to,
    known_since,
    licence,
    note
from {{ ref('student_t_value') }}
