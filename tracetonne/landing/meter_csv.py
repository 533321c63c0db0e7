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
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow.parquet as pq

from tracetonne.landing import store, text
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, as_row, rejection, unreadable

HEADING = ("meter", "interval_start", "consumption_<unit>", "quality")
UNITS = {
    "kwh": "kWh", "mwh": "MWh", "wh": "Wh", "gj": "GJ", "mj": "MJ", "m3": "m3", "nm3": "Nm3",
    "l": "L", "kl": "kL", "kg": "kg", "t": "t",
}  # fmt: skip
QUALITIES = {"A": "actual", "E": "estimated", "S": "substituted", "N": "no value"}
LONGEST_LINE = 100_000  # bytes
_REJECTIONS_SHOWN = 1000
_QUALITY_TYPE = "enum('A', 'E', 'S', 'N')"
_FIRST_LOOK = 300  # lines
# Version 2 has the delta encodings: a third of the size and faster to write and read than version 1.
_PARQUET = "format parquet, parquet_version v2"
# Ways to print the start of an interval: strptime format, and its length where the length tells it from
# other casts.
_TIME_FORMATS = (
    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
)  # fmt: skip
_CAST_LENGTHS = {"%Y-%m-%d %H:%M": 16, "%Y-%m-%d %H:%M:%S": 19}
_CONSUMPTION = re.compile(r"consumption_(\w+)")
# No reading is older or newer; a start outside is a slip of the pen.
_FIRST_START, _LAST_START = datetime.datetime(1990, 1, 1), datetime.datetime(2100, 1, 1)  # noqa: DTZ001
# What Python types as the engine does; all else is asked of the engine.
_USUAL_START = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2} [0-2][0-9]:[0-5][0-9](?::[0-5][0-9])?")
_USUAL_QUANTITY = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Shape:
    """What the heading and the first lines tell about a file.

    Args:
        delimiter: The sign between cells.
        skip_lines: Blank lines before the heading.
        columns: The headings, in the file's order.
        unit: The unit of the consumption column.
        time_format: How interval starts are printed.
        interval_minutes: Least distance between two starts of a meter in the first lines, where there are
            two.
        codec: Encoding of the text.
    """

    delimiter: str
    skip_lines: int
    columns: tuple[str, ...]
    unit: str
    time_format: str
    interval_minutes: int | None
    codec: str

    @property
    def header_lines(self) -> int:
        """Lines up to and with the heading."""
        return self.skip_lines + 1

    def place(self, name: str) -> int:
        """Return where a column stands; `consumption` is the one with the unit."""
        return next(
            index for index, column in enumerate(self.columns) if column.split("_")[0] == name.split("_")[0]
        )


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
        shape = _shape(source)
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


def _shape(source: Source) -> Shape:
    """Read the heading and the first lines.

    Raises:
        UnreadableDocumentError: The heading cannot be used.
    """
    codec, skip = text.tell_encoding(source.head)
    if codec == "utf-16":
        raise unreadable("wrong_encoding", expected="UTF-8 or cp950 (Big5)", found="UTF-16")
    lines = source.head[skip:].decode(codec, "replace").split("\n")
    skip_lines = next(index for index, line in enumerate(lines) if line.strip())
    printed = lines[skip_lines].rstrip("\r")
    delimiter = max(",;\t", key=printed.count)
    columns = tuple(text.narrow(cell).lower() for cell in _cells(printed, delimiter))
    unit = _check_heading(columns, printed, f"line {skip_lines + 1}")
    # The last line of the head may be cut; the last of the file may not.
    sample = lines[skip_lines + 1 :]
    sample = sample[:-1] if source.byte_size > len(source.head) else sample
    shape = Shape(delimiter, skip_lines, columns, unit, _TIME_FORMATS[0], None, codec)
    starts = [cells for line in sample if len(cells := _cells(line, delimiter)) == len(columns)]
    place, meter = shape.place("interval_start"), shape.place("meter")
    time_format = _time_format([cells[place].strip() for cells in starts])
    pairs = [(cells[meter], cells[place].strip()) for cells in starts]
    # A few hundred lines tell the interval, unless many meters stand side by side.
    interval = _interval_minutes(pairs[:_FIRST_LOOK], time_format) or _interval_minutes(pairs, time_format)
    return Shape(delimiter, skip_lines, columns, unit, time_format, interval, codec)


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.rstrip("\r").split(delimiter)
    return next(csv.reader(io.StringIO(line.rstrip("\r"), newline=""), delimiter=delimiter), [])


