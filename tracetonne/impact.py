"""Walk forward: which figures a document feeds, and which packages hold it.

The way is the one of `trace.py` backwards: document, fact or factor, lines, figures, also over later months.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tracetonne import serving
from tracetonne.errors import WrongUseError
from tracetonne.package.layout import EVIDENCE_INDEX, PAYLOAD, table_file
from tracetonne.package.tabular import literal
from tracetonne.settings import Home


class UnknownEvidenceError(WrongUseError):
    """No landed document has this id."""


@dataclass
class Impact:
    """What a document feeds.

    Args:
        evidence_id: The document.
        site: The site that it was landed for.
        file_name: Its name as it arrived.
        figures: Every served figure that rests on it, with how: `fact`, `factor`, or the role of a document
            that says something about the whole period, such as master data.
        facts: Every fact that takes a value from it. A document whose facts feed no figure, such as an
            invoice of a material whose consumption the ledger shows, still feeds the balances of the gates.
        packages: Every published version that holds it: site, period, version, path.
    """

    evidence_id: str
    site: str
    file_name: str
    figures: list[dict[str, Any]] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    packages: list[dict[str, Any]] = field(default_factory=list)


def impact(home: Home, evidence_id: str) -> Impact:
    """Return every figure and package that a document feeds.

    Args:
        home: The installation.
        evidence_id: As `tracetonne land --json` prints it.

    Raises:
        UnknownEvidenceError: Nothing was landed under this id.
    """
    register = sorted((home.landing / "evidence").glob(f"site=*/{_plain_id(evidence_id)}.parquet"))
    if not register:
        raise UnknownEvidenceError(
            "No document was landed under this id.",
            found=evidence_id,
            expected="an evidence_id, as `tracetonne land --json` and `tracetonne status` print it",
        )
    site = register[0].parent.name.removeprefix("site=")
    with duckdb.connect() as connection:
        named = connection.execute(f"select file_name from read_parquet({literal(register[0])})").fetchone()
        result = Impact(evidence_id, site, named[0] if named else "")
        result.figures = _figures(connection, home, site, evidence_id)
        result.facts = _facts(connection, home, site, evidence_id)
        result.packages = _packages(connection, home, site, evidence_id)
    return result


def _plain_id(evidence_id: str) -> str:
    """Keep what an id may hold, so that no pattern is smuggled into the search."""
    return "".join(letter for letter in evidence_id if letter.isalnum() or letter in "-_") or "-"


def _figures(
    connection: duckdb.DuckDBPyConnection, home: Home, site: str, evidence_id: str
) -> list[dict[str, Any]]:
    files: dict[str, list[Path]] = {}
    for build in serving.builds(home, site):
        for table, path in build.tables.items():
            files.setdefault(table, []).append(path)
    needed = (
        "out_figure",
        "out_calculation_line_input",
        "out_fact_record",
        "out_factor_used",
        "out_evidence_used",
    )
    if not all(table in files for table in needed):
        return []
    for table in needed:
        connection.execute(f"create view {table} as {_union(files[table])}")
    factors = {row[0] for row in connection.execute("describe out_factor_used").fetchall()}
    from_factor = (
        "select factor_id, 'factor', refresh_period from out_factor_used where evidence_id = $evidence"
        if "evidence_id" in factors
        else "select '', '', '' where false"
    )
    rows = connection.execute(
        f"""
        with recursive touched(id, how) as (
            select distinct fact_id, 'fact' from out_fact_record where evidence_id = $evidence
            union
            select factor_id, how from ({from_factor}) as used(factor_id, how, refresh_period)
            union
            select input.line_id, touched.how
            from out_calculation_line_input as input
            inner join touched on input.source_id = touched.id
        ),
        fed as (
            select
                figure.figure_key,
                figure.refresh_period,
                string_agg(distinct touched.how, ', ' order by touched.how) as how
            from out_figure as figure
            inner join touched on figure.line_id = touched.id
            group by all
        ),
        spoken_of as (
            select refresh_period, string_agg(distinct role, ', ' order by role) as how
            from out_evidence_used
            where evidence_id = $evidence and not exists (from touched)
            group by all
        )
        select
            figure.figure_key, figure.period, figure.process, figure.product, figure.quantity,
            figure.series, figure.value, figure.unit, coalesce(fed.how, spoken_of.how) as how
        from out_figure as figure
        left join fed on figure.figure_key = fed.figure_key and figure.refresh_period = fed.refresh_period
        left join spoken_of on figure.refresh_period = spoken_of.refresh_period
        where fed.figure_key is not null or spoken_of.refresh_period is not null
        order by figure.period, figure.figure_key
        """,
        {"evidence": evidence_id},
    )
    names = [column[0] for column in rows.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _facts(connection: duckdb.DuckDBPyConnection, home: Home, site: str, evidence_id: str) -> list[str]:
    files = [path for build in serving.builds(home, site) if (path := build.tables.get("out_fact_record"))]
    if not files:
        return []
    rows = connection.execute(
        f"select distinct fact_id from ({_union(files)}) where evidence_id = ? order by 1", [evidence_id]
    ).fetchall()
    return [row[0] for row in rows]


def _union(paths: Iterable[Path]) -> str:
    listed = ", ".join(literal(path) for path in paths)
    return f"select * from read_parquet([{listed}], union_by_name = true)"


def _packages(
    connection: duckdb.DuckDBPyConnection, home: Home, site: str, evidence_id: str
) -> list[dict[str, Any]]:
    found = []
    for index in sorted(home.exports.glob(f"{site}/*/v*/{PAYLOAD}/{table_file(EVIDENCE_INDEX, 'parquet')}")):
        held = connection.execute(
            f"select count(*) from read_parquet({literal(index)}) where evidence_id = ?", [evidence_id]
        ).fetchone()
        if held and held[0]:
            folder = index.parents[2]
            version = int(folder.name.removeprefix("v"))
            found.append(
                {"site": site, "period": folder.parent.name, "version": version, "path": str(folder)}
            )
    return sorted(found, key=lambda package: (package["period"], package["version"]))
