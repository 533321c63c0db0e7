"""Meter exports of millions of readings, typed in one DuckDB pass, which proves that one record is one line.

It gives up, and leaves the file to the slow pass, where the file breaks the rules of CSV or a line by itself
reads otherwise than it did.
"""

from __future__ import annotations

import datetime
import functools
import os
from collections.abc import Iterator
from pathlib import Path

from tracetonne.heavy import duckdb, pq
from tracetonne.landing import store
from tracetonne.landing.meter_csv_outcome import Collector, Outcome
from tracetonne.landing.meter_line import FIRST_START, LAST_START, Judge, lines_at
from tracetonne.landing.meter_shape import Shape, literal, moment_sql
from tracetonne.landing.reader import Source

_QUALITY_TYPE = "enum('A', 'E', 'S', 'N')"
# Version 2 has the delta encodings: a third of the size and faster to write and read than version 1.
_PARQUET = "format parquet, parquet_version v2"


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


def fast_pass(source: Source, shape: Shape, scratch: Path) -> Outcome | None:
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
    collector, rejected = Collector(), typed.with_name("rejected_record.parquet")
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