def _check_heading(columns: Sequence[str], printed: str, locator: str) -> str:
    """Return the unit that the heading states; collect everything that is wrong with it."""
    problems = []
    quantity = [column for column in columns if column.startswith("consumption")]
    for name in ("meter", "interval_start", "quality"):
        if columns.count(name) != 1:
            code = "missing_column" if name not in columns else "duplicate_column"
            problems.append(rejection(code, locator, field=name, expected=",".join(HEADING), found=printed))
    if len(quantity) != 1:
        code = "duplicate_column" if quantity else "missing_column"
        problems.append(
            rejection(code, locator, field="consumption_kwh", expected=",".join(HEADING), found=printed)
        )
    match = _CONSUMPTION.fullmatch(quantity[0]) if len(quantity) == 1 else None
    if len(quantity) == 1 and (not match or match[1] not in UNITS):
        problems.append(
            rejection(
                "unknown_unit",
                locator,
                field=quantity[0],
                expected=" | ".join(f"consumption_{unit}" for unit in UNITS),
                found=quantity[0],
                original_text=printed,
            )
        )
    if problems or not match:
        raise UnreadableDocumentError(problems)
    return UNITS[match[1]]


def _time_of(printed: str, time_format: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(printed, time_format)  # noqa: DTZ007 - meter exports print local time
    except ValueError:
        return None


def _time_format(starts: Sequence[str]) -> str:
    """Return the format that most of the first starts are printed in."""
    sample = starts[:20]
    return max(_TIME_FORMATS, key=lambda one: sum(_time_of(start, one) is not None for start in sample))


def _interval_minutes(starts: Sequence[tuple[str, str]], time_format: str) -> int | None:
    """Return the least distance between two starts of one meter, in minutes."""
    last: dict[str, datetime.datetime] = {}
    least: datetime.timedelta | None = None
    for meter, printed in starts:
        start = _time_of(printed, time_format)
        if start is None:
            continue
        step = start - last[meter] if meter in last else datetime.timedelta(0)
        if step > datetime.timedelta(0) and (least is None or step < least):
            least = step
        last[meter] = start
    return int(least.total_seconds() // 60) if least else None


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


def _literal(value: object) -> str:
    """Print a text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def _moment(column: str, time_format: str) -> str:
    """Return the expression that types an interval start, or gives null."""
    length = _CAST_LENGTHS.get(time_format)
    if length is None:
        return f"try_strptime({column}, {_literal(time_format)})"
    # The length keeps out what a cast accepts besides: dates without time, and offsets, which it applies.
    return f"case when strlen({column}) = {length} then try_cast({column} as timestamp) end"


def _typed_query(source: Source, shape: Shape) -> str:
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
            {_moment(start, shape.time_format)} as interval_start_local,
            {minutes}::integer as interval_minutes,
            try_cast({quantity} as decimal(18, 6)) as quantity,
            {_literal(shape.unit)}::enum({_literal(shape.unit)}) as unit,
            try_cast({names[shape.place("quality")]} as {_QUALITY_TYPE}) as quality
        from read_csv(
            {_literal(source.path)}, columns = {{{columns}}}, delim = {_literal(shape.delimiter)},
            quote = '"', escape = '"', header = true, skip = {shape.skip_lines}, auto_detect = false
        )
    """


def _fast_pass(source: Source, shape: Shape, scratch: Path) -> Outcome | None:
    """Type the whole file in one pass; return nothing where the file breaks the rules of CSV."""
    target = scratch / "meter_reading.typed.parquet"
    with _connect(scratch) as connection:
        try:
            connection.execute(f"copy ({_typed_query(source, shape)}) to {_literal(target)} ({_PARQUET})")
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
        f"select quality, count(*), count(quantity) from read_parquet({_literal(readings)}) group by quality"
    ).fetchall()
    return all(filled == (0 if quality == "N" else count) for quality, count, filled in counts)


def _is_plausible(statistics: pq.Statistics) -> bool:
    """Say whether all starts lie in the years of meters; raw values, as a wild one is no Python date."""
    epoch = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - local time without zone, as printed
    first, last = (
        (bound - epoch) // datetime.timedelta(microseconds=1) for bound in (_FIRST_START, _LAST_START)
    )
    return bool(first <= statistics.min_raw and statistics.max_raw < last)


def _repair(
    connection: duckdb.DuckDBPyConnection, source: Source, shape: Shape, typed: Path
) -> Outcome | None:
    """Make null what is against the rules, and fetch the text of the bad records from the file.

    Returns nothing where a line reads well by itself: then the slow pass must type it.
    """
    target, rejected = typed.with_name("meter_reading.parquet"), typed.with_name("rejected_record.parquet")
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
            from read_parquet({_literal(typed)})
        ) to {_literal(target)} ({_PARQUET})
        """
    )
    cursor = connection.execute(
        f"""
        select file_row_number + 1 + {shape.header_lines}
        from read_parquet({_literal(typed)}, file_row_number = true)
        where {_BAD}
        order by file_row_number
        """
    )
    collector = _Collector()
    store.write_rows(
        "rejected_record", collector.rows(_problems_at(source, shape, _numbers(cursor))), rejected
    )
    return None if collector.good_records else Outcome(target, rejected, collector.records, collector.first)


def _numbers(cursor: duckdb.DuckDBPyConnection) -> Iterator[int]:
    while batch := cursor.fetchmany(10_000):
        yield from (row[0] for row in batch)


def _problems_at(source: Source, shape: Shape, numbers: Iterator[int]) -> Iterator[list[Rejection]]:
    """Judge the lines with these numbers again, now with their text."""
    judge = _Judge(shape)
    wanted = next(numbers, None)
    for line in _lines(source.path, shape.codec):
        if wanted is None:
            break
        if line.number == wanted:
            yield judge.values(line)[1]
            wanted = next(numbers, None)
    judge.close()


class _Collector:
    """Counts bad records and keeps the first rejections for the user, while the rest stream to their file."""

    def __init__(self) -> None:
        self.records = 0
        self.good_records = 0
        self.first: list[Rejection] = []

    def take(self, problems: list[Rejection]) -> list[dict[str, str | None]]:
        """Count one record's problems and return their rows."""
        self.records += bool(problems)
        self.good_records += not problems
        self.first += problems[: _REJECTIONS_SHOWN - len(self.first)]
        return [as_row(problem) for problem in problems]

    def rows(self, records: Iterator[list[Rejection]]) -> Iterator[dict[str, str | None]]:
        """Yield the rows of all records."""
        for problems in records:
            yield from self.take(problems)


