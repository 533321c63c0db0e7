-- No source stream is borne more than once: the shares of its processes add up to 1, or to less where a part of it
-- serves goods that are not reported.
select
    site,
    period,
    source_stream,
    sum(share) as share_total
from {{ ref('calc_stream_share') }}
group by
    site,
    period,
    source_stream
having sum(share) > 1.000000001
