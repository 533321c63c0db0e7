"""Whether a month's emissions fit how much was made: fixed consumption makes a slack month look worse.

Reads what refreshes of years served (`calc_emission_trend`); the answer is a question to the plant, no figure
of a regime.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tracetonne import serving
from tracetonne.errors import WrongUseError
from tracetonne.figures import check_site
from tracetonne.settings import Home

Utilised = Callable[[Sequence[tuple[float, float]]], Sequence[float]]
_TABLE = "out_emission_trend"
_NUMBERS = (
    "activity_level", "utilisation", "emissions_tco2e", "intensity", "fixed_tco2e", "slope", "expected_tco2e",
    "sigma_tco2e", "deviation_sigmas",
)  # fmt: skip
_FIELDS = ("process", "month", "activity_unit", "other_month_count", "is_outlier", *_NUMBERS)
_MONTHS_WITH_OUTPUT = """
    select distinct period
    from out_figure
    where series = 'management' and quantity = 'activity_level' and process is not null and product is null
        and value > 0 and period = refresh_period and length(period) = 7
    order by period
"""


@dataclass(frozen=True)
class Trend:
    """Months of a site's processes beside what their other months let expect.

    Args:
        site: The site.
        months: By process and month: `activity_level` (`activity_unit`), `utilisation` (of the capacity
            given, else of the best month of that year and the year before), `emissions_tco2e`, `intensity`
            (t CO2e a unit made), `other_month_count`, the line through these (`fixed_tco2e`, `slope`),
            `expected_tco2e`, `sigma_tco2e`, `deviation_sigmas` and `is_outlier`; null from the count on where
            there are fewer than six other months.
        unseen: Served months with output that no refresh of their year has looked at yet.
        reason: Why there is nothing to compare.
    """

    site: str
    months: list[dict[str, Any]] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    reason: str = ""


def capacities(texts: list[str]) -> dict[str, float]:
    """Read `PROCESS=AMOUNT` options, the amount a month in the process's unit.

    Raises:
        WrongUseError: One is not of that form, or its amount is not above zero.
    """
    found = {}
    for text in texts:
        if not (match := re.fullmatch(r"(.+)=(\d+(?:\.\d+)?)", text)) or not float(match[2]):
            raise WrongUseError(
                "This is not the capacity of a process.", where="--capacity", expected="wire=1200", found=text
            )
        found[match[1]] = float(match[2])
    return found


def read_trend(home: Home, site: str) -> Trend:
    """Return every month of a site's refreshed years, with what the other months let expect of it.

    Args:
        home: The installation.
        site: A site of which something has been landed.

    Raises:
        WrongUseError: The site is not known.
    """
    check_site(home, site)
    found = serving.builds(home, site)
    if not found:
        return Trend(site, reason=f"Nothing of {site} has been refreshed yet. 尚未計算。")
    months: list[dict[str, Any]] = []
    with serving.open_serving(home, site) as connection:
        if any(_TABLE in build.tables for build in found):
            rows = connection.execute(
                f"select {', '.join(_FIELDS)} from {_TABLE} order by process, month"
            ).fetchall()
            months = [dict(zip(_FIELDS, row, strict=True)) for row in rows]
        with_output = [str(row[0]) for row in connection.execute(_MONTHS_WITH_OUTPUT).fetchall()]
    unseen = sorted(set(with_output) - {row["month"] for row in months})
    if not months:
        return Trend(site, unseen=unseen, reason=_why_none(site, unseen))
    return Trend(site, [_shown(row) for row in months], unseen)


def with_capacity(found: Trend, capacity: Mapping[str, float], utilised: Utilised) -> Trend:
    """Return a trend whose utilisation is that of capacities where they are given.

    Args:
        found: The trend.
        capacity: What a process can make a month, in the unit of its activity level.
        utilised: Returns utilisation for pairs of what was made and could be, by the macro of the model.

    Raises:
        WrongUseError: A process is not known.
    """
    if not (capacity and found.months):
        return found
    _check_processes(capacity, {row["process"] for row in found.months})
    pairs = [(row["activity_level"], capacity.get(row["process"])) for row in found.months]
    shares = iter(utilised([(level, most) for level, most in pairs if most is not None]))
    months = [
        row if most is None else row | {"utilisation": next(shares)}
        for row, (_, most) in zip(found.months, pairs, strict=True)
    ]
    return replace(found, months=months)


def years_to_refresh(found: Trend) -> list[str]:
    """Return the years whose refresh takes in the months that none has looked at yet."""
    return sorted({month[:4] for month in found.unseen})


def _why_none(site: str, unseen: list[str]) -> str:
    if not unseen:
        return f"No month of {site} with a process is served. 無已計算之月份。"
    return (
        f"No year of {site} has been refreshed since its months were. 年度尚未計算。 "
        f"Run: tracetonne refresh --site {site} --year {unseen[-1][:4]}"
    )


def _check_processes(capacity: Mapping[str, float], known: set[str]) -> None:
    if unknown := sorted(set(capacity) - known):
        raise WrongUseError(
            "There is no such process.",
            where="--capacity",
            expected=", ".join(sorted(known)),
            found=", ".join(unknown),
        )


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with plain numbers."""
    return {**row, **{name: None if row[name] is None else float(row[name]) for name in _NUMBERS}}