def _lines(path: Path, codec: str) -> Iterator[text.Line]:
    """Read line by line without ever holding a line longer than any record can be."""
    with path.open("rb") as handle:
        offset = 3 if handle.read(3) == b"\xef\xbb\xbf" else 0
        handle.seek(offset)
        number = 0
        while raw := handle.readline(LONGEST_LINE):
            number += 1
            length = len(raw) + _skip_rest(handle, raw)
            content = raw.rstrip(b"\r\n")
            if length > LONGEST_LINE:
                yield text.Line(number, content[:200].decode(codec, "replace"), too_long=length)
            else:
                yield _decoded(number, content, codec, offset)
            offset += length


def _skip_rest(handle: BinaryIO, raw: bytes) -> int:
    """Skip what is left of a line that did not fit, and return its length."""
    skipped = 0
    while not raw.endswith(b"\n") and (raw := handle.readline(LONGEST_LINE)):
        skipped += len(raw)
    return skipped


def _decoded(number: int, content: bytes, codec: str, offset: int) -> text.Line:
    try:
        return text.Line(number, content.decode(codec))
    except UnicodeDecodeError as error:
        byte = f"0x{content[error.start]:02x}"
        return text.Line(number, content.decode(codec, "replace"), offset + error.start, byte)


_Values = tuple[str | None, datetime.datetime | None, Decimal | None, str | None]


