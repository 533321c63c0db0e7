"""Close a published month or year, so that it keeps its factors, and open it again.

A close is a decision that names every factor which the period used. As long as it stands no other factor may
win in that period, however often it is computed again; what came later is listed with the reason why it lost.
Opening the period again withdraws the close, which needs a second person, as closing does.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracetonne import serving
from tracetonne.decisions import decide, withdraw
from tracetonne.errors import WrongUseError
from tracetonne.factors import CANDIDATES
from tracetonne.figures import check_site
from tracetonne.landed import Landing
from tracetonne.landing import register
from tracetonne.landing.lock import write_lock
from tracetonne.package import versions
from tracetonne.periods import check_period
from tracetonne.settings import Home


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
    """

    site: str
    period: str
    version: int
    factors: int
    decision_evidence_id: str
    closed_on: str


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
        WrongUseError: It is not published, is closed already, or author and approver are one person.
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
    known = register.load(home)
    rows = Landing(home, site).rows(
        "select evidence_id, subject, decided_on, json_extract_string(detail, '$.version') as version, "
        "json_array_length(detail, '$.factors') as factors "
        "from landed where decision = 'close' order by subject, evidence_id",
        "decision",
    )
    return [
        Close(
            site=site,
            period=row["subject"],
            version=int(row["version"]),
            factors=row["factors"],
            decision_evidence_id=row["evidence_id"],
            closed_on=row["decided_on"],
        )
        for row in rows
        if row["evidence_id"] not in known.withdrawn
    ]


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
