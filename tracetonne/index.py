"""The rows of one served build or published package, by what they are looked up with.

A build and a package never change, so each is read once a process. Belongs here: loading. Does not: walking
(`trace.py`), records of documents (`landed_record.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb

from tracetonne.package.layout import PAYLOAD, table_file
from tracetonne.package.tabular import literal
from tracetonne.package.versions import Published

Row = dict[str, Any]
_TABLES = (
    "figure",
    "calculation_line",
    "calculation_line_input",
    "fact",
    "fact_record",
    "factor_used",
    "evidence_used",
)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """Open DuckDB once a process: it takes longer than a trace."""
    return duckdb.connect()


def cursor() -> duckdb.DuckDBPyConnection:
    """Return a cursor of the one connection of this process."""
    return _connection().cursor()


def fetched(result: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the rows of a result by column name."""
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


class Index:
    """The rows of one build, by what they are looked up with; a build never changes, nor does its index."""

    def __init__(self, files: dict[str, Path]) -> None:
        with cursor() as connection:
            rows = {name: _rows(connection, files.get(name)) for name in _TABLES}
        self.figures = {row["figure_key"]: row for row in rows["figure"]}
        self.lines = {row["line_id"]: row for row in rows["calculation_line"]}
        self.inputs = _grouped(rows["calculation_line_input"], "line_id")
        self.facts = {row["fact_id"]: row for row in rows["fact"]}
        self.records = _grouped(rows["fact_record"], "fact_id")
        self.factors = {row["factor_id"]: row for row in rows["factor_used"]}
        self.documents = {row["evidence_id"]: row for row in rows["evidence_used"]}


def _rows(connection: duckdb.DuckDBPyConnection, file: Path | None) -> list[Row]:
    if file is None or not file.is_file():
        return []
    return fetched(connection.execute(f"select * from read_parquet({literal(file)}) order by all"))


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


@lru_cache(maxsize=32)
def index_of(folder: Path, is_package: bool) -> Index:
    """Return the index of a served build, or of a package."""
    if is_package:
        return Index({name: folder / PAYLOAD / table_file(name, "parquet") for name in _TABLES})
    return Index({name: folder / f"out_{name}.parquet" for name in _TABLES})


@lru_cache(maxsize=32)
def packed_figures(package: Published) -> dict[tuple[str, str], float | None]:
    """Read the figures of a version once: a package never changes."""
    return package.figures()
