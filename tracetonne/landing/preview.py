"""What a document would give, without landing it: a steward tries a new supplier's file before it counts."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from tracetonne.errors import WrongUseError
from tracetonne.heavy import pq
from tracetonne.landing import store
from tracetonne.landing.kinds import reader_named, readers_of
from tracetonne.landing.read_document import (
    HEAD_BYTES,
    UNKNOWN_KIND,
    Choice,
    choose,
    read_document,
    rejected,
    rejections_for,
)
from tracetonne.landing.reader import Reader, Reading, Rejection, Row, Source
from tracetonne.landing.tables import SIDE_TABLES
from tracetonne.settings import Home

ROWS_SHOWN = 5
REJECTIONS_SHOWN = 100


@dataclass(frozen=True)
class TablePreview:
    """What one landing table would get.

    Args:
        records: How many rows.
        units: The different units in them, as printed, by column.
        first_rows: The first rows, without empty cells.
    """

    records: int
    units: Mapping[str, list[str]]
    first_rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Preview:
    """What landing a file would give.

    Args:
        path: The file.
        kind: What the document is.
        title: The same for people.
        title_zh: The same in Traditional Chinese.
        reader: Module and version of the reader.
        status: landed, or rejected where nothing of it would land.
        records_landed: Records that would land.
        records_rejected: Records that would not.
        tables: What each landing table would get.
        rejections: What could not be read, at most the first hundred.
        document_key: What tells that two documents are the same one.
        period_start: First day that it speaks of.
        period_end: Day after the last one.
        source_zone: Time zone of its local times.
        encoding: Encoding of its text.
        message: What the reader says besides.
    """

    path: Path
    kind: str
    title: str
    title_zh: str
    reader: str
    status: str
    records_landed: int
    records_rejected: int
    tables: Mapping[str, TablePreview] = field(default_factory=dict)
    rejections: Sequence[Rejection] = ()
    document_key: str = ""
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    source_zone: str = ""
    encoding: str = ""
    message: str = ""


def preview(home: Home, path: Path, as_kind: str = "") -> Preview:
    """Read a document as landing would, and keep nothing.

    Args:
        home: The installation, for its own contracts.
        path: The file.
        as_kind: The kind that it is, where a person knows better than its content tells.

    Raises:
        WrongUseError: There is no such file or kind.
    """
    try:
        with path.open("rb") as handle:
            head = handle.read(HEAD_BYTES)
    except OSError as error:
        raise WrongUseError(
            "The file cannot be opened.",
            where=str(path),
            expected="a document",
            found=error.strerror or type(error).__name__,
            action="check the path; quote it if it holds spaces",
        ) from error
    with tempfile.TemporaryDirectory(prefix="tracetonne-") as folder:
        source = Source(path, path.name, head, path.stat().st_size, Path(folder), lambda: _count_lines(path))
        choice = Choice(reader_named(home, as_kind)) if as_kind else choose(readers_of(home), source)
        return _preview(path, choice.reader, read_document(choice, source))


def _preview(path: Path, reader: Reader | None, reading: Reading) -> Preview:
    tables: dict[str, TablePreview] = {}
    try:
        for table, rows in reading.records.items():
            tables[table] = _table(rows)
    except Exception as error:
        if reader is None:
            raise
        reading, tables = rejected(rejections_for(reader, error)), {}
    landing = {name: table for name, table in tables.items() if name != "rejected_record" and table.records}
    records = sum(table.records for name, table in landing.items() if name not in SIDE_TABLES)
    return Preview(
        path=path,
        kind=reader.kind if reader else UNKNOWN_KIND,
        title=reader.title if reader else "",
        title_zh=reader.title_zh if reader else "",
        reader=f"{type(reader).__module__} {reader.version}" if reader else "",
        status="landed" if landing else "rejected",
        records_landed=records - reading.records_in_place,
        records_rejected=reading.records_rejected,
        tables=landing,
        rejections=reading.rejections[:REJECTIONS_SHOWN],
        document_key=reading.document_key,
        period_start=reading.period_start,
        period_end=reading.period_end,
        source_zone=reading.source_zone if landing else "",
        encoding=reading.encoding if landing else "",
        message=reading.message,
    )


def _table(rows: Iterable[Row] | Path) -> TablePreview:
    """Go through the rows once; a table that the reader wrote itself is read from its file."""
    if isinstance(rows, Path):
        return _written_table(rows)
    iterator = iter(rows)
    first = list(islice(iterator, ROWS_SHOWN))
    units: dict[str, dict[str, None]] = {}
    count = 0
    for row in chain(first, iterator):
        count += 1
        for name, value in row.items():
            if value and _is_unit(name):
                units.setdefault(name, {})[value] = None
    return TablePreview(count, {name: list(found) for name, found in units.items()}, [*map(_filled, first)])


def _written_table(path: Path) -> TablePreview:
    written = pq.ParquetFile(path)
    columns = [name for name in written.schema_arrow.names if _is_unit(name)]
    found = written.read(columns=columns) if columns else None
    units = (
        {
            name: sorted(value for value in found.column(name).unique().to_pylist() if value)
            for name in columns
        }
        if found is not None
        else {}
    )
    batch = next(written.iter_batches(batch_size=ROWS_SHOWN), None)
    rows = batch.to_pylist() if batch is not None else []
    return TablePreview(store.count_rows(path), units, [*map(_filled, rows)])


def _is_unit(column: str) -> bool:
    return column == "unit" or column.endswith("_unit")


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _count_lines(path: Path) -> int:
    """Count the lines as the landing does while it copies; the last one may lack its line end."""
    ends, last = 0, b"\n"
    for block in _blocks(path):
        ends += block.count(b"\n")
        last = block[-1:]
    return ends + (last != b"\n")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            yield block
