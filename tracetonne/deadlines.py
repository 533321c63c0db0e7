"""When what is due by law: the days that carbon fee, inventory, reduction plan and CBAM name.

The product does not know what has been filed elsewhere; beside each day it says whether the figures that the
duty rests on have been computed. The duties are in `deadlines.yml`, each with its clause.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tracetonne.figures import check_site
from tracetonne.package import versions
from tracetonne.periods import TIME_ZONE
from tracetonne.settings import Home

DUTIES = Path(__file__).with_suffix(".yml")


@dataclass(frozen=True)
class Deadline:
    """A duty and its day.

    Args:
        due_on: Day by which it is due, an ISO date.
        days_left: Days from the day that was asked about; below zero it is past.
        duty: Its word.
        name: What is due.
        name_zh: The same in Traditional Chinese.
        for_whom: Whom it binds.
        for_whom_zh: The same in Traditional Chinese.
        year: Calendar year that it is about.
        clause: Where the law says so.
        version: Published version of that year's figures; None while there is none.
    """

    due_on: str
    days_left: int
    duty: str
    name: str
    name_zh: str
    for_whom: str
    for_whom_zh: str
    year: str
    clause: str
    version: int | None


def deadlines(home: Home, site: str, today: datetime.date | None = None) -> list[Deadline]:
    """Return what is due in the twelve months from a day, by day.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        today: Day to count from; by default today in Taipei.

    Raises:
        WrongUseError: The site is not known.
    """
    check_site(home, site)
    day = today or datetime.datetime.now(ZoneInfo(TIME_ZONE)).date()
    found = []
    for duty in _duties():
        for year in range(duty["first_year"], day.year + 2):
            due_on = datetime.date(year + duty["years_later"], duty["month"], duty["day"])
            if 0 <= (due_on - day).days < 366:
                newest = versions.published(home, site, str(year))
                found.append(
                    Deadline(
                        due_on.isoformat(), (due_on - day).days, duty["duty"], duty["name"], duty["name_zh"],
                        duty["for_whom"], duty["for_whom_zh"], str(year), duty["clause"],
                        newest.version if newest else None,
                    )
                )  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on, one.duty))


@cache
def _duties() -> list[dict[str, Any]]:
    import yaml

    rows: list[dict[str, Any]] = yaml.safe_load(DUTIES.read_text(encoding="utf-8"))
    return rows
