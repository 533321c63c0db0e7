{{ scoped() }}

-- The factor that holds, of all that were looked at.
select
    series,
    source,
    parameter,
    value,
    unit,
    factor_id,
    factor_match,
    known_since,
    valid_from,
    site,
    period
from {{ ref('calc_taiwan_factor_candidate') }}
where {{ in_scope() }}
    and is_winner
