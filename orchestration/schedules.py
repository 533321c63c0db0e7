"""When months are computed without anybody asking."""

from collections.abc import Iterator

import dagster as dg

from orchestration.jobs import monthly_refresh
from orchestration.partitions import landed_sites, partition_key, register
from tracetonne.periods import TIME_ZONE, last_closed_month
from tracetonne.settings import home


@dg.schedule(
    name="month_just_closed",
    job=monthly_refresh,
    cron_schedule="0 6 5 * *",
    execution_timezone=TIME_ZONE,
    description="On the 5th at 06:00 in Taipei: the month just closed, one run a site.",
    tags={"refresh": "month"},
)
def month_just_closed(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask for last month of every site; written by hand because sites are not known when definitions load."""
    sites = landed_sites(home())
    if not sites:
        yield dg.SkipReason("No site has landed anything yet.")
        return
    month = last_closed_month(context.scheduled_execution_time)
    register(context.instance, sites, [month[:4], month])
    for site in sites:
        yield dg.RunRequest(run_key=f"{site}:{month}", partition_key=partition_key(site, month))
