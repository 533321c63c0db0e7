"""What a run is about: one site and one period. Nothing else about time belongs here.

A period is a month (`2026-03`) or a year (`2025`), the same key that figures, gates and packages carry. Both
dimensions are dynamic: sites appear when something of theirs is landed, months by the clock of Taipei. Years
stand beside months because a year is computed once, in one run, from the year's own activity data; a range of
twelve month partitions would record every asset twelve times and leave its checks without a partition.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg

from tracetonne.periods import FIRST_MONTH, TIME_ZONE, check_period
from tracetonne.sites import SCHEMA_SITE

if TYPE_CHECKING:
    from tracetonne.settings import Home

SITES = dg.DynamicPartitionsDefinition(name="site")
PERIODS = dg.DynamicPartitionsDefinition(name="period")
SITE_PERIODS = dg.MultiPartitionsDefinition({"site": SITES, "period": PERIODS})


def partition_key(site: str, period: str) -> dg.MultiPartitionKey:
    """Return the key of one site and period."""
    return dg.MultiPartitionKey({"site": site, "period": check_period(period)})


def site_and_period(key: str) -> tuple[str, str]:
    """Return the site and the period of a partition key."""
    parts = SITE_PERIODS.get_partition_key_from_str(key).keys_by_dimension
    return parts["site"], parts["period"]


def period_keys(now: datetime.datetime, first_month: str = FIRST_MONTH) -> list[str]:
    """Return all months from `first_month` to the one that `now` falls in, each year before its months."""
    local = now.astimezone(ZoneInfo(TIME_ZONE))
    keys: list[str] = []
    year, month = int(first_month[:4]), int(first_month[5:])
    while (year, month) <= (local.year, local.month):
        if not keys or month == 1:
            keys.append(f"{year}")
        keys.append(f"{year}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return keys


def register(instance: dg.DagsterInstance, sites: Iterable[str], periods: Iterable[str]) -> None:
    """Make sites and periods known to Dagster; those already known stay."""
    for name, wanted in (("site", sites), ("period", periods)):
        known = set(instance.get_dynamic_partitions(name))
        missing = [key for key in dict.fromkeys(wanted) if key not in known]
        if missing:
            instance.add_dynamic_partitions(name, missing)


def landed_sites(home: Home) -> list[str]:
    """Return the sites that have landed evidence or an inbox."""
    landed = {path.name.removeprefix("site=") for path in (home.landing / "evidence").glob("site=*")}
    waiting = {path.name for path in home.inbox.glob("*") if path.is_dir()}
    return sorted((landed | waiting) - {SCHEMA_SITE})
