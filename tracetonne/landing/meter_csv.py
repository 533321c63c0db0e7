"""Meter exports as CSV: millions of readings, typed in one DuckDB pass; damaged files line by line in Python.

Every line of the file keeps its place in the table, so that line = record number + heading lines. A cell
that cannot be read is null there and a row of `rejected_record`; the record then counts as rejected. The
fast pass proves that one record is one line by counting both; where it cannot, or where the file breaks the
rules of CSV, the slow pass reads each line by itself.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

from tracetonne.heavy import pq
from tracetonne.landing import store, text
from tracetonne.landing.meter_csv_fast import fast_pass
from tracetonne.landing.meter_csv_slow import slow_pass
from tracetonne.landing.meter_shape import shape_of
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import unreadable


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
        outcome = fast_pass(source, shape, source.scratch) or slow_pass(source, shape, source.scratch)
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
