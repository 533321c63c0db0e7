"""The served copy of the outputs: Parquet that figures, trace and packages read, whoever writes.

`serving/<site>/<period>/<build>/<table>.parquet` holds the rows of one refresh, `current.json` beside the
builds names the one in force. A build is named by its content, so the same numbers are the same build
everywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracetonne.errors import WrongUseError
from tracetonne.periods import is_month
from tracetonne.served_keys import KEYS, check_keys
from tracetonne.settings import Home

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

POINTER = "current.json"
GATES = "gates.json"
# Most of serving a table is the planning of its query, which takes one core.
WRITERS = 2
# A period without a row in these is not served: it has no figure and no balance.
SPEAKING = frozenset({"out_figure", "out_balance"})
KEPT_BUILDS = 2  # the one in force and the one that a reader may still have open


@dataclass(frozen=True)
class Build:
    """One served build: where it lies, and the gate verdicts beside it."""

    site: str
    period: str
    build: str
    folder: Path

    @property
    def tables(self) -> dict[str, Path]:
        """Return the Parquet file of every served table."""
        return {path.stem: path for path in sorted(self.folder.glob("*.parquet"))}

    def gates(self) -> list[dict[str, Any]] | None:
        """Return the verdicts of the gates, or None while they have not judged this build."""
        path = self.folder / GATES
        if not path.exists():
            return None
        verdicts: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return verdicts


def current(home: Home, site: str, period: str) -> Build | None:
    """Return the build in force of a site and refresh period, or None."""
    folder = home.serving / site / period
    pointer = folder / POINTER
    if not pointer.exists():
        return None
    build = json.loads(pointer.read_text(encoding="utf-8"))["build"]
    return Build(site, period, build, folder / build)


def builds(home: Home, site: str | None = None, periods: Iterable[str] | None = None) -> list[Build]:
    """Return the builds in force, by site and refresh period."""
    wanted = None if periods is None else set(periods)
    pattern = f"{site or '*'}/*/{POINTER}"
    found = [(path.parent.parent.name, path.parent.name) for path in home.serving.glob(pattern)]
    chosen = [
        current(home, one_site, period)
        for one_site, period in sorted(found)
        if wanted is None or period in wanted
    ]
    return [build for build in chosen if build is not None]


def open_serving(
    home: Home, site: str | None = None, periods: Iterable[str] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB connection with one view a served table over the builds in force.

    Args:
        home: The installation.
        site: Only this site; None for all.
        periods: Only these refresh periods; None for all.

    Raises:
        WrongUseError: Nothing has been refreshed yet.
    """
    import duckdb

    found = builds(home, site, periods)
    if not found:
        raise WrongUseError(
            "Nothing has been refreshed here yet.",
            where=str(home.serving),
            expected=f"a refresh of {site or 'a site'}",
            action="Run: tracetonne refresh --site SITE --month YYYY-MM",
        )
    connection = duckdb.connect()
    files: dict[str, list[str]] = {}
    for build in found:
        for table, path in build.tables.items():
            files.setdefault(table, []).append(str(path))
    for table, paths in files.items():
        listed = ", ".join(_literal(path) for path in paths)
        connection.execute(
            f'create view "{table}" as select * from read_parquet([{listed}], union_by_name = true)'
        )
    return connection


def publish_rows(
    home: Home, warehouse: duckdb.DuckDBPyConnection, site: str, periods: Sequence[str]
) -> dict[str, Build]:
    """Copy the `output` rows of a site to its builds and move each pointer by one rename.

    Args:
        home: The installation.
        warehouse: A connection to the warehouse, nobody else writing.
        site: The site that was refreshed.
        periods: The refresh periods that were recomputed.

    Returns:
        The build of every period that has rows; a period that lost all its rows loses its pointer.
    """
    rows = RowsAside(home, site, periods)
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(lambda table: rows.write(warehouse, *table), output_tables(warehouse).items()))
    return publish(home, site, rows.names())


def output_tables(warehouse: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """Return the tables that are served, those that take longest first, and whether each names a period."""
    tables: dict[str, bool] = dict(
        warehouse.execute(
            "select table_name, bool_or(column_name = 'period') from information_schema.columns "
            "where table_schema = 'output' group by 1 order by 1"
        ).fetchall()
    )
    order = {table: number for number, table in enumerate(KEYS)}
    return dict(sorted(tables.items(), key=lambda table: order.get(table[0], len(order))))


class RowsAside:
    """Rows of each period beside its builds, where no reader looks, for `publish` to move in.

    Args:
        home: The installation.
        site: The site.
        periods: The refresh periods that are recomputed.
        written: Hears of each file that is written.
    """

    def __init__(
        self, home: Home, site: str, periods: Sequence[str], written: Callable[[Path], None] = lambda _: None
    ) -> None:
        self._home, self._site, self._periods, self._written = home, site, periods, written
        self._hashes: dict[str, dict[str, bytes]] = {}
        self._speaking: set[str] = set()
        for period in periods:
            folder = aside(home, site, period)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)

    def write(self, warehouse: duckdb.DuckDBPyConnection, table: str, is_dated: bool) -> None:
        """Write a table of all periods; tables may be written by several threads.

        Args:
            warehouse: A connection to the warehouse; nobody writes what the table looks at.
            table: Name of the table.
            is_dated: Whether it has a column `period`.

        Raises:
            GateStoppedError: Two rows have one key.
        """
        hashes = self._hashes[table] = {}
        for period, rows in _rows_by_period(warehouse, table, is_dated, self._site, self._periods):
            path = aside(self._home, self._site, period) / f"{table}.parquet"
            hashes[period] = _write_rows(rows, path, self._written)
            if table in SPEAKING and rows.num_rows:
                self._speaking.add(period)

    def names(self) -> dict[str, str | None]:
        """Return the name that the build of each period has by its tables, or None where it says nothing."""
        return {
            period: _name(self._hashes, period) if period in self._speaking else None
            for period in self._periods
        }


