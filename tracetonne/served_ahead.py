"""Copy the rows of a refresh for readers, and print them for its package, while others are computed.

Models, tests, events and gates are mostly Python, which keeps one core; copying and printing rows is the
engine's work. So a table is copied as soon as the models that it looks at are computed. What is made ahead
lies aside until the step that it belongs to takes it: rows whose tests fail are never served, and nothing is
packed that a gate stops. What could not be made ahead is made by that step itself, which knows what to say.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from tracetonne import serving
from tracetonne.package.bag import sha256_of
from tracetonne.package.tabular import print_csv
from tracetonne.settings import Home
from tracetonne.threads import give_way
from tracetonne.waiting import Waiting

Names = dict[str, str | None]
"""Name of the build by period; None where it would say nothing."""
Printed = tuple[dict[str, str], str]
"""DuckDB types by column, SHA-256 of the CSV."""


class _RowsAhead:
    """The builds of a run's periods, and the printed tables of its own period."""

    def __init__(self, home: Home, site: str, period: str) -> None:
        self._home, self._site, self._period = home, site, period
        self._writers = ThreadPoolExecutor(serving.WRITERS, initializer=give_way)
        self._printer = ThreadPoolExecutor(1, initializer=give_way)
        self._periods: Sequence[str] = ()
        self._rows: serving.RowsAside | None = None
        self._waiting: Waiting[tuple[str, bool]] = Waiting([], lambda _: None)
        self._written: list[Future[None]] = []
        self._name: str | None = None
        self._printed: dict[str, Future[Printed]] = {}

    def begin(self, periods: Sequence[str], looked_at: Callable[[str], Collection[str]]) -> None:
        """Take up the tables of these periods, each once the models that it looks at are computed."""
        self._periods = periods
        with suppress(OSError, duckdb.Error):
            with duckdb.connect(str(self._home.warehouse)) as warehouse:
                tables = serving.output_tables(warehouse)
            self._rows = rows = serving.RowsAside(self._home, self._site, periods, self._print)
            self._waiting = Waiting(
                ((table, looked_at(table[0])) for table in tables.items()),
                lambda table: self._written.append(self._writers.submit(self._write, rows, *table)),
            )

    def computed(self, model: str) -> None:
        """Start the tables that waited for this model alone."""
        self._waiting.computed(model)

    def _write(self, rows: serving.RowsAside, table: str, is_dated: bool) -> None:
        with duckdb.connect(str(self._home.warehouse)) as warehouse:
            rows.write(warehouse, table, is_dated)

    def _print(self, parquet: Path) -> None:
        """Ask for a table in print, of a copy: `publish` moves the rows meanwhile."""
        if parquet.parent == serving.aside(self._home, self._site, self._period):
            self._home.early_tables.mkdir(exist_ok=True)
            copy = self._home.early_tables / parquet.name
            shutil.copyfile(parquet, copy)
            self._printed[parquet.stem] = self._printer.submit(_printed, copy, copy.with_suffix(".csv"))

    def take_rows(self, periods: Sequence[str]) -> Names | None:
        """Hand over the builds that lie aside, once, if they are those of these periods."""
        rows, self._rows = self._rows, None
        if rows is None:
            return None
        self._waiting.start_rest()
        wait(self._written)  # whatever they end with: nothing else may write to those folders before
        with suppress(OSError, duckdb.Error):
            for written in self._written:
                written.result()
            names = rows.names()
            self._name = names.get(self._period)
            return names if list(names) == list(periods) else None
        return None

    def take_table(self, served: Path, stem: Path) -> Printed | None:
        """Move a table of a build in, once, waiting for it if its printing has begun."""
        printed = self._printed.pop(served.stem, None) if served.parent.name == self._name else None
        if printed is None or printed.cancel():
            return None
        with suppress(OSError, duckdb.Error):
            table = printed.result()
            stem.parent.mkdir(parents=True, exist_ok=True)
            for suffix in (".parquet", ".csv"):
                shutil.move(self._home.early_tables / f"{served.stem}{suffix}", stem.with_suffix(suffix))
            return table
        return None

    def settle(self) -> None:
        """Let the warehouse take in its log, which would have to be waited for when it is closed."""
        self._writers.submit(self._checkpoint)

    def _checkpoint(self) -> None:
        with duckdb.connect(str(self._home.warehouse)) as warehouse:
            warehouse.execute("checkpoint")

    def close(self) -> None:
        """Drop what nobody took."""
        self._writers.shutdown(cancel_futures=True)
        self._printer.shutdown(cancel_futures=True)
        shutil.rmtree(self._home.early_tables, ignore_errors=True)
        for period in self._periods:
            shutil.rmtree(serving.aside(self._home, self._site, period), ignore_errors=True)


def _printed(parquet: Path, csv: Path) -> Printed:
    return print_csv(parquet, csv), sha256_of(csv)


_ahead: dict[Path, _RowsAhead] = {}


@contextmanager
def rows_ahead(home: Home, site: str, period: str) -> Iterator[None]:
    """Let rows be served ahead while the block runs; the caller holds the lock of the home."""
    shutil.rmtree(home.early_tables, ignore_errors=True)  # left by a killed process
    rows = _ahead[home.root] = _RowsAhead(home, site, period)
    try:
        yield
    finally:
        del _ahead[home.root]
        rows.close()


def begin(home: Home, periods: Sequence[str], looked_at: Callable[[str], Collection[str]]) -> None:
    """Take up the rows of these periods, which are about to be computed.

    Args:
        home: The installation.
        periods: The refresh periods of the run.
        looked_at: Gives the models that a served table looks at, of those that are computed.
    """
    if home.root in _ahead:
        _ahead[home.root].begin(periods, looked_at)


def computed(home: Home, model: str) -> None:
    """Start with the tables that waited for this model alone, as others see its rows now."""
    if home.root in _ahead:
        _ahead[home.root].computed(model)


def take_rows(home: Home, periods: Sequence[str]) -> Names | None:
    """Return the builds that were written aside for exactly these periods, for `serving.publish`, or None."""
    return _ahead[home.root].take_rows(periods) if home.root in _ahead else None


def take_table(home: Home, served: Path, stem: Path) -> Printed | None:
    """Move a served table that was printed ahead to `<stem>.parquet` and `<stem>.csv`.

    Args:
        home: The installation.
        served: The Parquet file of the build.
        stem: Path of the files without suffix.

    Returns:
        The columns with their types and the hash of the CSV, or None where it was not printed ahead.
    """
    return _ahead[home.root].take_table(served, stem) if home.root in _ahead else None


def settle(home: Home) -> None:
    """Settle the log of the warehouse aside; nobody reads or writes it for the rest of the run."""
    if home.root in _ahead:
        _ahead[home.root].settle()
