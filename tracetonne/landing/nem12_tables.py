"""What the records of a NEM12 or NEM13 document land as: readings, channels, blocks and transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tracetonne.heavy import pa, pq
from tracetonne.landing import store, text
from tracetonne.landing.meter_channel import (
    CUMULATIVE,
    FIRST_EPOCH_S,
    INTERVAL,
    LANDING_OFFSET_S,
    LARGEST_QUANTITY,
    LAST_EPOCH_S,
    RATE,
    Rejections,
    SideWriter,
    days_of,
    document_key,
    landing_time,
    side_tables,
)
from tracetonne.landing.nem12_fields import FLOWS, MARKET_OFFSET_S, QUALITY, VALUE, meter_of
from tracetonne.landing.reader import Reading
from tracetonne.landing.reject import rejection, unreadable

_ROWS_A_GROUP = 50_000
_SIDES = ("meter_block", "meter_reading_note", "meter_channel", "meter_clock", "meter_transaction")


@dataclass
class Channel:
    """A 200 or 250 record: what the readings under it are."""

    meter: str
    row: dict[str, str | None]
    minutes: int
    unit: str | None
    qualities: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Place:
    """A record of a document.

    Args:
        member: The file of an archive, with `!` behind it; empty where the document is one file.
        line: 1-based; zero for the file as a whole.
        original: The record as it stands there.
    """

    member: str
    line: int
    original: str = ""

    @property
    def locator(self) -> str:
        """The place in the words of `rejected_record`."""
        return f"{self.member}line {self.line}" if self.line else f"{self.member}file"


class Nem12Tables:
    """Takes what the records say, and writes the landing tables.

    Args:
        scratch: An empty folder for the tables.
    """

    def __init__(self, scratch: Path) -> None:
        self._columns: list[list[Any]] = [[] for _ in range(6)]
        self._schema = store.arrow_schema("meter_reading")
        self._path = scratch / "meter_reading.parquet"
        self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        self._count = 0
        self._channels: dict[str, Channel] = {}
        self._side = {table: SideWriter(table, scratch) for table in _SIDES}
        self._rejections = Rejections(scratch)
        self._first_s, self._last_s = LAST_EPOCH_S, FIRST_EPOCH_S
        # The latest day on which a file of the document was made, as its header prints it.
        self.created = ""

    def channel(self, cells: list[str], unit: str | None, minutes: int, place: Place) -> Channel:
        """Return the channel of a 200 or 250 record; one of another unit or length is a channel of its own.

        Args:
            cells: The record.
            unit: Its unit of measure, nothing where it states none.
            minutes: Length of its intervals; zero for a register.
            place: Where the record stands.
        """
        meter = meter_of(cells[1], cells[4] or cells[3])
        is_register = cells[0] == "250"
        rate = unit is not None and not unit.endswith("h")
        key = f"{meter}:{unit}:{minutes}"
        if key not in self._channels:
            row = {
                "meter": meter,
                "service_point": cells[1],
                "register": cells[4] or None,
                "serial_number": cells[6] or None,
                "commodity": "electricity",
                "flow_direction": FLOWS.get(cells[4][:1]),
                "unit": unit,
                "base_unit": unit,
                "accumulation": CUMULATIVE if is_register else RATE if rate else INTERVAL,
                "interval_label": "start",
                "interval_minutes": None if is_register else str(minutes),
                "source_zone": "UTC+10",
                "locator": place.locator,
            }
            self._channels[key] = Channel(meter, row, minutes, unit)
        return self._channels[key]

    def reading(
        self, channel: Channel, start_s: int, printed: str, quality: tuple[str, str], place: Place, index: int
    ) -> None:
        """Land one reading; one that is bad keeps its place with a null.

        Args:
            channel: What it is a reading of.
            start_s: Start of its interval, or the time of a read; epoch seconds.
            printed: The value as it stands there.
            quality: Its quality with method, and the reason in words.
            place: Where the record stands.
            index: Its number in the record, from 1.
        """
        code, reason = quality
        match = QUALITY.fullmatch(code)
        letter: str | None = match[1] if match and match[1] != "V" else None
        amount: Decimal | None = None
        if letter is None:
            expected = "A | E | F | S | N for every interval"
            self.reject(place, "bad_value", f"quality {index}", expected, code, in_place=1)
        elif letter != "N" and (not VALUE.fullmatch(printed) or abs(Decimal(printed)) >= LARGEST_QUANTITY):
            wrong = "bad_number" if printed else "empty_cell"
            self.reject(place, wrong, f"value {index}", "a number, 12.345", printed, in_place=1)
            letter = None
        elif letter != "N":
            # Quality N says that there is no value, whatever is printed there; null is not zero.
            amount = Decimal(printed)
        self._count += 1
        channel.qualities[code] += 1
        if letter is not None and code != "A":
            self._side["meter_reading_note"].add(
                {"reading_number": self._count, "quality_code": code, "quality_reason": reason or None}
            )
        end_s = start_s + channel.minutes * 60
        self._first_s, self._last_s = min(self._first_s, start_s), max(self._last_s, end_s)
        row = (channel.meter, landing_time(start_s), channel.minutes, amount, channel.unit, letter)
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)
        if len(self._columns[0]) >= _ROWS_A_GROUP:
            self._flush()

    def block(self, readings: int, place: Place) -> None:
        """Say that the last readings landed stand in one record."""
        first = self._count + 1 - readings
        self._side["meter_block"].add(
            {"first_reading_number": first, "reading_count": readings, "locator": place.locator}
        )

    def transaction(self, row: Mapping[str, str | None], place: Place) -> None:
        """Land a 500 or 550 record."""
        self._side["meter_transaction"].add({**row, "locator": place.locator})

    def reject(
        self, place: Place, code: str, name: str = "", expected: str = "", found: str = "",
        records: int = 1, *, in_place: int = 0,
    ) -> None:  # fmt: skip
        """Name what is wrong, and count the records that it costs."""
        one = rejection(
            code, place.locator, field=name, expected=expected, found=found, original_text=place.original
        )
        self._rejections.add(one, records, in_place)

    def _flush(self) -> None:
        arrays = [pa.array(column, one.type) for column, one in zip(self._columns, self._schema, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._columns = [[] for _ in range(6)]

    def _describe_channels(self) -> None:
        since = landing_time(self._first_s - LANDING_OFFSET_S)
        for channel in self._channels.values():
            codes = " ".join(f"{code}:{count}" for code, count in sorted(channel.qualities.items())[:40])
            self._side["meter_channel"].add(channel.row | {"quality_codes": codes})
        for meter in sorted({one.meter for one in self._channels.values()}):
            self._side["meter_clock"].add(
                {"meter": meter, "from_utc": since, "utc_offset_minutes": MARKET_OFFSET_S // 60}
            )

    def close(self) -> Reading:
        """Finish the tables and return what was read.

        Raises:
            UnreadableDocumentError: There is no record at all.
        """
        self._flush()
        self._writer.close()
        rejected = self._rejections
        if not self._count and not rejected.writer.count and not self._side["meter_transaction"].count:
            raise unreadable("empty_file", expected="a 200 record with 300 records, or a 250", found="none")
        if self._count:
            self._describe_channels()
        tables: dict[str, Any] = side_tables(**self._side, rejected_record=rejected.writer)
        if self._count:
            tables["meter_reading"] = self._path
        meters = sorted({one.meter for one in self._channels.values()})
        has_days = self._first_s < LAST_EPOCH_S
        start, end = (
            days_of(self._first_s, max(self._last_s, self._first_s + 1)) if has_days else (None, None)
        )
        created = text.read_date(self.created)[0]
        return Reading(
            records=tables,
            rejections=rejected.first,
            records_rejected=rejected.records,
            records_in_place=rejected.in_place,
            document_key=document_key(meters, start, end),
            document_date=created.isoformat() if created else "",
            period_start=start,
            period_end=end,
            source_zone="UTC+10",
        )
