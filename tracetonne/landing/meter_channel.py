"""What readers of meter documents share: the landing clock, side tables, and the row of a channel.

`meter_reading.interval_start_local` is the civil time of the months that figures are computed for
(Asia/Taipei, UTC+8 since 1979 without daylight saving). A document that states instants, as epoch seconds or
with an offset, lands in that clock, so that no hour is doubled or missing; `meter_clock` keeps what its own
clock showed. A document that prints local time without a zone lands as printed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from tracetonne.heavy import pa, pq
from tracetonne.landing import store
from tracetonne.landing.reader import Rejection, Row
from tracetonne.landing.reject import as_row

EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - the clock of a landing column has no zone
# Seconds that the landing clock is ahead of UTC.
LANDING_OFFSET_S = 8 * 3600
# No reading is older or newer; epoch seconds.
FIRST_EPOCH_S = int(datetime.datetime(1990, 1, 1, tzinfo=datetime.UTC).timestamp())
LAST_EPOCH_S = int(datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC).timestamp())
# A reading is less than this in any unit: DECIMAL(18,6).
LARGEST_QUANTITY = Decimal(10) ** 12

# Rejections that a reader shows; the file of `rejected_record` holds them all.
REJECTIONS_SHOWN = 1000

FORWARD, REVERSE = "forward", "reverse"
INTERVAL, CUMULATIVE, RATE = "interval", "cumulative", "rate"


def landing_time(epoch_s: int) -> datetime.datetime:
    """Return an instant in the landing clock."""
    return EPOCH + datetime.timedelta(seconds=epoch_s + LANDING_OFFSET_S)


@dataclass
class Clock:
    """Stretches of one distance from UTC: `(first second of it, offset in minutes)`, in order of time."""

    stretches: list[tuple[int, int]] = field(default_factory=list)

    def rows(self, meter: str) -> Iterator[dict[str, object]]:
        """Give the rows of `meter_clock`."""
        for start_s, minutes in self.stretches:
            yield {
                "meter": meter,
                "from_utc": EPOCH + datetime.timedelta(seconds=start_s),
                "utc_offset_minutes": minutes,
            }


def zone_clock(zone: str, first_s: int, last_s: int) -> Clock:
    """Return the clock of a named zone between two instants; offsets are looked up hour by hour."""
    info = ZoneInfo(zone)

    def offset(second: int) -> int:
        moment = datetime.datetime.fromtimestamp(second, tz=info).utcoffset()
        return int((moment or datetime.timedelta(0)).total_seconds() // 60)

    stretches = [(first_s, offset(first_s))]
    day = 86_400
    for start in range(first_s - first_s % day, last_s + day, day):
        if offset(start + day) == stretches[-1][1]:
            continue
        low, high = start, start + day
        while high - low > 60:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == stretches[-1][1] else (low, middle)
        stretches.append((high - high % 60, offset(high)))
    return Clock(stretches)


def observed_clock(points: Iterable[tuple[int, int]]) -> Clock:
    """Return the clock that readings show which each print their own offset."""
    clock = Clock()
    for start_s, minutes in sorted(set(points)):
        if not clock.stretches or clock.stretches[-1][1] != minutes:
            clock.stretches.append((start_s, minutes))
    return clock


class SideWriter:
    """Writes the rows of one landing table to a Parquet file in batches, so that memory does not grow."""

    def __init__(self, table: str, folder: Path, batch_rows: int = 20_000) -> None:
        self._table = table
        self._path = folder / f"{table}.parquet"
        self._batch_rows = batch_rows
        self._rows: list[Mapping[str, object]] = []
        self._writer: pq.ParquetWriter | None = None
        self.count = 0

    def add(self, row: Mapping[str, object]) -> None:
        """Take one row."""
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= self._batch_rows:
            self._flush()

    def _flush(self) -> None:
        schema = store.arrow_schema(self._table)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, schema, compression="zstd")
        columns = [pa.array([row.get(one.name) for row in self._rows], one.type) for one in schema]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=schema))
        self._rows = []

    def close(self) -> Path | None:
        """Finish the file and return it, or nothing where no row came."""
        if self._rows:
            self._flush()
        if self._writer is None:
            return None
        self._writer.close()
        return self._path


class Rejections:
    """What a reader of a long document rejects: all of it in a file, the first of it in memory.

    `records` and `in_place` are the counts of `Reading.records_rejected` and `Reading.records_in_place`.
    """

    def __init__(self, folder: Path) -> None:
        self.writer = SideWriter("rejected_record", folder)
        self.first: list[Rejection] = []
        self.records = 0
        self.in_place = 0

    def add(self, one: Rejection, records: int = 1, in_place: int = 0) -> None:
        """Take a rejection that costs so many records, of which some keep a row with nulls in its place."""
        self.records += records
        self.in_place += in_place
        self.writer.add(as_row(one))
        if len(self.first) < REJECTIONS_SHOWN:
            self.first.append(one)


def side_tables(**writers: SideWriter) -> dict[str, Iterable[Row] | Path]:
    """Close the writers and return the tables that have rows."""
    closed = {table: writer.close() for table, writer in writers.items()}
    return {table: path for table, path in closed.items() if path is not None}


def document_key(meters: Sequence[str], start: datetime.date | None, end: datetime.date | None) -> str:
    """Return the business key of a document with readings: its meters and days."""
    if not meters or start is None or end is None:
        return ""
    label = meters[0] if len(meters) == 1 else f"{min(meters)}..{max(meters)}"
    return f"{label}:{start}/{end}"


def days_of(first_s: int, last_end_s: int) -> tuple[datetime.date, datetime.date]:
    """Return the first day, and the day after the last, that instants from first to last touch."""
    end = landing_time(last_end_s)
    last = end.date() if end.time() == datetime.time() else end.date() + datetime.timedelta(days=1)
    return landing_time(first_s).date(), last
