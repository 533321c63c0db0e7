"""Meter exports as CSV: millions of readings, typed in one DuckDB pass; damaged files line by line in Python.

Every line of the file keeps its place in the table, so that line = record number + heading lines. A cell
that cannot be read is null there and a row of `rejected_record`; the record then counts as rejected. The
fast pass proves that one record is one line by counting both; where it cannot, or where the file breaks the
rules of CSV, the slow pass reads each line by itself.
"""

from __future__ import annotations

import csv
import datetime
import functools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracetonne.heavy import duckdb, pq
from tracetonne.landing import store, text
from tracetonne.landing.meter_line import (
    FIRST_START,
    LAST_START,
    Judge,
    lines_at,
    lines_of,
    without_trailing_blanks,
)
from tracetonne.landing.meter_shape import Shape, literal, moment_sql, shape_of
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import as_row, unreadable

_REJECTIONS_SHOWN = 1000
_QUALITY_TYPE = "enum('A', 'E', 'S', 'N')"
# Version 2 has the delta encodings: a third of the size and faster to write and read than version 1.
_PARQUET = "format parquet, parquet_version v2"


@dataclass
class Outcome:
    """What a pass made: the finished table, the rejected rows and how many records have any."""

    readings: Path
    rejected: Path | None
    bad_records: int
    first_rejections: list[Rejection]


class MeterCsvReader:
    """Reads interval readings of one or many meters."""

    kind = "meter_csv"
    title = "Meter readings (CSV)"
    title_zh = "電表時段讀數（CSV）"
    version = "1"
    family = "meters"
    standard = "TraceTonne meter export, one row an interval"
    standard_version = "1"
    max_bytes = 64 * 1024**3

    def recognises(self, source: Source) -> bool:
        """Say whether the heading names a meter and the start of an interval."""
        codec, skip = text.tell_encoding(source.head)
        first = source.head[skip:].decode(codec, "replace").lstrip("\r\n").split("\n", 1)[0]
        cells = re.split(r"[,;\t]", first.replace('"', ""))
        return {"meter", "interval_start"} <= {text.narrow(cell).lower() for cell in cells}

    def read(self, source: Source) -> Reading:
        """Read the readings into a Parquet file in the scratch folder.

        Raises:
            UnreadableDocumentError: The heading lacks a column, its unit is unknown, or there is no reading.
        """
        if source.scratch is None:
            raise ValueError("a meter export needs a scratch folder")
        shape = shape_of(source)
        outcome = _fast_pass(source, shape, source.scratch) or _slow_pass(source, shape, source.scratch)
        records = store.count_rows(outcome.readings)
        if not records:
            raise unreadable("empty_file", "line 2", expected="readings below the heading", found="none")
        meters, first, last = _extent(outcome.readings)
        start = first.date() if first else None
        end = _day_after(last, shape.interval_minutes) if last else None
        tables: dict[str, Any] = {"meter_reading": outcome.readings}
        if outcome.rejected:
            tables["rejected_record"] = outcome.rejected
        return Reading(
            records=tables,
            rejections=outcome.first_rejections,
            records_rejected=outcome.bad_records,
            records_in_place=outcome.bad_records,
            document_key=f"{meters}:{start}/{end}" if start and end else "",
            document_date=last.date().isoformat() if last else "",
            period_start=start,
            period_end=end,
            encoding=shape.codec,
            locator_kind="line",
            header_lines=shape.header_lines,
        )


@functools.lru_cache(maxsize=1)
def _engine(scratch: Path, threads: int) -> duckdb.DuckDBPyConnection:
    """Start the engine once for all exports landed together: starting it takes as long as reading 3 MB."""
    return duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": "1GB",
            "temp_directory": str(scratch / "duckdb"),
            "preserve_insertion_order": True,
        }
    )


