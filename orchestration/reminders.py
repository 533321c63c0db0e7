"""What calls legal deadlines to mind in the UI: a check that looks once a day, with its job and schedule.

When what is due, and whom it binds, is decided in `tracetonne/deadlines.py`.
"""

import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.assets import package
from orchestration.partitions import landed_sites
from tracetonne.deadlines import Deadline, reminders
from tracetonne.periods import TIME_ZONE
from tracetonne.settings import home


@dg.asset_check(
    asset=package.KEY,
    name="nothing_is_overdue",
    description="No duty of carbon fee, inventory, reduction plan or CBAM is overdue or due within 30 days "
    "without a filing on record. 無逾期或 30 日內到期而未申報之法定事項。",
)
def nothing_is_overdue() -> dg.AssetCheckResult:
    """Name what is due of every site; a warning, since no figure depends on it."""
    here, today = home(), datetime.datetime.now(ZoneInfo(TIME_ZONE)).date()
    landed = [site for site in landed_sites(here) if (here.landing / "evidence" / f"site={site}").is_dir()]
    due = {site: reminders(here, site, today) for site in landed}
    lines = [_line(site, one) for site, found in due.items() for one in found]
    return dg.AssetCheckResult(
        passed=not lines,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(lines) or "Nothing is due within 30 days. 30 日內無到期事項。",
        metadata={"looked_on": today.isoformat(), "due": dg.MetadataValue.json(lines)},
    )


def _line(site: str, one: Deadline) -> str:
    return f"{site}: {one.due_on} {one.state}: {one.name} {one.name_zh} {one.year} ({one.clause})"


CHECK = dg.AssetSelection.checks(nothing_is_overdue)

look_at_deadlines = dg.define_asset_job(
    "look_at_deadlines",
    selection=CHECK,
    executor_def=dg.in_process_executor,
    description="Look whether anything is due by law, of every site.",
)

every_morning = dg.ScheduleDefinition(
    name="every_morning",
    job=look_at_deadlines,
    cron_schedule="0 7 * * *",
    execution_timezone=TIME_ZONE,
    description="At 07:00 in Taipei: what is overdue or due within 30 days. 每日檢查法定期限。",
)
