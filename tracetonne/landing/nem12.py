"""NEM12 and NEM13 (AEMO Meter Data File Format 2.6): interval and register readings of Australian meters.

Lists of allowed values come from `aemo_mdff_reader.spec`. Its parser is not used for values: it makes floats
of them and zeros of empty cells. A 300 record has as many values as its 200 record says, or is refused as a
whole; 400 records give parts of a day their own quality. Times are Australian eastern standard time, UTC+10
all year, and land in the landing clock. A zip of such files is read member by member.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from aemo_mdff_reader import spec

from tracetonne.landing import archive, limits, store, text
from tracetonne.landing.meter_channel import (
    CUMULATIVE,
    FIRST_EPOCH_S,
    FORWARD,
    INTERVAL,
    LANDING_OFFSET_S,
    LARGEST_QUANTITY,
    LAST_EPOCH_S,
    RATE,
    REVERSE,
    SideWriter,
    days_of,
    document_key,
    landing_time,
    side_tables,
)
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, as_row, rejection, unreadable

MARKET_OFFSET_S = 10 * 3600
_HEAD = re.compile(rb"\s*100,NEM1[23],")
_MISSING_HEAD = re.compile(rb"\s*(?:200,[^,\r\n]*,[^,\r\n]*,|250,[^,\r\n]*,[^,\r\n]*,)")
_VALUE = re.compile(r"-?(?:[0-9]{1,12}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})")
_QUALITY = re.compile(r"([AEFNSV])([0-9]{2})?")
_LONGEST_LINE = 100_000  # bytes; 1,440 values of a minute need 20,000
_MINUTES_A_DAY = 1440
_REJECTIONS_SHOWN = 1000
_UNITS = {one.lower(): one for one in spec.UOM_VALUES}
# First letter of the suffix: E and B are the master registers of consumption and of generation, the letters
# beside them averages and checks, Q and K the same of reactive energy. Source: National Metering Identifier
# Procedure, table of suffixes.
_FLOWS = {**dict.fromkeys("DEFPQR", FORWARD), **dict.fromkeys("ABCJKL", REVERSE)}
# Of a 250 record: its fields, where its two reads begin (read, time, quality, reason, description), its unit.
_FIELDS_250 = 20
_READS_250 = (8, 13)
_UNIT_250 = 19


@dataclass
class _Channel:
    """A 200 or 250 record: what the readings under it are."""

    meter: str
    row: dict[str, str | None]
    minutes: int
    unit: str | None
    qualities: Counter[str] = field(default_factory=Counter)


@dataclass
class _Day:
    """A 300 record until its 400 records are known."""

    line: int
    original: str
    channel: _Channel
    midnight_s: int
    values: list[str]
    quality: str
    reason: str
    # Quality and reason of each interval, by the 400 records; empty where none speaks of it.
    parts: list[tuple[str, str]]


class Nem12Reader:
    """Reads a NEM12 or NEM13 file, or a zip of them."""

    kind = "nem12"
    title = "NEM12 / NEM13 meter data (AEMO)"
    title_zh = "NEM12／NEM13 電表資料（澳洲 AEMO）"
    version = "1"
    family = "meters"
    about = (
        "*CSV, also a zip of such files.* A 300 record gives the readings of a day in UTC+10, which land in "
        "the time of Taiwan, with the quality of its 400 records; one with another number of values than its "
        "200 record says is refused as a whole. A 250 record gives two reads of a register. The meter is "
        "`NMI/suffix`; suffixes E and B tell consumption from generation. Quality N is no value, not zero."
    )
    standard = "AEMO Meter Data File Format (NEM12, NEM13)"
    standard_version = "2.6"

    @property
    def max_bytes(self) -> int:
        """The size of a document that is read as a stream."""
        return limits.current().stream_bytes

    def recognises(self, source: Source) -> bool:
        """Say whether the document, or a file in it, begins with a 100 record, or with a 200 without one."""
        if archive.is_zip(source):
            return _is_zipped(source)
        head = source.head.removeprefix(b"\xef\xbb\xbf")
        return bool(_HEAD.match(head) or (_MISSING_HEAD.match(head) and b"\n300," in head))

    def read(self, source: Source) -> Reading:
        """Read the readings into Parquet files in the scratch folder.

        Raises:
            UnreadableDocumentError: There is no header, no reading, or the archive is unsafe.
        """
        if source.scratch is None:
            raise ValueError("meter data need a scratch folder")
        parse = _Parse(source.scratch)
        if not archive.is_zip(source):
            with source.path.open("rb") as handle:
                parse.file(handle, "")
        else:
            for member in archive.members(source):
                with member.open() as handle:
                    parse.file(handle, f"{member.name}!")
        return parse.reading()


def _is_zipped(source: Source) -> bool:
    try:
        for member in archive.members(source):
            with member.open() as handle:
                if _HEAD.match(handle.read(64).removeprefix(b"\xef\xbb\xbf")):
                    return True
    except UnreadableDocumentError:
        return False
    return False


class _Parse:
    """The records of a document, in order."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._columns: list[list[Any]] = [[] for _ in range(6)]
        self._schema = store.arrow_schema("meter_reading")
        self._path = scratch / "meter_reading.parquet"
        self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        self._count = 0
        self._channels: dict[str, _Channel] = {}
        self._side = {
            table: SideWriter(table, scratch)
            for table in (
                "meter_block",
                "meter_reading_note",
                "rejected_record",
                "meter_channel",
                "meter_clock",
            )
        }
        self._first_rejections: list[Rejection] = []
        self._bad_records = 0
        self._in_place = 0
        self._created = ""
        self._first_s, self._last_s = LAST_EPOCH_S, FIRST_EPOCH_S
        self._member = ""
        self._channel: _Channel | None = None
        self._day: _Day | None = None
        # Whether what 400 records speak of was refused, so that they are not named one by one.
        self._is_refused = False

    def file(self, handle: IO[bytes], member: str) -> None:
        """Read one file.

        Raises:
            UnreadableDocumentError: The only file has no header.
        """
        self._member, self._channel, self._day, self._is_refused = member, None, None, False
        version = ""
        ended = False
        for line in _lines(handle):
            if not line.text.strip(" ,\r\n"):
                continue
            problem, found = _line_problem(line)
            if problem:
                self._reject(line.number, line.text, problem, found=found)
                continue
            cells = [cell.strip() for cell in next(csv.reader(io.StringIO(line.text)), [])]
            if not version:
                version = self._header(cells, line)
                continue
            if ended:
                self._reject(line.number, line.text, "wrong_place", "record", "nothing after the 900 record")
                continue
            ended = cells[0] == "900"
            self._record(line, cells)
        self._end_day()
        if version and not ended:
            self._reject(
                0, "", "missing_element", "900", "a 900 record at the end", "none: the file may be cut"
            )

    def _header(self, cells: Sequence[str], line: text.Line) -> str:
        if len(cells) < 3 or cells[0] != "100" or cells[1] not in ("NEM12", "NEM13"):
            locator = f"{self._member}line {line.number}"
            raise unreadable(
                "missing_element", locator, field="100", expected="100,NEM12,…", found=line.text[:100]
            )
        self._created = max(self._created, cells[2][:8])
        return cells[1]

    def _record(self, line: text.Line, cells: list[str]) -> None:
        kind = cells[0]
        if kind not in ("400", "500"):
            self._end_day()
        if kind == "200":
            self._take_channel(line, cells)
        elif kind == "300":
            self._take_day(line, cells)
        elif kind == "400":
            self._take_part(line, cells)
        elif kind == "250":
            self._take_register(line, cells)
        elif kind not in ("500", "550", "900"):
            expected = "200 | 250 | 300 | 400 | 500 | 550 | 900"
            self._reject(line.number, line.text, "bad_value", "RecordIndicator", expected, kind)
            self._is_refused = True

    def _take_channel(self, line: text.Line, cells: list[str]) -> None:
        self._channel, self._is_refused = None, True
        if len(cells) < 9 or not cells[1]:
            self._reject(
                line.number, line.text, "wrong_columns", "", "at least 9 fields", f"{len(cells)} fields"
            )
            return
        minutes = int(cells[8]) if re.fullmatch(r"[0-9]{1,4}", cells[8]) else 0
        if not minutes or _MINUTES_A_DAY % minutes:
            allowed = " | ".join(map(str, sorted(spec.ALLOWED_INTERVAL_LENGTHS)))
            self._reject(line.number, line.text, "bad_interval", "IntervalLength", allowed, cells[8])
            return
        unit = self._unit(line, cells[7])
        if unit is None and cells[7]:
            return
        self._channel = self._known(cells, unit, minutes, line.number)
        self._is_refused = False

    def _unit(self, line: text.Line, printed: str) -> str | None:
        unit = _UNITS.get(printed.lower())
        if unit is None and printed:
            self._reject(
                line.number, line.text, "unknown_unit", "UOM", " | ".join(sorted(spec.UOM_VALUES)), printed
            )
        return unit

    def _known(self, cells: list[str], unit: str | None, minutes: int, line: int) -> _Channel:
        """Return the channel of a data stream; a later record of another unit or length is one of its own."""
        meter = re.sub(r"[\s,;]+", "_", f"{cells[1]}/{cells[4] or cells[3]}".rstrip("/"))
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
                "flow_direction": _FLOWS.get(cells[4][:1]),
                "unit": unit,
                "base_unit": unit,
                "accumulation": CUMULATIVE if is_register else RATE if rate else INTERVAL,
                "interval_label": "start",
                "interval_minutes": None if is_register else str(minutes),
                "source_zone": "UTC+10",
                "locator": f"{self._member}line {line}",
            }
            self._channels[key] = _Channel(meter, row, minutes, unit)
        return self._channels[key]

    def _take_day(self, line: text.Line, cells: list[str]) -> None:
        self._day = None
        channel = self._channel
        if channel is None:
            # The 200 record above says why; its days are still readings that do not land.
            self._reject(
                line.number, line.text, "wrong_place", "300", "a 200 record that can be read", "none"
            )
            return
        expected = _MINUTES_A_DAY // channel.minutes
        self._is_refused = True
        midnight = _market_time(cells[1] if len(cells) > 1 else "")
        if midnight is None:
            self._reject(line.number, line.text, "bad_date", "IntervalDate", "20250131", cells[1], expected)
            return
        if len(cells) < expected + 3 or not _QUALITY.fullmatch(cells[expected + 2]):
            self._reject(
                line.number, line.text, "wrong_columns", "",
                f"{expected} values of {channel.minutes} minutes, then a quality",
                f"{_values_in(cells)} values", expected,
            )  # fmt: skip
            return
        rest = cells[expected + 2 :] + [""] * 3
        self._day = _Day(
            line.number, line.text, channel, midnight, cells[2 : expected + 2], rest[0],
            _reason(rest[1], rest[2]), [("", "")] * expected,
        )  # fmt: skip
        self._is_refused = False

    def _take_part(self, line: text.Line, cells: list[str]) -> None:
        """Give intervals of the day above their own quality."""
        if self._day is None:
            if not self._is_refused:
                self._reject(line.number, line.text, "wrong_place", "400", "a 300 record above", "none")
            return
        cells = cells + [""] * (6 - len(cells))
        first, last = (int(one) if re.fullmatch(r"[0-9]{1,4}", one) else 0 for one in cells[1:3])
        if not 1 <= first <= last <= len(self._day.parts) or not _QUALITY.fullmatch(cells[3]):
            expected = f"first and last interval, 1 to {len(self._day.parts)}, and a quality"
            self._reject(line.number, line.text, "bad_value", "400", expected, ",".join(cells[1:4]), 0)
            return
        for index in range(first - 1, last):
            self._day.parts[index] = (cells[3], _reason(cells[4], cells[5]))

    def _end_day(self) -> None:
        """Land the day whose 400 records are all there."""
        day, self._day = self._day, None
        if day is None:
            return
        first = self._count + 1
        minutes = day.channel.minutes
        for index, printed in enumerate(day.values):
            quality, reason = day.parts[index]
            if not quality:
                quality, reason = day.quality, day.reason
            start_s = day.midnight_s + index * minutes * 60
            self._land(
                day.channel, start_s, minutes, printed, quality, reason, day.line, day.original, index + 1
            )
        self._side["meter_block"].add(
            {
                "first_reading_number": first,
                "reading_count": len(day.values),
                "locator": f"{self._member}line {day.line}",
            }
        )

    def _take_register(self, line: text.Line, cells: list[str]) -> None:
        """Land the two reads of a register that a 250 record gives."""
        self._is_refused = True
        if len(cells) < _FIELDS_250 or not cells[1]:
            found = f"{len(cells)} fields"
            self._reject(
                line.number, line.text, "wrong_columns", "", f"at least {_FIELDS_250} fields", found, 2
            )
            return
        unit = _UNITS.get(cells[_UNIT_250].lower())
        moments = [_market_time(cells[place + 1]) for place in _READS_250]
        if unit is None or None in moments:
            expected, found = " | ".join(sorted(spec.UOM_VALUES)), cells[_UNIT_250]
            code, name = "unknown_unit", "UOM"
            if unit is not None:
                code, name, expected = "bad_date", "RegisterReadDateTime", "20250131093000"
                found = ", ".join(cells[place + 1] for place in _READS_250)
            self._reject(line.number, line.text, code, name, expected, found, 2)
            return
        channel = self._known(cells, unit, 0, line.number)
        if cells[7] in spec.DIRECTION_INDICATORS:
            channel.row["flow_direction"] = FORWARD if cells[7] == "E" else REVERSE
        first = self._count + 1
        for moment, place in zip(moments, _READS_250, strict=True):
            if moment is not None:
                printed, _, quality, code, said = cells[place : place + 5]
                reason = _reason(code, said)
                self._land(channel, moment, 0, printed, quality, reason, line.number, line.text, 1)
        self._side["meter_block"].add(
            {
                "first_reading_number": first,
                "reading_count": 2,
                "locator": f"{self._member}line {line.number}",
            }
        )

    def _land(
        self, channel: _Channel, start_s: int, minutes: int, printed: str, quality: str, reason: str,
        line: int, original: str, index: int,
    ) -> None:  # fmt: skip
        """Land one reading; one that is bad keeps its place with a null."""
        match = _QUALITY.fullmatch(quality)
        letter: str | None = match[1] if match and match[1] != "V" else None
        amount: Decimal | None = None
        if letter is None:
            expected = "A | E | F | S | N for every interval"
            self._reject(line, original, "bad_value", f"quality {index}", expected, quality, 1, in_place=True)
        elif letter != "N" and (not _VALUE.fullmatch(printed) or abs(Decimal(printed)) >= LARGEST_QUANTITY):
            code = "bad_number" if printed else "empty_cell"
            self._reject(
                line, original, code, f"value {index}", "a number, 12.345", printed, 1, in_place=True
            )
            letter = None
        elif letter != "N":
            # Quality N says that there is no value, whatever is printed there; null is not zero.
            amount = Decimal(printed)
        self._count += 1
        channel.qualities[quality] += 1
        if letter is not None and quality != "A":
            self._side["meter_reading_note"].add(
                {"reading_number": self._count, "quality_code": quality, "quality_reason": reason or None}
            )
        self._first_s, self._last_s = min(self._first_s, start_s), max(self._last_s, start_s + minutes * 60)
        row = (channel.meter, landing_time(start_s), minutes, amount, channel.unit, letter)
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)
        if len(self._columns[0]) >= 50_000:
            self._flush()

    def _flush(self) -> None:
        arrays = [pa.array(column, one.type) for column, one in zip(self._columns, self._schema, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._columns = [[] for _ in range(6)]

    def _reject(
        self, line: int, original: str, code: str, name: str = "", expected: str = "", found: str = "",
        count: int = 1, *, in_place: bool = False,
    ) -> None:  # fmt: skip
        locator = f"{self._member}line {line}" if line else f"{self._member}file"
        one = rejection(code, locator, field=name, expected=expected, found=found, original_text=original)
        self._bad_records += count
        self._in_place += count if in_place else 0
        self._side["rejected_record"].add(as_row(one))
        if len(self._first_rejections) < _REJECTIONS_SHOWN:
            self._first_rejections.append(one)

    def _describe_channels(self) -> None:
        since = landing_time(self._first_s - LANDING_OFFSET_S)
        for channel in self._channels.values():
            codes = " ".join(f"{code}:{count}" for code, count in sorted(channel.qualities.items())[:40])
            self._side["meter_channel"].add(channel.row | {"quality_codes": codes})
        for meter in sorted({one.meter for one in self._channels.values()}):
            self._side["meter_clock"].add(
                {"meter": meter, "from_utc": since, "utc_offset_minutes": MARKET_OFFSET_S // 60}
            )

    def reading(self) -> Reading:
        """Return what was read.

        Raises:
            UnreadableDocumentError: There is no record at all.
        """
        self._flush()
        self._writer.close()
        if not self._count and not self._bad_records:
            raise unreadable("empty_file", expected="a 200 record with 300 records, or a 250", found="none")
        if self._count:
            self._describe_channels()
        tables: dict[str, Any] = side_tables(**self._side)
        if self._count:
            tables["meter_reading"] = self._path
        meters = sorted({one.meter for one in self._channels.values()})
        has_days = self._first_s < LAST_EPOCH_S
        start, end = (
            days_of(self._first_s, max(self._last_s, self._first_s + 1)) if has_days else (None, None)
        )
        created = text.read_date(self._created)[0]
        return Reading(
            records=tables,
            rejections=self._first_rejections,
            records_rejected=self._bad_records,
            records_in_place=self._in_place,
            document_key=document_key(meters, start, end),
            document_date=created.isoformat() if created else "",
            period_start=start,
            period_end=end,
            source_zone="UTC+10",
        )


def _lines(handle: IO[bytes]) -> Iterator[text.Line]:
    """Read line by line; never a longer one than any record can be."""
    number = offset = 0
    while raw := handle.readline(_LONGEST_LINE):
        number += 1
        length = len(raw)
        while (
            not raw.endswith(b"\n") and length >= _LONGEST_LINE and (more := handle.readline(_LONGEST_LINE))
        ):
            length += len(more)
            raw = raw[:200] + more[-1:]
        content = raw.rstrip(b"\r\n")
        if number == 1:
            content = content.removeprefix(b"\xef\xbb\xbf")
        if length > _LONGEST_LINE:
            yield text.Line(number, content[:200].decode("utf-8", "replace"), too_long=length)
        else:
            try:
                yield text.Line(number, content.decode("utf-8"))
            except UnicodeDecodeError as error:
                byte = f"0x{content[error.start]:02x}"
                yield text.Line(number, content.decode("utf-8", "replace"), offset + error.start, byte)
        offset += length


def _line_problem(line: text.Line) -> tuple[str, str]:
    if line.too_long:
        return "line_too_long", f"{line.too_long:,} bytes"
    if line.bad_byte is not None:
        return "wrong_encoding", f"byte {line.byte_text} at offset {line.bad_byte}"
    if "\x00" in line.text:
        return "nul_byte", f"NUL in column {line.text.index(chr(0)) + 1}"
    if "\r" in line.text:
        return "wrong_columns", "a carriage return inside the line"
    return "", ""


def _market_time(printed: str) -> int | None:
    """Return the epoch seconds of `yyyymmdd` or `yyyymmddhhmmss` at UTC+10."""
    if not re.fullmatch(r"[0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?", printed):
        return None
    try:
        moment = datetime.datetime.strptime(printed.ljust(14, "0") + "+1000", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    second = int(moment.timestamp())
    return second if FIRST_EPOCH_S <= second < LAST_EPOCH_S else None


def _values_in(cells: Sequence[str]) -> int:
    """Return how many values stand before the first quality."""
    for index, cell in enumerate(cells[2:]):
        if _QUALITY.fullmatch(cell):
            return index
    return max(0, len(cells) - 2)


def _reason(code: str, description: str) -> str:
    """Return a reason code with its meaning, and what is said besides."""
    number = int(code) if re.fullmatch(r"[0-9]{1,3}", code) else None
    meaning = ""
    if number is not None:
        meaning = spec.REASON_CODES.get(number) or spec.OBSOLETE_REASON_CODES.get(number, "")
    return ", ".join(part for part in (f"{code} {meaning}".strip(), description) if part)
