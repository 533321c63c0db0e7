"""Close a published month or year, so that its figures stand, and open it again.

A close is a decision that names every factor which the period used. As long as it stands the period counts
the documents that had arrived with it and keeps these factors, however often it is computed again; what came
later is named by `status` with its effect and counts once the period is open again. Opening it withdraws the
close, which needs a second person, as closing does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tracetonne import serving, staleness
from tracetonne.decisions import decide, withdraw
from tracetonne.errors import WrongUseError
from tracetonne.factors import CANDIDATES
from tracetonne.figures import check_site
from tracetonne.landed import Document, Landing, documents
from tracetonne.landing import register
from tracetonne.landing.lock import write_lock
from tracetonne.package import versions
from tracetonne.periods import check_period
from tracetonne.settings import Home

LATE = "late.json"
_LONGEST_LIST = 5


@dataclass(frozen=True)
class Close:
    """A close in force.

    Args:
        site: The site.
        period: The month or year.
        version: The published version that was closed.
        factors: Number of factors that it keeps.
        decision_evidence_id: The decision's own document.
        closed_on: Day of the decision.
        arrival_order: Its place among all landings: what landed after it does not count.
    """

    site: str
    period: str
    version: int
    factors: int
    decision_evidence_id: str
    closed_on: str
    arrival_order: int


def close(
    home: Home,
    site: str,
    period: str,
    reason: str,
    approver: str | None = None,
    author: str | None = None,
) -> Close:
    """Close a period with the factors of its newest published version.

    Args:
        home: The installation.
        site: The site.
        period: `2026-03` or `2025`; a closed year closes its months.
        reason: Why; shown to the verifier.
        approver: A second person.
        author: Who closes it; the name of the login where none is given.

    Raises:
        WrongUseError: It is not published, documents came since it was, it is closed already, or author and
            approver are one person.
    """
    check_period(period)
    with write_lock(home):
        check_site(home, site)
        newest = versions.published(home, site, period)
        build = serving.current(home, site, period)
        gates = (build.gates() or []) if build else []
        if (
            newest is None
            or build is None
            or any(gate["severity"] == "error" and not gate["passed"] for gate in gates)
        ):
            raise WrongUseError(
                "Only a published period can be closed.",
                where=f"{site} {period}",
                expected="a package behind passed gates",
                found="none",
                action="refresh the period first",
            )
        if period in {one.period for one in closes(home, site)}:
            raise WrongUseError("This period is closed already.", where=f"{site} {period}")
        _check_current(home, site, period)
        factors = _chosen(home, site, period)
        result = decide(
            home,
            site,
            "close",
            period,
            reason,
            author=author,
            approver=approver,
            detail={"version": newest.version, "package_sha256": newest.sha256, "factors": factors},
        )
        return next(one for one in closes(home, site) if one.decision_evidence_id == result.evidence_id)


def reopen(
    home: Home,
    site: str,
    period: str,
    reason: str,
    approver: str | None = None,
    author: str | None = None,
) -> list[Close]:
    """Open a closed period again: the next refresh chooses its factors anew. Return the closes that ended.

    Args:
        home: The installation.
        site: The site.
        period: As it was closed.
        reason: Why; shown to the verifier.
        approver: A second person.
        author: Who opens it; the name of the login where none is given.

    Raises:
        WrongUseError: It is not closed, or there is no second person.
    """
    with write_lock(home):
        ended = [one for one in closes(home, site) if one.period == period]
        if not ended:
            raise WrongUseError(
                "This period is not closed.",
                where=f"{site} {period}",
                expected=", ".join(one.period for one in closes(home, site)) or "a closed month or year",
            )
        for one in ended:
            withdraw(home, one.decision_evidence_id, reason, author, approver)
    return ended


def closes(home: Home, site: str) -> list[Close]:
    """Return the closes of a site that are in force, by period."""
    rows = Landing(home, site).rows(
        "select evidence_id, subject, decided_on, json_extract_string(detail, '$.version') as version, "
        "json_array_length(detail, '$.factors') as factors "
        "from landed where decision = 'close' order by subject, evidence_id",
        "decision",
    )
    if not rows:
        return []  # the register of all sites takes longer to read than the rest of an unchanged refresh
    known = register.load(home)
    return [
        Close(
            site=site,
            period=row["subject"],
            version=int(row["version"]),
            factors=row["factors"],
            decision_evidence_id=row["evidence_id"],
            closed_on=row["decided_on"],
            arrival_order=entry.arrival_order,
        )
        for row in rows
        if row["evidence_id"] not in known.withdrawn
        and (entry := known.find(site, row["evidence_id"])) is not None
    ]


def close_of(found: Iterable[Close], period: str) -> Close | None:
    """Return the earliest of these closes that holds for a period: a closed year closes its months."""
    holding = [one for one in found if one.period in (period, period[:4])]
    return min(holding, key=lambda one: one.arrival_order, default=None)


def what_moves(home: Home, site: str, periods: Sequence[str]) -> tuple[list[str], int | None]:
    """Return which periods a build may compute, and the last arrival that counts for them.

    The last period is the one that was asked for. Those of the others that were closed at another time, such
    as the closed months of an open year, stay as they are.

    Args:
        home: The installation.
        site: The site.
        periods: The scope of the build.
    """
    found = closes(home, site)
    counted = {
        period: held.arrival_order if (held := close_of(found, period)) else None for period in periods
    }
    asked = counted[periods[-1]]
    return [period for period in periods if counted[period] == asked], asked


def late_in_closed(home: Home, site: str, period: str, of_site: Sequence[Document]) -> list[Document]:
    """Return what came after the close of a period and does not count in it; nothing where it is open.

    Args:
        home: The installation.
        site: The site.
        period: A month or a year.
        of_site: The documents of the site.
    """
    held = close_of(closes(home, site), period)
    if held is None:
        return []
    dropping = {
        row["evidence_id"]: row["subject"]
        for row in _decisions(home, site)
        if row["decision"] in ("withdraw", "supersede")
    }
    return staleness.late_documents(of_site, period, held.arrival_order, dropping)


def keep_effect(
    home: Home, site: str, period: str, late: Sequence[Document], effect: Sequence[dict[str, Any]]
) -> None:
    """Keep what late documents would change, so that `status` can tell it without computing."""
    path = home.serving / site / period / LATE
    kept = {"documents": [one.evidence_id for one in late], "effect": list(effect)}
    path.write_text(json.dumps(kept, indent=2), encoding="utf-8")


def known_effect(home: Home, site: str, period: str, late: Sequence[Document]) -> list[dict[str, Any]] | None:
    """Return what exactly these late documents would change; None while that has not been computed."""
    path = home.serving / site / period / LATE
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["documents"] != [one.evidence_id for one in late]:
        return None
    effect: list[dict[str, Any]] = kept["effect"]
    return effect


def _check_current(home: Home, site: str, period: str) -> None:
    """Refuse to close figures that leave out what has arrived since they were computed."""
    decided = _decisions(home, site)
    closing = {row["evidence_id"] for row in decided if row["decision"] == "close"}
    closing |= {row["evidence_id"] for row in decided if row["subject"] in closing}
    later = [
        one
        for one in staleness.later_documents(home, site, period, documents(Landing(home, site)))
        if one.state == "landed" and one.evidence_id not in closing
    ]
    if later:
        raise WrongUseError(
            "Documents came since this period was computed.",
            where=f"{site} {period}",
            expected="figures of everything that has arrived",
            found=", ".join(f"{one.file_name} ({one.evidence_id})" for one in later[:_LONGEST_LIST]),
            action="refresh the period, then close it",
        )


def _decisions(home: Home, site: str) -> list[dict[str, Any]]:
    return Landing(home, site).rows("select evidence_id, decision, subject from landed", "decision")


def _chosen(home: Home, site: str, period: str) -> list[str]:
    """Return the ids of the factors that a period uses; of a mean, those of its parts."""
    found: set[str] = set()
    periods = [build.period for build in serving.builds(home, site) if build.period.startswith(period)]
    with serving.open_serving(home, site, periods) as connection:
        served = {row[0] for row in connection.execute("select view_name from duckdb_views()").fetchall()}
        for table in served.intersection(CANDIDATES):
            rows = connection.execute(
                f"select distinct factor_id from {table} where is_winner or lost_code = 'part_of_mean'"
            ).fetchall()
            found |= {row[0] for row in rows}
    return sorted(found)