def _connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection; `TRACETONNE_THREADS` says how many threads, else all the machine has."""
    return _engine(scratch, int(os.environ.get("TRACETONNE_THREADS") or os.cpu_count() or 1)).cursor()


def _without_wildcards(path: Path, scratch: Path) -> Path:
    """Return a path that the engine does not take for a pattern, such as that of `readings [1].csv`."""
    if not set("*?[]{}") & set(path.name):
        return path
    link = scratch / "source.csv"
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    return link


def _typed_query(path: Path, shape: Shape) -> str:
    """Select the typed readings in the order of the file; a cell that fails its cast is null.

    Columns of few values are enumerations because the Parquet writer need not look for their values again,
    which saves a fifth of the time; in the file they are text.
    """
    names = {index: f"c{index}" for index in range(len(shape.columns))}
    start, quantity = names[shape.place("interval_start")], names[shape.place("consumption")]
    minutes = "null" if shape.interval_minutes is None else str(shape.interval_minutes)
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names.values())
    return f"""
        select
            {names[shape.place("meter")]} as meter,
            {moment_sql(start, shape.time_format)} as interval_start_local,
            {minutes}::integer as interval_minutes,
            try_cast({quantity} as decimal(18, 6)) as quantity,
            {literal(shape.unit)}::enum({literal(shape.unit)}) as unit,
            try_cast({names[shape.place("quality")]} as {_QUALITY_TYPE}) as quality
        from read_csv(
            {literal(path)}, columns = {{{columns}}}, delim = {literal(shape.delimiter)},
            quote = '"', escape = '"', header = true, skip = {shape.skip_lines}, auto_detect = false
        )
    """


def _fast_pass(source: Source, shape: Shape, scratch: Path) -> Outcome | None:
    """Type the whole file in one pass; return nothing where the file breaks the rules of CSV."""
    target, path = scratch / "meter_reading.typed.parquet", _without_wildcards(source.path, scratch)
    with _connect(scratch) as connection:
        try:
            connection.execute(f"copy ({_typed_query(path, shape)}) to {literal(target)} ({_PARQUET})")
        except duckdb.Error:
            # Wrong numbers of cells, bytes that are no UTF-8, endless lines: the slow pass names them.
            return None
        if source.lines is None or store.count_rows(target) + shape.header_lines != source.lines():
            return None
        if _is_clean(connection, target):
            return Outcome(target, None, 0, [])
        return _repair(connection, source, shape, target)


# A reading is clean if nothing had to be made null and nothing is against the rules.
_BAD = """
    meter is null or interval_start_local is null or quantity < 0 or quality is null
    or (quantity is null) <> (quality = 'N')
    or interval_start_local < timestamp '1990-01-01' or interval_start_local >= timestamp '2100-01-01'
"""


def _is_clean(connection: duckdb.DuckDBPyConnection, readings: Path) -> bool:
    """Judge the file by its statistics, and by a look at two columns where those do not tell."""
    metadata = pq.read_metadata(readings)
    names = metadata.schema.names
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for name in ("meter", "interval_start_local", "quality", "quantity"):
            statistics = row_group.column(names.index(name)).statistics
            if statistics is None or statistics.null_count is None:
                return False
            if name != "quantity" and statistics.null_count:
                return False
            if name == "quantity" and statistics.has_min_max and statistics.min < 0:
                return False
            if name == "interval_start_local" and not _is_plausible(statistics):
                return False
    counts = connection.execute(
        f"select quality, count(*), count(quantity) from read_parquet({literal(readings)}) group by quality"
    ).fetchall()
    return all(filled == (0 if quality == "N" else count) for quality, count, filled in counts)


def _is_plausible(statistics: pq.Statistics) -> bool:
    """Say whether all starts lie in the years of meters; raw values, as a wild one is no Python date."""
    epoch = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - local time without zone, as printed
    first, last = (
        (bound - epoch) // datetime.timedelta(microseconds=1) for bound in (FIRST_START, LAST_START)
    )
    return bool(first <= statistics.min_raw and statistics.max_raw < last)


# What is against the rules though every cell is of its type.
_FORBIDDEN = """
    quantity < 0 or (quality = 'N' and quantity is not null)
    or interval_start_local < timestamp '1990-01-01' or interval_start_local >= timestamp '2100-01-01'
