"""Versions of a package: which supersedes which and why, and what changed from one to the next.

A new version supersedes the one before by itself; that one stays as it is and can still be verified. Why it
was corrected is recorded by a decision (`correct`) of two persons, with the hashes of both.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tracetonne.decisions import decide
from tracetonne.errors import WrongUseError
from tracetonne.figures import check_site
from tracetonne.landed import Landing
from tracetonne.landing.lock import write_lock
from tracetonne.package import versions
from tracetonne.package.layout import PAYLOAD, table_file
from tracetonne.package.tabular import engine, literal, quoted
from tracetonne.settings import Home

# What is compared of each table of a package: its key, and the columns of which a change is told.
_COMPARED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "figure": (("figure_key", "refresh_period"), ("value", "unit", "note")),
    "calculation_line": (("line_id", "refresh_period"), ("value", "unit", "formula", "clause")),
    "factor_used": (("factor_id",), ("value", "unit", "document")),
    "evidence_used": (("sha256", "kind"), ("file_name",)),
}


@dataclass(frozen=True)
class PackageVersion:
    """A version of a package and its place in the chain.

    Args:
        version: Its number.
        path: Where it lies.
        sha256: The hash that stands for all of it.
        supersedes: Number of the version that it replaces; None of the first.
        superseded_by: Number of the version that replaced it; None of the one in force.
        changed: What it was made of that differs from the version before (`Evidence`, `Factors`, …).
        reason: Why it was corrected; None where nobody recorded it.
        author: Who recorded it.
        approver: The second person.
        recorded_on: Day of that, an ISO date.
    """

    version: int
    path: str
    sha256: str
    supersedes: int | None
    superseded_by: int | None
    changed: list[str]
    reason: str | None = None
    author: str | None = None
    approver: str | None = None
    recorded_on: str | None = None


def package_versions(home: Home, site: str, period: str) -> list[PackageVersion]:
    """Return the versions of a package, oldest first.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        period: The month or year.

    Raises:
        WrongUseError: The site is not known.
    """
    check_site(home, site)
    existing = versions.versions(home, site, period)
    recorded = _corrections(home, site, period)
    found = []
    for place, one in enumerate(existing):
        before = existing[place - 1] if place else None
        after = existing[place + 1] if place + 1 < len(existing) else None
        sha256 = one.sha256
        found.append(
            PackageVersion(
                version=one.version,
                path=str(one.path),
                sha256=sha256,
                supersedes=before.version if before else None,
                superseded_by=after.version if after else None,
                changed=one.identity.differences(before.identity) if before else [],
                **recorded.get(sha256, {}),
            )
        )
    return found


def changed_lines(home: Home, site: str, period: str, version: int | None = None) -> list[dict[str, Any]]:
    """Return what differs between a version of a package and the one before it, one row a changed cell.

    Args:
        home: The installation.
        site: The site.
        period: The month or year.
        version: The later version; the newest where none is given.

    Returns:
        Rows of table, key, change (added, removed or changed), column, before and after.

    Raises:
        WrongUseError: There is no such version, or none before it.
    """
    before, after = _pair(home, site, period, version)
    found: list[dict[str, Any]] = []
    with engine().cursor() as connection:
        for table, (key, columns) in _COMPARED.items():
            places = [one.path / PAYLOAD / table_file(table, "parquet") for one in (before, after)]
            rows = connection.execute(_difference(str(places[0]), str(places[1]), key, columns)).fetchall()
            names = ("key", "change", "column", "before", "after")
            found += [{"table": table} | dict(zip(names, row, strict=True)) for row in rows]
    return found


def correct(
    home: Home, site: str, period: str, reason: str, approver: str | None = None, author: str | None = None
) -> PackageVersion:
    """Record why the newest version of a package supersedes the one before.

    Args:
        home: The installation.
        site: The site.
        period: The month or year.
        reason: Why; shown with the version.
        approver: A second person.
        author: Who records it; the name of the login where none is given.

    Raises:
        WrongUseError: There are not two versions, it is recorded already, or one person decides alone.
    """
    with write_lock(home):
        check_site(home, site)
        before, after = _pair(home, site, period, None)
        if after.sha256 in _corrections(home, site, period):
            raise WrongUseError(
                "The reason of this correction is recorded already.",
                where=f"{site} {period} v{after.version}",
            )
        detail = {
            "version": after.version,
            "package_sha256": after.sha256,
            "superseded_version": before.version,
            "superseded_sha256": before.sha256,
        }
        decide(home, site, "correct", period, reason, author=author, approver=approver, detail=detail)
    return package_versions(home, site, period)[-1]


def _pair(
    home: Home, site: str, period: str, version: int | None
) -> tuple[versions.Published, versions.Published]:
    existing = versions.versions(home, site, period)
    wanted = version or (existing[-1].version if existing else 0)
    for before, after in pairwise(existing):
        if after.version == wanted:
            return before, after
    raise WrongUseError(
        "A version supersedes another only where there are two.",
        what_zh="須有兩個版本，方有取代關係。",
        where=f"{site} {period}",
        expected="a version with one before it",
        found=", ".join(f"v{one.version}" for one in existing) or "none",
        action="refresh the period after what was wrong has been landed again or withdrawn",
    )


def _corrections(home: Home, site: str, period: str) -> dict[str, dict[str, Any]]:
    """Return who recorded why, by hash of the package that supersedes; a later record holds."""
    rows = Landing(home, site).rows(
        "select subject, reason, author, approver, decided_on, detail "
        "from landed where decision = 'correct' order by decided_on, evidence_id",
        "decision",
    )
    return {
        json.loads(row["detail"])["package_sha256"]: {
            "reason": row["reason"],
            "author": row["author"],
            "approver": row["approver"],
            "recorded_on": row["decided_on"],
        }
        for row in rows
        if row["subject"] == period
    }


def _difference(before: str, after: str, key: Sequence[str], columns: Sequence[str]) -> str:
    """Return the SQL of one row a row that came or went, and one a cell that changed."""
    keys = ", ".join(map(quoted, key))
    named = f"concat_ws(' ', {keys})"
    sides = {
        side: f"select distinct {keys}, {', '.join(map(quoted, columns))} from read_parquet({literal(path)})"
        for side, path in (("old", before), ("new", after))
    }
    came = [
        f"select {named} as key, '{change}' as change, null as column_name, null as was, null as is_now "
        f"from (select {keys} from {one} except select {keys} from {other})"
        for change, one, other in (("added", "new", "old"), ("removed", "old", "new"))
    ]
    cells = [
        f"select {named} as key, 'changed', '{column}', cast(old.{quoted(column)} as varchar), "
        f"cast(new.{quoted(column)} as varchar) from old inner join new using ({keys}) "
        f"where old.{quoted(column)} is distinct from new.{quoted(column)}"
        for column in columns
    ]
    ctes = ", ".join(f"{side} as ({query})" for side, query in sides.items())
    return f"with {ctes} {' union all '.join([*came, *cells])} order by all"
