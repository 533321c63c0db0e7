"""What is due by law and when: the days of carbon fee, inventory, plan and CBAM, and how they stand.

What has been filed comes from `filing_record` documents, what importers declared, surrendered and hold from
the figures of their year; whom a duty binds from those figures and from what has been landed. Beside each day
stands the published version of the figures that the duty rests on. The duties are in `deadlines.yml`, each
with its clause.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tracetonne import serving
from tracetonne.carbon_fee import read_carbon_fee
from tracetonne.certificates import read_obligations
from tracetonne.figures import check_site
from tracetonne.landed import Landing
from tracetonne.package import versions
from tracetonne.periods import TIME_ZONE
from tracetonne.registers import standing_rows
from tracetonne.settings import Home

DUTIES = Path(__file__).with_suffix(".yml")
REMINDED_DAYS = 30  # a duty is called to mind so many days before its day
_WINDOW_DAYS = 366
# While a year has no figures, those of so many years before it tell whom its duties bind.
_YEARS_BACK = 2
_NOT_KEPT = ("overdue", "filed_late")


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
        binds: Whether it binds the site; None where no figures of the year, or of the two
            before it, tell.
        state: filed, filed_late, not_applicable, open, due_soon (within 30 days) or overdue.
        status: red where the day was missed, else green.
        filed_on: Day of the filing, an ISO date; empty while there is none.
        receipt: Its receipt.
        evidence_id: The document that says so.
        importer: EORI number of the importer whose duty it is; empty where no figures name one.
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
    binds: bool | None
    state: str
    status: str
    filed_on: str = ""
    receipt: str = ""
    evidence_id: str = ""
    importer: str = ""


def deadlines(home: Home, site: str, on: datetime.date | None = None) -> list[Deadline]:
    """Return what is due in the twelve months from a day, and what was in the twelve before it, by day.

    Past duties that do not bind the site are left out.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        on: The day, with what was filed until then; by default today in Taipei.

    Raises:
        WrongUseError: The site is not known.
    """
    check_site(home, site)
    day = on or datetime.datetime.now(ZoneInfo(TIME_ZONE)).date()
    rows = standing_rows(home, site, "filing_record", ["duty", "duty_year"])
    filings = {(row["duty"], row["duty_year"]): row for row in rows if row["filed_on"] <= day.isoformat()}
    binding = _Binding(home, site)
    found = [
        _deadline(home, site, duty, year, day, filings.get((duty["duty"], str(year))), binding)
        for duty in _duties()
        for year in range(duty["first_year"], day.year + 2)
        if -_WINDOW_DAYS < (_due_on(duty, year) - day).days < _WINDOW_DAYS
    ]
    importers = _of_importers(home, site)
    found = [
        stands
        for one in found
        for stands in (
            [_of_importer(one, row, day) for row in importers.get((one.duty, one.year), [])] or [one]
        )
    ]
    told = [one for one in found if one.days_left >= 0 or one.binds is not False or one.evidence_id]
    return sorted(told, key=lambda one: (one.due_on, one.duty, one.importer))


def reminders(home: Home, site: str, on: datetime.date | None = None) -> list[Deadline]:
    """Return what binds the site and is overdue or due within 30 days."""
    return [one for one in deadlines(home, site, on) if one.binds and one.state in ("due_soon", "overdue")]


def _of_importers(home: Home, site: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return what importers have to do, by duty and calendar year, as the served figures have it."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    if serving.builds(home, site):
        with serving.open_serving(home, site) as connection:
            for row in read_obligations(connection):
                found.setdefault(("cbam_" + row["obligation"], row["period"]), []).append(row)
    return found


def _of_importer(general: Deadline, row: dict[str, Any], day: datetime.date) -> Deadline:
    """Return a duty as it stands for one importer: what papers leave open is overdue after its day."""
    done_on = row["done_date"] or ""
    is_done = row["obligation_state"] in ("done", "late") and done_on <= day.isoformat()
    done = {"filing_status": "filed", "filed_on": done_on} if is_done else None
    state = _state(datetime.date.fromisoformat(general.due_on), day, done, binds=True)
    return replace(
        general, binds=True, state=state, status="red" if state in _NOT_KEPT else "green",
        filed_on=done_on if is_done else "", receipt=(row["document"] or "") if is_done else "",
        importer=row["importer_eori"],
    )  # fmt: skip


def _due_on(duty: dict[str, Any], year: int) -> datetime.date:
    return datetime.date(year + duty["years_later"], duty["month"], duty["day"])


def _deadline(
    home: Home,
    site: str,
    duty: dict[str, Any],
    year: int,
    day: datetime.date,
    filing: dict[str, Any] | None,
    binding: _Binding,
) -> Deadline:
    due_on = _due_on(duty, year)
    newest = versions.published(home, site, str(year))
    binds = binding.of(duty["binds"], str(year))
    state = _state(due_on, day, filing, binds)
    filed = filing or {}
    return Deadline(
        due_on.isoformat(), (due_on - day).days, duty["duty"], duty["name"], duty["name_zh"],
        duty["for_whom"], duty["for_whom_zh"], str(year), duty["clause"],
        newest.version if newest else None, binds, state, "red" if state in _NOT_KEPT else "green",
        filed.get("filed_on") or "", filed.get("receipt") or "", filed.get("evidence_id") or "",
    )  # fmt: skip


def _state(
    due_on: datetime.date, day: datetime.date, filing: dict[str, Any] | None, binds: bool | None
) -> str:
    """Return how a duty stands on a day, with what was filed until then."""
    if filing is not None and filing["filing_status"] == "filed":
        return "filed" if filing["filed_on"] <= due_on.isoformat() else "filed_late"
    if filing is not None or binds is False:
        return "not_applicable"
    if day > due_on:
        return "overdue"
    return "due_soon" if (due_on - day).days <= REMINDED_DAYS else "open"


class _Binding:
    """Whom the duties bind, of a site: read once a year of figures."""

    def __init__(self, home: Home, site: str) -> None:
        self._home, self._site = home, site
        landing = Landing(home, site)
        self._has_plan = landing.has("reduction_plan")
        self._imports = landing.has("import_declaration")
        self._of_year: dict[str, tuple[bool, bool] | None] = {}

    def of(self, whom: str, year: str) -> bool | None:
        """Say whether a duty binds the site for a year; None where no figures tell."""
        if whom == "plan":
            return self._has_plan
        if whom == "importer":
            return self._imports
        known = (self._known(str(int(year) - back)) for back in range(_YEARS_BACK + 1))
        judged = next((one for one in known if one is not None), None)
        return None if judged is None else judged[0] or (whom == "registrant" and judged[1])

    def _known(self, year: str) -> tuple[bool, bool] | None:
        if year not in self._of_year:
            self._of_year[year] = self._judged(year)
        return self._of_year[year]

    def _judged(self, year: str) -> tuple[bool, bool] | None:
        """Return whether the plant pays the fee of a year, and whether it must register by other criteria."""
        fee = read_carbon_fee(self._home, self._site, year)
        if fee.reason:
            return None
        return any(row["is_liable"] for row in fee.options), any(row["is_met"] for row in fee.registrant)


@cache
def _duties() -> list[dict[str, Any]]:
    import yaml

    rows: list[dict[str, Any]] = yaml.safe_load(DUTIES.read_text(encoding="utf-8"))
    return rows