"""


def _repair(
    connection: duckdb.DuckDBPyConnection, source: Source, shape: Shape, typed: Path
) -> Outcome | None:
    """Make null what is against the rules, and fetch the text of the bad records from the file.

    Returns nothing where a line by itself reads well, or is no record: then the slow pass must type it.
    """
    target = _without_forbidden(connection, typed)
    cursor = connection.execute(
        f"""
        select file_row_number + 1 + {shape.header_lines}
        from read_parquet({literal(typed)}, file_row_number = true)
        where {_BAD}
        order by file_row_number
        """
    )
    collector, rejected = _Collector(), typed.with_name("rejected_record.parquet")
    lines = lines_at(source.path, shape.codec, _numbers(cursor))
    store.write_rows("rejected_record", collector.rows(lines, Judge(shape)), rejected)
    return (
        None if collector.disputed_records else Outcome(target, rejected, collector.records, collector.first)
    )


def _without_forbidden(connection: duckdb.DuckDBPyConnection, typed: Path) -> Path:
    """Return the readings with nulls for forbidden values: the same file where there is none."""
    found = connection.execute(
        f"select 1 from read_parquet({literal(typed)}) where {_FORBIDDEN} limit 1"
    ).fetchone()
    if found is None:
        return typed
    target = typed.with_name("meter_reading.parquet")
    connection.execute(
        f"""
        copy (
            select
                meter,
                case
                    when interval_start_local >= timestamp '1990-01-01'
                        and interval_start_local < timestamp '2100-01-01' then interval_start_local
                end as interval_start_local,
                interval_minutes,
                case when quantity >= 0 and quality is distinct from 'N' then quantity end as quantity,
                unit,
                quality
            from read_parquet({literal(typed)})
        ) to {literal(target)} ({_PARQUET})
        """
    )
    return target


def _numbers(cursor: duckdb.DuckDBPyConnection) -> Iterator[int]:
    while batch := cursor.fetchmany(10_000):
        yield from (row[0] for row in batch)


class _Collector:
    """Counts bad records and keeps the first rejections for the user, while the rest stream to their file."""

    def __init__(self) -> None:
        self.records = 0
        # Lines that the line reader takes for good, or for no record at all, where the engine saw bad cells.
        self.disputed_records = 0
        self.first: list[Rejection] = []

    def take(self, problems: list[Rejection]) -> list[dict[str, str | None]]:
        """Count one record's problems and return their rows."""
        self.records += bool(problems)
        self.disputed_records += not problems or any(not problem.field for problem in problems)
        self.first += problems[: _REJECTIONS_SHOWN - len(self.first)]
        return [as_row(problem) for problem in problems]

    def rows(self, lines: Iterator[text.Line], judge: Judge) -> Iterator[dict[str, str | None]]:
        """Judge lines and yield the rows of their rejections."""
        for line in lines:
            yield from self.take(judge.values(line)[1])


def _slow_pass(source: Source, shape: Shape, scratch: Path) -> Outcome:
    """Read every line by itself, so that damage costs only the line where it is."""
    target, rejected = scratch / "meter_reading.parquet", scratch / "rejected_record.parquet"
    problem_rows = scratch / "problems.csv"
    collector, judge = _Collector(), Judge(shape)
    with problem_rows.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)

        def rows() -> Iterator[dict[str, object]]:
            for line in without_trailing_blanks(lines_of(source.path, shape.codec)):
                if line.number <= shape.header_lines:
                    continue
                (meter, start, quantity, quality), problems = judge.values(line)
                for row in collector.take(problems):
                    writer.writerow(row.values())
                yield {
                    "meter": meter,
                    "interval_start_local": start,
                    "interval_minutes": shape.interval_minutes,
                    "quantity": quantity,
                    "unit": shape.unit,
                    "quality": quality,
                }

        store.write_rows("meter_reading", rows(), target)
    if not collector.records:
        return Outcome(target, None, 0, [])
    with problem_rows.open(encoding="utf-8", newline="") as handle:
        names = list(as_row(collector.first[0]))
        again = (dict(zip(names, cells, strict=True)) for cells in csv.reader(handle))
        store.write_rows("rejected_record", again, rejected)
    return Outcome(target, rejected, collector.records, collector.first)


def _extent(readings: Path) -> tuple[str, datetime.datetime | None, datetime.datetime | None]:
    """Return which meters there are, and the first and last start, from the file's statistics."""
    metadata = pq.read_metadata(readings)
    names = metadata.schema.names
    starts: list[datetime.datetime] = []
    meters: list[str] = []
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        starts += _least_and_most(row_group.column(names.index("interval_start_local")))
        meters += _least_and_most(row_group.column(names.index("meter")))
    label = "" if not meters else meters[0] if min(meters) == max(meters) else f"{min(meters)}..{max(meters)}"
    return label, min(starts, default=None), max(starts, default=None)


def _least_and_most(column: pq.ColumnChunkMetaData) -> list[Any]:
    statistics = column.statistics
    return [statistics.min, statistics.max] if statistics is not None and statistics.has_min_max else []


def _day_after(last: datetime.datetime, minutes: int | None) -> datetime.date:
    """Return the day after the last one that a reading speaks of; an interval may end at midnight."""
    end = last + datetime.timedelta(minutes=minutes or 1)
    day = end.date()
    return day if end.time() == datetime.time() else day + datetime.timedelta(days=1)
