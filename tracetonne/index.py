"""The rows of one served build or published package, by what they are looked up with.

A build and a package never change, so each is read once a process. Belongs here: loading. Does not: walking
(`trace.py`), records of documents (`landed_record.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import duckdb

from tracetonne.package.layout import PAYLOAD, table_file
from tracetonne.package.tabular import literal

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
    """The rows of one build, by what they are looked up with; a build never changes, nor does its index.

    A table is read when the first of its rows is asked for. Figures are looked up one by one: there may be
    many times more of them than lines.
    """

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files

    def figure(self, key: str) -> Row | None:
        """Return a figure; where a year's package holds it more than once, the one of the last period."""
        found = self._rows("figure", "where figure_key = ?", [key])
        return max(found, key=lambda row: str(row["refresh_period"]), default=None)

    @cached_property
    def lines(self) -> dict[str, Row]:
        """Calculation lines by `line_id`."""
        return {row["line_id"]: row for row in self._rows("calculation_line")}

    @cached_property
    def inputs(self) -> dict[str, list[Row]]:
        """Inputs of lines by `line_id`."""
        return _grouped(self._rows("calculation_line_input"), "line_id")

    @cached_property
    def facts(self) -> dict[str, Row]:
        """Facts by `fact_id`."""
        return {row["fact_id"]: row for row in self._rows("fact")}

    @cached_property
    def records(self) -> dict[str, list[Row]]:
        """Records of facts by `fact_id`."""
        return _grouped(self._rows("fact_record"), "fact_id")

    @cached_property
    def factors(self) -> dict[str, Row]:
        """Factors used, by `factor_id`."""
        return {row["factor_id"]: row for row in self._rows("factor_used")}

    @cached_property
    def documents(self) -> dict[str, Row]:
        """Documents used, by `evidence_id`."""
        return {row["evidence_id"]: row for row in self._rows("evidence_used")}

    def _rows(self, table: str, condition: str = "", values: Sequence[str] = ()) -> list[Row]:
        file = self._files.get(table)
        if file is None or not file.is_file():
            return []
        with cursor() as connection:
            query = f"select * from read_parquet({literal(file)}) {condition} order by all"
            return fetched(connection.execute(query, list(values)))


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
