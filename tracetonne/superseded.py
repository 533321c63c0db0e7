"""Which served periods rest on earlier months that were refreshed since.

Year to date, rolling twelve months and opening stock come from earlier months. Refreshing a month recomputes
them in the warehouse, but what is served and packaged of a later period follows only with its own refresh.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tracetonne import serving
from tracetonne.periods import is_month
from tracetonne.settings import Home

STATE = "refresh.json"


def state_path(home: Home, site: str, period: str) -> Path:
    """Return the file in which a refresh keeps what the next one compares with."""
    return home.serving / site / period / STATE


def earlier_builds(home: Home, site: str, period: str) -> dict[str, str]:
    """Return the builds in force of the months before a period, by month."""
    return {
        build.period: build.build
        for build in serving.builds(home, site)
        if is_month(build.period) and build.period < period
    }


def superseded_inputs(home: Home, site: str, period: str) -> list[str]:
    """Return the earlier months whose figures have changed since a period was refreshed, oldest first.

    A period that was never refreshed, or by a version that did not keep its inputs, rests on nothing known.
    """
    path = state_path(home, site, period)
    if not path.exists():
        return []
    used: Mapping[str, str] | None = json.loads(path.read_text(encoding="utf-8")).get("earlier")
    if used is None:
        return []
    now = earlier_builds(home, site, period)
    return sorted(month for month in used.keys() | now.keys() if used.get(month) != now.get(month))


def superseded_periods(home: Home, site: str) -> dict[str, list[str]]:
    """Return the served periods that need a refresh, each with the earlier months that changed since."""
    found = {
        build.period: superseded_inputs(home, site, build.period) for build in serving.builds(home, site)
    }
    return {period: months for period, months in found.items() if months}


def periods_from(home: Home, site: str, month: str) -> list[str]:
    """Return a month, the served months after it and the served years from its own, in order of refresh."""
    served = {build.period for build in serving.builds(home, site)}
    months = {period for period in served if is_month(period) and period > month}
    years = {period for period in served if not is_month(period) and period >= month[:4]}
    return [month, *sorted(months), *sorted(years)]
