"""The verifier's engagement: which packages were handed over, and findings followed until they are closed.

Reads `verification_log` documents; a package that the log names is looked for by its hash among those that
are published.
`hand_over` writes such a document for a published package, so that nobody copies a hash by hand.
"""

from __future__ import annotations

import csv
import datetime
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracetonne.errors import WrongUseError
from tracetonne.figures import check_site
from tracetonne.landing.contract_form import load
from tracetonne.landing.land import FileResult, land_paths
from tracetonne.package import versions
from tracetonne.registers import standing_rows
from tracetonne.settings import Home

KIND = "verification_log"
_KEY = ("engagement", "entry", "reference", "happened_on")
_RAISED = ("finding", "recommendation")
_FOLLOWED = (*_RAISED, "answered", "closed")
# Entries of one day in the order in which they happen.
_ORDER = ("engaged", "handed_over", *_FOLLOWED, "statement")


@dataclass(frozen=True)
class Handover:
    """A package that a verifier received.

    Args:
        reference: Number of the handover.
        happened_on: Its day.
        period: Year or month of the package.
        package_sha256: Its hash as recorded.
        version: The published version that has this hash; None where none has.
        recorded_by: Who handed it over.
        evidence_id: The document that says so.
    """

    reference: str
    happened_on: str
    period: str
    package_sha256: str
    version: int | None
    recorded_by: str
    evidence_id: str


@dataclass(frozen=True)
class Finding:
    """A finding or recommendation, and what became of it.

    Args:
        reference: Its number.
        entry: `finding` or `recommendation`.
        severity: major, minor or observation; empty where none was given.
        raised_on: Day on which it came.
        due_on: Day by which an answer is due; empty where none was set.
        text: What it says.
        state: open, answered or closed.
        is_overdue: Neither answered nor closed after the day that was set.
        history: Its entries in order, each with `evidence_id`.
    """

    reference: str
    entry: str
    severity: str
    raised_on: str
    due_on: str
    text: str
    state: str
    is_overdue: bool
    history: list[dict[str, Any]]


@dataclass(frozen=True)
class Engagement:
    """A verification of a period.

    Args:
        engagement: Its number.
        verifier: The verification body.
        period: Year or month that is verified.
        handovers: Packages handed over.
        findings: Findings and recommendations; those without a day of their own come from their answers.
        statements: Statements issued.
        open_count: Findings and recommendations that are not closed.
    """

    engagement: str
    verifier: str
    period: str
    handovers: list[Handover] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)
    open_count: int = 0


def engagements(home: Home, site: str, on: datetime.date) -> list[Engagement]:
    """Return every engagement of a site as it stands on a day, with what happened until then.

    Raises:
        WrongUseError: The site is not known.
    """
    check_site(home, site)
    rows = [row for row in standing_rows(home, site, KIND, _KEY) if row["happened_on"] <= on.isoformat()]
    rows.sort(key=lambda row: (row["happened_on"], _ORDER.index(row["entry"]), row["reference"]))
    return [
        _engagement(home, site, [row for row in rows if row["engagement"] == name], on)
        for name in dict.fromkeys(row["engagement"] for row in rows)
    ]


def _engagement(home: Home, site: str, rows: Sequence[dict[str, Any]], on: datetime.date) -> Engagement:
    references = dict.fromkeys(row["reference"] for row in rows if row["entry"] in _RAISED)
    findings = [
        _finding([row for row in rows if row["reference"] == one and row["entry"] in _FOLLOWED], on)
        for one in references
    ]
    return Engagement(
        rows[0]["engagement"],
        rows[-1]["verifier"],
        rows[-1]["verified_period"],
        [_handover(home, site, row) for row in rows if row["entry"] == "handed_over"],
        findings,
        [_shown(row) for row in rows if row["entry"] == "statement"],
        sum(one.state != "closed" for one in findings),
    )


def _handover(home: Home, site: str, row: dict[str, Any]) -> Handover:
    recorded = row["package_sha256"] or ""
    known = versions.versions(home, site, row["verified_period"])
    version = next((one.version for one in known if one.sha256 == recorded), None)
    return Handover(
        row["reference"], row["happened_on"], row["verified_period"], recorded, version,
        row["recorded_by"], row["evidence_id"],
    )  # fmt: skip


def _finding(rows: Sequence[dict[str, Any]], on: datetime.date) -> Finding:
    raised = [row for row in rows if row["entry"] in _RAISED][-1]
    last = rows[-1]["entry"]
    state = "open" if last in _RAISED else last
    due_on = next((row["due_on"] for row in reversed(rows) if row["due_on"]), "")
    return Finding(
        raised["reference"], raised["entry"], raised["severity"] or "", raised["happened_on"], due_on,
        raised["said"] or "", state, state == "open" and bool(due_on) and due_on < on.isoformat(),
        [_shown(row) for row in rows],
    )  # fmt: skip


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    names = ("entry", "reference", "happened_on", "said", "proof", "recorded_by", "evidence_id")
    return {name: row[name] for name in names}


def hand_over(
    home: Home, site: str, period: str, engagement: str, verifier: str, person: str, on: datetime.date
) -> FileResult:
    """Record that the newest package of a period was handed to a verifier, with its hash, and land that.

    Raises:
        WrongUseError: The site is not known, or nothing of the period is published.
    """
    check_site(home, site)
    package = versions.published(home, site, period)
    if package is None:
        raise WrongUseError(
            "No package of this period is published.",
            where=str(home.exports / site / period),
            action=f"Run: tracetonne refresh --site {site} --year {period}",
        )
    given = {
        "engagement": engagement, "verifier": verifier, "period": period, "entry": "handed_over",
        "reference": f"v{package.version}", "happened_on": on.isoformat(),
        "package_sha256": package.sha256, "recorded_by": person,
    }  # fmt: skip
    columns = [column.name for column in load(KIND).columns]
    with tempfile.TemporaryDirectory() as folder:
        paper = Path(folder) / f"handover_{period}_v{package.version}_{on.isoformat()}.csv"
        with paper.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerow(given)
        (landed,) = land_paths(home, [paper], site)
    return landed