def publish(home: Home, site: str, written: Mapping[str, str | None]) -> dict[str, Build]:
    """Move builds that were written aside to their names and every pointer to its build.

    Args:
        home: The installation.
        site: The site.
        written: Name of the build by period, as `RowsAside.names` returns them.

    Returns:
        The builds as `publish_rows` does.
    """
    made: dict[str, Build] = {}
    for period, name in written.items():
        folder = home.serving / site / period
        if name is None:
            (folder / POINTER).unlink(missing_ok=True)
            shutil.rmtree(aside(home, site, period))
            continue
        build = made[period] = Build(site, period, name, folder / name)
        if build.folder.exists():
            shutil.rmtree(aside(home, site, period))
        else:
            aside(home, site, period).rename(build.folder)
        _write_moved(folder / POINTER, json.dumps({"build": name}) + "\n")
        _prune(folder, name)
    return made


def aside(home: Home, site: str, period: str) -> Path:
    """Return the folder in which the next build of a period is written."""
    return home.serving / site / period / ".next"


def write_gates(build: Build, verdicts: list[dict[str, Any]]) -> Path:
    """Write the gate verdicts beside the build that they judge."""
    path = build.folder / GATES
    _write_moved(path, json.dumps(verdicts, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    return path


def _rows(table: str, is_dated: bool, site: str, period: str) -> str:
    """Return the query of the rows of one period.

    All keys of a month begin with it (`2025-06/R12`). The engine can skip the rows of other months by their
    key, not by `refresh_period`, which is computed from it.
    """
    conditions = [f"site = {_literal(site)}", f"refresh_period = {_literal(period)}"]
    if is_dated and is_month(period):
        conditions += [f"period >= {_literal(period)}", f"period < {_literal(period + '~')}"]
    return f'select * from output."{table}" where {" and ".join(conditions)}'


def _rows_by_period(
    warehouse: duckdb.DuckDBPyConnection, table: str, is_dated: bool, site: str, periods: Sequence[str]
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each period in an order that depends on nothing but these rows.

    Planning the query of a table costs more than its rows, so a year asks for all its periods at once and
    keeps them in a table of its own while it writes one after another.
    """
    order = f"order by {', '.join(KEYS.get(table, ('all',)))}"
    queries = {period: _rows(table, is_dated, site, period) for period in periods}
    with warehouse.cursor() as cursor:
        if len(periods) > 1:
            cursor.execute(f"create temp table kept as select * from {_rows_of(table, site, periods)}")
            queries = {
                period: f"select * from kept where refresh_period = {_literal(period)}" for period in periods
            }
        for period, query in queries.items():
            rows = cursor.sql(f"{query} {order}").to_arrow_table()
            check_keys(table, rows)
            yield period, rows


def _write_rows(rows: pa.Table, path: Path, written: Callable[[Path], None]) -> bytes:
    """Write rows in a form that depends on nothing but them, and return the hash of the file.

    DuckDB's own writer marks a column as required where the whole table has no null in it: the bytes, and so
    the name of the build, would change with the papers of another site.
    """
    import pyarrow.parquet as pq

    pq.write_table(rows, path, compression="zstd", store_schema=False)
    written(path)
    return hashlib.sha256(path.read_bytes()).digest()


def _name(hashes: Mapping[str, Mapping[str, bytes]], period: str) -> str:
    """Return the name of the build of a period by the hashes of its tables."""
    content = b"".join(table.encode() + hashes[table][period] for table in sorted(hashes))
    return hashlib.sha256(content).hexdigest()[:16]


def _rows_of(table: str, site: str, periods: Sequence[str]) -> str:
    """Return the part of a query that follows `from`, for the rows of several periods."""
    return (
        f'output."{table}" where site = {_literal(site)} '
        f"and refresh_period in ({', '.join(map(_literal, periods))})"
    )


def _prune(folder: Path, keep: str) -> None:
    """Drop builds that no reader can still hold: all but the current and the newest other one."""
    others = [path for path in folder.iterdir() if path.is_dir() and re.fullmatch(r"[0-9a-f]{16}", path.name)]
    others = [path for path in others if path.name != keep]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT_BUILDS - 1 :]:
        shutil.rmtree(path)


def _write_moved(path: Path, text: str) -> None:
    """Write beside and rename, so that a reader sees the old or the new, never half."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
