"""Human decisions: each is written as a JSON document and landed like any other evidence.

Nothing is ever changed or deleted by a decision. A withdrawal can itself be withdrawn; then what it withdrew
counts again.
"""

from __future__ import annotations

import csv
import datetime
import getpass
import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from tracetonne.errors import WrongUseError
from tracetonne.landed import Landing
from tracetonne.landing import register
from tracetonne.landing.decision import MARK, problems_of
from tracetonne.landing.land import FileResult, land_paths
from tracetonne.landing.lock import write_lock
from tracetonne.package.layout import PAYLOAD, table_file
from tracetonne.settings import Home

# The day of a decision is the day where the sites are.
ZONE = ZoneInfo("Asia/Taipei")
_SHORTEST_ID = 6


@dataclass(frozen=True)
class Withdrawal:
    """A document taken out of all figures.

    Args:
        evidence_id: The document.
        site: Its site.
        file_name: The name it arrived under.
        decision_id: Name of the decision.
        decision_evidence_id: The decision's own document, by which it can be taken back.
        packages: Evidence packages that used the document; they stay as they are, and their periods need a
            refresh.
    """

    evidence_id: str
    site: str
    file_name: str
    decision_id: str
    decision_evidence_id: str
    packages: list[str]


def decide(
    home: Home,
    site: str,
    decision: str,
    subject: str,
    reason: str,
    *,
    author: str | None = None,
    approver: str | None = None,
    decided_on: datetime.date | None = None,
    detail: Mapping[str, object] | None = None,
) -> FileResult:
    """Land a decision.

    Args:
        home: The installation.
        site: The site whose figures it touches.
        decision: A word of `tracetonne.landing.decision.DECISIONS`.
        subject: Evidence id, figure, period, factor or gate finding that it is about.
        reason: Why; shown to the verifier.
        author: Who decides; the name of the login where none is given.
        approver: A second person, needed for whatever lets something into a figure.
        decided_on: Day of the decision; today where the sites are.
        detail: Anything more, kept as it is.

    Raises:
        WrongUseError: Something is missing, or author and approver are one person.
    """
    written: dict[str, object] = {
        "tracetonne": MARK,
        "decision": decision,
        "subject": subject,
        "reason": reason.strip(),
        "author": (author or _login()).strip(),
        "approver": (approver or "").strip() or None,
        "decided_on": (decided_on or datetime.datetime.now(ZONE).date()).isoformat(),
        "detail": dict(detail) if detail else None,
    }
    with write_lock(home):
        # Two equal decisions at different times are two decisions, so the order of arrival is part of the
        # name.
        order = register.load(home).next_arrival()
        name = hashlib.sha256(json.dumps([order, written], sort_keys=True).encode()).hexdigest()[:12]
        written["decision_id"] = f"{decision}-{name}"
        problems = problems_of(written)
        if problems:
            first = problems[0]
            raise WrongUseError(
                f"The decision cannot be recorded. {first.message}",
                what_zh=f"決定無法記錄。{first.message_zh}",
                where=first.field,
                expected=first.expected,
                found=first.found,
                action=first.action,
            )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{written['decision_id']}.json"
            path.write_text(
                json.dumps(written, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
            )
            return land_paths(home, [path], site)[0]


def _login() -> str:
    """Return the name of the login, or nothing where the system does not know one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def withdraw(
    home: Home,
    evidence_id: str,
    reason: str,
    author: str | None = None,
    approver: str | None = None,
    decided_on: datetime.date | None = None,
) -> Withdrawal:
    """Take a document out of all figures; its bytes stay.

    Args:
        home: The installation.
        evidence_id: The document, or enough of the beginning of its id to be the only one.
        reason: Why.
        author: Who withdraws it; the name of the login where none is given.
        approver: A second person, if one approved.
        decided_on: Day of the decision; today where the sites are.

    Raises:
        WrongUseError: There is no such document, several begin like this, it is withdrawn already, or it
            closes a period and no second person approves.
    """
    with write_lock(home):
        known = register.load(home)
        entry = _find(known, evidence_id)
        if entry.evidence_id in known.withdrawn:
            raise WrongUseError(
                "This document is withdrawn already.",
                where=entry.evidence_id,
                expected="a document that counts",
                found=f"{entry.file_name}, withdrawn",
                action="nothing; to take the withdrawal back, withdraw the decision's own document",
            )
        if not approver and _is_close(home, entry):
            raise WrongUseError(
                "A closed period is opened again by two people.",
                where=entry.evidence_id,
                expected="a second person",
                found="no approver",
                action="run: tracetonne reopen",
            )
        result = decide(
            home,
            entry.site,
            "withdraw",
            entry.evidence_id,
            reason,
            author=author,
            approver=approver,
            decided_on=decided_on,
            detail={"file_name": entry.file_name, "sha256": entry.sha256},
        )
    return Withdrawal(
        evidence_id=entry.evidence_id,
        site=entry.site,
        file_name=entry.file_name,
        decision_id=result.path.stem,
        decision_evidence_id=result.evidence_id,
        packages=[str(path) for path in packages_using(home, entry.site, entry.evidence_id)],
    )


def _find(known: register.Register, evidence_id: str) -> register.Entry:
    """Return the one landing whose id begins like this."""
    found = [entry for entry in known.entries if entry.evidence_id == evidence_id]
    if not found and len(evidence_id) >= _SHORTEST_ID:
        found = [entry for entry in known.entries if entry.evidence_id.startswith(evidence_id)]
    if len(found) != 1:
        raise WrongUseError(
            "There is no such document." if not found else "Several documents have ids that begin like this.",
            where=evidence_id,
            expected="an evidence id of this home",
            found="none" if not found else ", ".join(entry.evidence_id for entry in found),
            action="take the id from `tracetonne status` or from `tracetonne land --json`",
        )
    return found[0]


def _is_close(home: Home, entry: register.Entry) -> bool:
    said = Landing(home, entry.site).rows(
        "select evidence_id from landed where decision = 'close'", "decision"
    )
    return entry.evidence_id in {row["evidence_id"] for row in said}


def packages_using(home: Home, site: str, evidence_id: str) -> list[Path]:
    """Return the evidence packages of a site that used a document, oldest version first."""
    lists = (home.exports / site).glob(f"*/v*/{PAYLOAD}/{table_file('evidence_used')}")
    using = [path for path in lists if evidence_id in _evidence_in(path)]
    # exports/<site>/<period>/v<n>/data/register/evidence_used.csv
    packages = [path.parents[2] for path in using]
    return sorted(packages, key=lambda path: (path.parent.name, int(path.name[1:])))


def _evidence_in(path: Path) -> set[str]:
    with path.open(encoding="utf-8", newline="") as handle:
        return {row.get("evidence_id", "") for row in csv.DictReader(handle)}