class _Judge:
    """Types one line by the engine's own casts, so that both passes agree, and says what is wrong with it."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._places = [shape.place(name) for name in ("meter", "interval_start", "consumption", "quality")]
        self._connection = duckdb.connect(config={"threads": 1})
        self._moment_query = f"select {_moment('$1', shape.time_format)} from (select $1::varchar)"

    def close(self) -> None:
        """Free the engine."""
        self._connection.close()

    def values(self, line: text.Line) -> tuple[_Values, list[Rejection]]:
        """Return meter, start, quantity and quality of a line, and what is wrong with it."""
        cells, problem = self._cells(line)
        if problem:
            return (None, None, None, None), [problem]
        meter, start, printed, quality = (cells[place] for place in self._places)
        wrong: list[tuple[str, str, str, str]] = []
        if not meter:
            wrong.append(("empty_cell", "meter", "a meter number", meter))
        moment = self._start(start)
        if moment is None:
            wrong.append(("bad_date", "interval_start", "2025-01-31 23:45", start))
        amount, code, expected = self._quantity(printed, quality)
        if code:
            wrong.append((code, f"consumption_{self._shape.unit}", expected, printed))
        if quality not in QUALITIES:
            signs = " | ".join(f"{sign} {meaning}" for sign, meaning in QUALITIES.items())
            wrong.append(("bad_value", "quality", signs, quality))
        problems = [
            rejection(
                code,
                f"line {line.number}",
                field=field,
                expected=expected,
                found=found,
                original_text=line.text,
            )
            for code, field, expected, found in wrong
        ]
        return (meter or None, moment, amount, quality if quality in QUALITIES else None), problems

    def _cells(self, line: text.Line) -> tuple[list[str], Rejection | None]:
        """Cut a line into cells, or say why it is no record at all."""
        code, expected, found = "", "", ""
        cells: list[str] = []
        if line.too_long:
            code, found = "line_too_long", f"{line.too_long:,} bytes"
        elif line.bad_byte is not None:
            code, expected = "wrong_encoding", self._shape.codec
            found = f"byte {line.byte_text} at offset {line.bad_byte}"
        elif "\x00" in line.text:
            code, found = "nul_byte", f"NUL in column {line.text.index(chr(0)) + 1}"
        elif "\r" in line.text:
            code, found = "wrong_columns", "a carriage return inside the line"
        else:
            cells = _cells(line.text, self._shape.delimiter)
            while len(cells) > len(self._shape.columns) and not cells[-1]:
                cells.pop()
            if len(cells) != len(self._shape.columns):
                code, expected = "wrong_columns", f"{len(self._shape.columns)} cells"
                found = f"{len(cells)} cells"
            elif text.is_total(cells[self._places[0]]):
                code, found = "total_row", cells[self._places[0]]
        if not code:
            return cells, None
        return cells, rejection(
            code, f"line {line.number}", expected=expected, found=found, original_text=line.text
        )

    def _ask(self, query: str, printed: str) -> Any:
        row = self._connection.execute(query, [printed]).fetchone()
        return row[0] if row else None

    def _start(self, printed: str) -> datetime.datetime | None:
        if _USUAL_START.fullmatch(printed) and len(printed) == _CAST_LENGTHS.get(self._shape.time_format):
            moment: Any = _time_of(printed, self._shape.time_format)
        else:
            moment = None
        moment = moment or self._ask(self._moment_query, printed)
        if not isinstance(moment, datetime.datetime) or not _FIRST_START <= moment < _LAST_START:
            return None
        return moment

    def _quantity(self, printed: str, quality: str) -> tuple[Decimal | None, str, str]:
        """Return the quantity, or nothing, the reason and what was expected."""
        amount: Decimal | None = None
        if _USUAL_QUANTITY.fullmatch(printed):
            amount = Decimal(printed).quantize(Decimal("0.000001"))
        elif printed:
            amount = self._ask("select try_cast($1::varchar as decimal(18, 6))", printed)
        if quality == "N":
            return None, "" if amount is None else "null_with_value", "no value beside quality N"
        if amount is None:
            code = text.number_problem(printed) or "bad_number"
            return None, code if printed else "empty_cell", "a number such as 12.345"
        return (None, "negative_reading", "a number not below zero") if amount < 0 else (amount, "", "")


def _slow_pass(source: Source, shape: Shape, scratch: Path) -> Outcome:
    """Read every line by itself, so that damage costs only the line where it is."""
    target, rejected = scratch / "meter_reading.parquet", scratch / "rejected_record.parquet"
    problem_rows = scratch / "problems.csv"
    collector, judge = _Collector(), _Judge(shape)
    with problem_rows.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)

        def rows() -> Iterator[dict[str, object]]:
            for line in _without_trailing_blanks(_lines(source.path, shape.codec)):
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
    judge.close()
    if not collector.records:
        return Outcome(target, None, 0, [])
    with problem_rows.open(encoding="utf-8", newline="") as handle:
        names = list(as_row(collector.first[0]))
        again = (dict(zip(names, cells, strict=True)) for cells in csv.reader(handle))
        store.write_rows("rejected_record", again, rejected)
    return Outcome(target, rejected, collector.records, collector.first)


def _without_trailing_blanks(lines: Iterator[text.Line]) -> Iterator[text.Line]:
    """Drop the blank lines at the end of a file; a blank line between records keeps its place."""
    held: list[text.Line] = []
    for line in lines:
        if line.text.strip() or line.too_long:
            yield from held
            held = []
            yield line
        else:
            held.append(line)


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
