"""Green Button files (NAESB REQ.21 ESPI XML): interval readings, their types, clocks and billing summaries.

A file is a feed of entries in any order, one entry, or one bare resource; what a reading means stands in
other entries (usage point, meter reading, reading type, local time), which its links name, and which may come
later. So the readings stream into a scratch file first, by number of their block, and get meter and unit in a
second pass; memory holds a block and the distinct meters, never the file. Elements are read by local name,
whatever their prefix. Readings are instants (epoch seconds) and land in the landing clock.
"""

from __future__ import annotations

import array
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from lxml import etree

from tracetonne.landing import espi_codes, limits, store, xml_document
from tracetonne.landing.espi_feed import Feed, ReadingType, TimeRule, clock_of, entry_links, meter_path
from tracetonne.landing.meter_channel import (
    FIRST_EPOCH_S,
    LANDING_OFFSET_S,
    LARGEST_QUANTITY,
    LAST_EPOCH_S,
    SideWriter,
    days_of,
    document_key,
    observed_clock,
    side_tables,
)
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import as_row, rejection, unreadable

_ESPI = "http://naesb.org/espi"
_TAGS = (
    "entry", "IntervalReading", "IntervalBlock", "ReadingType", "MeterReading", "UsagePoint",
    "LocalTimeParameters", "UsageSummary", "ElectricPowerUsageSummary",
)  # fmt: skip
_ROOT = re.compile(
    rb"<(?:[\w.-]+:)?(?:feed|entry|UsagePoint|MeterReading|ReadingType|IntervalBlock|LocalTimeParameters|"
    rb"UsageSummary|ElectricPowerUsageSummary)[\s>/]"
)
# Readings of one block that are taken together; a block may hold years.
_BATCH = 4096
_ROWS_A_GROUP = 100_000
# A billing period is the longest interval.
_LONGEST_INTERVAL_S = 400 * 86_400
_REJECTIONS_SHOWN = 1000
_WHOLE = re.compile(r"-?[0-9]{1,15}")
# Values with a blank between them, below 10^12 and with six decimals at most.
_VALUES = re.compile(r"(?:-?[0-9]{1,12}(?:\.[0-9]{1,6})?(?: |$))+")
_LETTERS = ("A", "E", "S", "N")
_SCRATCH = pa.schema(
    [
        ("block", pa.int32()),
        ("start_s", pa.int64()),
        ("minutes", pa.int32()),
        ("quantity", pa.decimal128(18, 6)),
        ("letter", pa.int8()),
    ]
)


class EspiReader:
    """Reads a Green Button file of any size."""

    kind = "green_button"
    title = "Green Button usage data (ESPI XML)"
    title_zh = "綠色按鈕用電資料（ESPI XML）"
    version = "1"
    family = "meters"
    about = (
        "*XML of any length*: a feed of entries in any order, one entry, or one bare resource. Each "
        "`IntervalReading` is a row of `meter_reading`; what its codes mean stands in `meter_channel`, "
        "billing summaries, reading types and rules of local time in tables of their own. Times are instants "
        "and land in the time of Taiwan; `meter_clock` keeps what the clock of the file showed. The meter is "
        "`customer/usage point/meter reading`, by the links of the feed."
    )
    standard = "NAESB REQ.21 ESPI (Green Button)"
    standard_version = "1.1, 3.3, 4.0"

    @property
    def max_bytes(self) -> int:
        """The size of a document that is read as a stream."""
        return limits.current().stream_bytes

    def recognises(self, source: Source) -> bool:
        """Say whether the head names the namespace of ESPI and begins with one of its roots."""
        head = source.head.replace(b"\x00", b"") if b"\x00" in source.head[:4] else source.head
        if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<") or not _ROOT.search(head):
            return False
        # A feed may declare the namespace only deep inside, beyond the head; Atom with a Green Button link
        # is one too.
        return _ESPI.encode() in head or b"/espi/1_1/resource/" in head

    def read(self, source: Source) -> Reading:
        """Read the file into Parquet files in the scratch folder.

        Raises:
            UnreadableDocumentError: It is not well-formed XML, has a document type, or holds no record.
        """
        if source.scratch is None:
            raise ValueError("a Green Button file needs a scratch folder")
        xml_document.refuse_document_type(source.head)
        return _Parse(source.path, source.scratch).run()


@dataclass
class _Columns:
    """Readings on their way to the scratch file, in document order."""

    block: list[int] = field(default_factory=list)
    start_s: list[int | None] = field(default_factory=list)
    minutes: list[int | None] = field(default_factory=list)
    quantity: list[str | None] = field(default_factory=list)
    letter: list[int | None] = field(default_factory=list)
    written: int = 0

    @property
    def count(self) -> int:
        return self.written + len(self.block)

    def table(self) -> pa.Table:
        """Give the readings that wait, and forget them."""
        lists = (self.block, self.start_s, self.minutes, self.quantity, self.letter)
        arrays = [
            pa.array(one, pa.string()).cast(kind.type)
            if kind.name == "quantity"
            else pa.array(one, kind.type)
            for one, kind in zip(lists, _SCRATCH, strict=True)
        ]
        self.written += len(self.block)
        for one in lists:
            one.clear()
        return pa.Table.from_arrays(arrays, schema=_SCRATCH)


@dataclass
class _Meter:
    """What the readings of one path of links have shown."""

    number: int
    qualities: Counter[str] = field(default_factory=Counter)
    first_s: int = LAST_EPOCH_S
    last_end_s: int = FIRST_EPOCH_S
    minutes: set[int] = field(default_factory=set)
    offsets: list[tuple[int, int]] = field(default_factory=list)

    def seen(self, start_s: int, end_s: int) -> None:
        self.first_s, self.last_end_s = min(self.first_s, start_s), max(self.last_end_s, end_s)


class _Parse:
    """One pass over the file, then one over its readings."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self._path = path
        self._scratch = scratch
        self._feed = Feed()
        self._meters: dict[str, _Meter] = {}
        self._columns = _Columns()
        self._raw = scratch / "readings.raw.parquet"
        self._writer = pq.ParquetWriter(self._raw, _SCRATCH, compression="none")
        # The meter of each block, filled when its entry ends; -1 until then.
        self._block_meter = array.array("i")
        self._root = "feed"
        self._entry = 0
        self._entry_blocks: list[int] = []
        self._entry_meter = _Meter(-1)
        self._in_block = 0
        self._seen = 0
        self._block_first = 1
        self._blocks = SideWriter("meter_block", scratch)
        self._notes = SideWriter("meter_reading_note", scratch)
        self._rejected = SideWriter("rejected_record", scratch)
        self._types = SideWriter("meter_reading_type", scratch)
        self._rules = SideWriter("meter_time_rule", scratch)
        self._summaries = SideWriter("meter_usage_summary", scratch)
        self._first_rejections: list[Rejection] = []
        self._bad_records = 0
        self._bad_in_place = 0
        self._paths: dict[str, _Paths] = {}

    def run(self) -> Reading:
        encoding = self._stream()
        self._end_entry(())
        self._flush()
        self._writer.close()
        self._name_strays()
        return self._reading(encoding)

    def _name_strays(self) -> None:
        """Name readings that no block holds, or that have another namespace than their neighbours."""
        strays = self._seen - self._columns.count
        if strays <= 0:
            return
        one = rejection(
            "wrong_place",
            "//IntervalReading",
            field="IntervalReading",
            expected="readings directly in an IntervalBlock, in its namespace",
            found=f"{strays} elsewhere",
        )
        self._bad_records += strays
        self._rejected.add(as_row(one))
        self._first_rejections.append(one)

    def _stream(self) -> str:
        """Pass over the elements, and return the encoding."""
        events = etree.iterparse(
            str(self._path), events=("end",), tag=[f"{{*}}{name}" for name in _TAGS], **xml_document.SAFE
        )
        root: etree._Element | None = None
        try:
            for _, element in events:
                if root is None:
                    root = element.getroottree().getroot()
                    self._root = _local(root)
                    if root.getroottree().docinfo.internalDTD is not None:
                        raise unreadable(
                            "unsafe_xml", "line 1", expected="no document type", found="<!DOCTYPE"
                        )
                tag = element.tag
                if tag.endswith("IntervalReading"):
                    self._seen += 1
                    self._in_block += 1
                    if self._in_block > _BATCH:
                        self._part_of_block(element)
                else:
                    self._element(element, tag.rpartition("}")[2])
        except etree.XMLSyntaxError as error:
            locator = f"line {error.lineno}" if error.lineno else "file"
            raise unreadable(
                "bad_xml", locator, expected="a complete XML document", found=str(error)
            ) from error
        except LookupError as error:
            raise unreadable(
                "wrong_encoding", expected="an encoding that is known", found=str(error)
            ) from error
        if root is None:
            return "utf-8"
        return (root.getroottree().docinfo.encoding or "utf-8").lower()

    def _element(self, element: etree._Element, name: str) -> None:
        if name == "IntervalBlock":
            self._end_block(element)
            return
        if name == "entry":
            self._end_entry(entry_links(element))
            _forget(element)
            return
        self._resource(element, name)

    def _resource(self, element: etree._Element, name: str) -> None:
        locator = self._locator(name)
        if name == "ReadingType":
            one = ReadingType.read(element)
            self._feed.take(one)
            self._types.add(one.row(locator))
        elif name == "LocalTimeParameters":
            rule = TimeRule.read(element)
            self._feed.take(rule)
            self._rules.add(rule.row(locator))
        elif name in ("UsageSummary", "ElectricPowerUsageSummary"):
            self._feed.take_summary(element, locator)
        elif name in ("UsagePoint", "MeterReading"):
            self._feed.take_element(element, name)

    def _locator(self, name: str) -> str:
        """Return the path of plain steps to a resource of the current entry."""
        if self._root == "feed":
            return f"/feed/entry[{self._entry + 1}]/content/{name}"
        return f"/entry/content/{name}" if self._root == "entry" else f"/{name}"

    def _block_locator(self) -> str:
        path = self._locator("IntervalBlock")
        return path if self._root == "IntervalBlock" else f"{path}[{len(self._entry_blocks) + 1}]"

    # Blocks: their readings are taken column by column, or one by one where they are not alike.

    def _part_of_block(self, current: etree._Element) -> None:
        """Take the readings before the current one out of a block that has not ended."""
        block = current.getparent()
        if block is None:
            return
        self._take(block, self._paths_of(current), _BATCH)
        # The current reading stays: what follows it may be in the parser's hands.
        del block[: block.index(current)]
        self._in_block = 1

    def _end_block(self, block: etree._Element) -> None:
        number = len(self._block_meter)
        self._block_meter.append(-1)
        if self._in_block:
            first = next((one for one in block if _local(one) == "IntervalReading"), None)
            if first is not None:
                self._take(block, self._paths_of(first), None)
        self._blocks.add(
            {
                "first_reading_number": self._block_first,
                "reading_count": self._columns.count + 1 - self._block_first,
                "locator": self._block_locator(),
            }
        )
        self._entry_blocks.append(number)
        self._block_first = self._columns.count + 1
        self._in_block = 0
        _forget(block)

    def _paths_of(self, reading: etree._Element) -> _Paths:
        namespace = etree.QName(reading).namespace or ""
        if namespace not in self._paths:
            self._paths[namespace] = _Paths(namespace)
        return self._paths[namespace]

    def _take(self, block: etree._Element, paths: _Paths, limit: int | None) -> None:
        """Take the first `limit` readings of a block, or all."""
        number = len(self._block_meter) - (limit is None)
        if not self._alike(block, paths, limit, number):
            self._one_by_one(block, paths, limit, number)
        if len(self._columns.block) >= _ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._columns.block:
            self._writer.write_table(self._columns.table())

    def _alike(self, block: etree._Element, paths: _Paths, limit: int | None, number: int) -> bool:
        """Take readings which each have one start, duration and value, all plain; else take none."""
        texts = paths.columns(block, limit)
        if texts is None:
            return False
        starts, durations, values, qualities, zones = texts
        digits = "".join(starts)
        if not digits.isascii() or not digits.isdigit() or not _VALUES.fullmatch(" ".join(values)):
            return False
        seconds = list(map(int, starts))
        first, last = min(seconds), max(seconds)
        lengths = {one: int(one) if _WHOLE.fullmatch(one) else -1 for one in set(durations)}
        codes = Counter(qualities)
        if (
            first < FIRST_EPOCH_S
            or last >= LAST_EPOCH_S
            or any(not 0 <= one <= _LONGEST_INTERVAL_S or one % 60 for one in lengths.values())
            or codes.keys() - espi_codes.QUALITIES.keys()
        ):
            return False
        meter, columns = self._entry_meter, self._columns
        meter.qualities.update(codes or {"": len(starts)})
        meter.seen(first, last + max(lengths.values()))
        meter.minutes.update(one // 60 for one in lengths.values())
        if zones:
            for second, zone in zip(seconds, zones, strict=True):
                self._observe(second, _offset_minutes(zone))
        columns.letter += self._letters(qualities, codes, len(starts))
        columns.block += [number] * len(starts)
        columns.start_s += seconds
        columns.minutes += [lengths[one] // 60 for one in durations]
        columns.quantity += values
        return True

    def _letters(self, qualities: list[str], codes: Counter[str], count: int) -> list[int]:
        """Return the letters of readings with one code each, and note the codes that say more than `A`."""
        judged = {code: espi_codes.QUALITIES[code] for code in codes}
        if all(letter == "A" for letter, _ in judged.values()):
            return [0] * count
        first = self._columns.count + 1
        for index, code in enumerate(qualities):
            letter, meaning = judged[code]
            if letter != "A":
                self._notes.add(
                    {"reading_number": first + index, "quality_code": code, "quality_reason": meaning}
                )
        return [_LETTERS.index(judged[code][0]) for code in qualities]

    def _observe(self, start_s: int, minutes: int | None) -> None:
        """Keep where the offset that readings print changes, in whichever order they stand."""
        offsets = self._entry_meter.offsets
        if minutes is None:
            return
        if offsets and offsets[-1][1] == minutes:
            last = offsets[-1]
            # Of a run of one offset its ends are enough.
            if len(offsets) > 1 and offsets[-2][1] == minutes:
                offsets[-1] = (start_s, minutes)
            elif last[0] != start_s:
                offsets.append((start_s, minutes))
            return
        offsets.append((start_s, minutes))

    def _one_by_one(self, block: etree._Element, paths: _Paths, limit: int | None, number: int) -> None:
        columns = self._columns
        for one in [one for one in block if _local(one) == "IntervalReading"][:limit]:
            start, minutes, quantity, letter = self._judged(one, paths, columns.count + 1)
            columns.block.append(number)
            columns.start_s.append(start)
            columns.minutes.append(minutes)
            columns.quantity.append(None if quantity is None else f"{quantity:f}")
            columns.letter.append(letter)

    def _judged(self, reading: etree._Element, paths: _Paths, place: int) -> tuple[Any, ...]:
        """Return start, minutes, quantity and letter of a reading; what is bad is null and named."""
        start_text, duration_text, value_text, zone = (paths.text(reading, one) for one in _ONE)
        codes = [text for one in paths.qualities(reading) if (text := (one.text or "").strip())]
        wrong: list[tuple[str, str, str, str]] = []
        start = int(start_text) if _WHOLE.fullmatch(start_text) else None
        if start is None or not FIRST_EPOCH_S <= start < LAST_EPOCH_S:
            start = None
            wrong.append(("bad_epoch", "start", "whole seconds since 1970 UTC, 1331442000", start_text))
        duration = int(duration_text) if _WHOLE.fullmatch(duration_text or "0") and duration_text else 0
        minutes: int | None = duration // 60
        if duration < 0 or duration % 60 or duration > _LONGEST_INTERVAL_S or _not_whole(duration_text):
            minutes = None
            wrong.append(("bad_interval", "duration", "whole minutes, in seconds, 900", duration_text))
        quantity, problem = _quantity(value_text)
        if problem:
            wrong.append((problem, "value", "a number below 10^12", value_text))
        letter, meaning = espi_codes.worst_quality(codes)
        if not value_text:
            # The element is optional: the meter gave no value, which is not zero.
            letter = "N"
        if wrong or start is None:
            quantity = None
            self._reject(reading, place, wrong)
        else:
            self._remember(place, codes, (letter, meaning), start, duration)
            self._observe(start, _offset_minutes(zone))
        return start, minutes, quantity, None if wrong else _LETTERS.index(letter)

    def _remember(
        self, place: int, codes: list[str], quality: tuple[str, str], start: int, duration: int
    ) -> None:
        meter = self._entry_meter
        meter.qualities[",".join(codes)] += 1
        meter.seen(start, start + duration)
        meter.minutes.add(duration // 60)
        if (quality[0] != "A" and codes) or len(codes) > 1:
            self._notes.add(
                {"reading_number": place, "quality_code": ",".join(codes), "quality_reason": quality[1]}
            )

    def _reject(self, reading: etree._Element, place: int, wrong: list[tuple[str, str, str, str]]) -> None:
        self._bad_records += 1
        self._bad_in_place += 1
        original = str(etree.tostring(reading, encoding="unicode", with_tail=False))
        for code, name, expected, found in wrong:
            locator = f"{self._block_locator()}/IntervalReading[{place + 1 - self._block_first}]"
            one = rejection(code, locator, field=name, expected=expected, found=found, original_text=original)
            self._rejected.add(as_row(one))
            if len(self._first_rejections) < _REJECTIONS_SHOWN:
                self._first_rejections.append(one)

    # Entries: links say which meter the blocks belong to.

    def _end_entry(self, links: Sequence[tuple[str, str]]) -> None:
        self._feed.end_entry(links, self._summaries)
        if self._entry_blocks:
            path = meter_path(links)
            meter = self._meters.setdefault(path, _Meter(len(self._meters)))
            seen = self._entry_meter
            meter.qualities.update(seen.qualities)
            meter.minutes |= seen.minutes
            meter.offsets += seen.offsets
            meter.seen(seen.first_s, seen.last_end_s)
            for block in self._entry_blocks:
                self._block_meter[block] = meter.number
        self._entry_blocks, self._entry_meter = [], _Meter(-1)
        self._entry += 1

    # The second pass.

    def _reading(self, encoding: str) -> Reading:
        names = self._feed.names(list(self._meters))
        channels, clocks = (
            SideWriter("meter_channel", self._scratch),
            SideWriter("meter_clock", self._scratch),
        )
        units = []
        message = ""
        for path, meter in self._meters.items():
            row, rule = self._feed.channel(path)
            units.append(row.get("unit") or "")
            codes = sorted((code or "none", count) for code, count in meter.qualities.items())
            minutes = sorted(meter.minutes)
            zone, clock = clock_of(rule, meter.first_s, meter.last_end_s)
            if meter.offsets:
                zone, clock = "as each reading prints it", observed_clock(meter.offsets)
            if rule is None and not meter.offsets:
                message = "The file does not say its local time; its instants are known all the same."
            channels.add(
                row
                | {
                    "meter": names[path],
                    "interval_minutes": ",".join(map(str, minutes[:5])) or None,
                    "source_zone": zone,
                    "quality_codes": " ".join(f"{code}:{count}" for code, count in codes[:40]),
                }
            )
            for one in clock.rows(names[path]) if clock else ():
                clocks.add(one)
        tables: dict[str, Any] = side_tables(
            meter_channel=channels,
            meter_clock=clocks,
            meter_block=self._blocks,
            meter_reading_note=self._notes,
            rejected_record=self._rejected,
            meter_reading_type=self._types,
            meter_time_rule=self._rules,
            meter_usage_summary=self._summaries,
        )
        if self._columns.count:
            tables["meter_reading"] = self._typed(list(names.values()), units)
        if not tables.keys() - {"meter_block"}:
            raise unreadable("empty_file", expected="readings, reading types or summaries", found="none")
        return self._summed(tables, sorted(names.values()), encoding, message)

    def _summed(self, tables: dict[str, Any], meters: list[str], encoding: str, message: str) -> Reading:
        first = min((one.first_s for one in self._meters.values()), default=LAST_EPOCH_S)
        last = max((one.last_end_s for one in self._meters.values()), default=FIRST_EPOCH_S)
        start, end = days_of(first, max(last, first + 1)) if first < LAST_EPOCH_S else (None, None)
        return Reading(
            records=tables,
            rejections=self._first_rejections,
            records_rejected=self._bad_records,
            records_in_place=self._bad_in_place,
            document_key=document_key(meters, start, end),
            document_date=self._feed.updated,
            period_start=start,
            period_end=end,
            encoding=encoding,
            message=message,
        )

    def _typed(self, meters: list[str], units: list[str]) -> Path:
        """Give the readings their meter, unit and landing time, row group by row group."""
        target = self._scratch / "meter_reading.parquet"
        schema = store.arrow_schema("meter_reading")
        meter_of_block = np.frombuffer(self._block_meter, dtype=np.int32)
        shift = pa.scalar(LANDING_OFFSET_S, pa.int64())
        with (
            pq.ParquetFile(self._raw) as raw,
            pq.ParquetWriter(target, schema, compression="zstd", version="2.6") as writer,
        ):
            for batch in raw.iter_batches(batch_size=_ROWS_A_GROUP):
                which = pa.array(meter_of_block[batch.column("block").to_numpy()])
                seconds = pc.add(batch.column("start_s"), shift)
                columns = [
                    pa.DictionaryArray.from_arrays(which, pa.array(meters, pa.string())).cast(pa.string()),
                    pc.multiply(seconds, pa.scalar(1_000_000, pa.int64())).cast(pa.timestamp("us")),
                    batch.column("minutes"),
                    batch.column("quantity"),
                    pc.if_else(
                        pc.equal(taken := pa.array(units, pa.string()).take(which), ""),
                        pa.scalar(None, pa.string()),
                        taken,
                    ),
                    pa.DictionaryArray.from_arrays(
                        batch.column("letter"), pa.array(_LETTERS, pa.string())
                    ).cast(pa.string()),
                ]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))
        self._raw.unlink()
        return target


class _Paths:
    """The compiled paths into a reading, for one namespace."""

    def __init__(self, namespace: str) -> None:
        prefix = "e:" if namespace else ""
        spaces = {"e": namespace} if namespace else None

        def path(expression: str) -> Any:
            return etree.XPath(expression.replace("@", prefix), namespaces=spaces, smart_strings=False)

        self._columns = {
            limited: [
                path(f"@IntervalReading{cut}/{one}/text()")
                for one in ("@timePeriod/@start", "@timePeriod/@duration", "@value")
            ]
            + [
                path(f"@IntervalReading{cut}/@ReadingQuality/@quality/text()"),
                path(f"@IntervalReading{cut}/@timePeriod/@timezone/text()"),
                path(
                    f"count(@IntervalReading{cut}[@timePeriod/@start and @timePeriod/@duration and @value])"
                ),
                path(f"count(@IntervalReading{cut}[@ReadingQuality/@quality])"),
                path(f"count(@IntervalReading{cut}[@timePeriod/@timezone])"),
                path(f"count(@IntervalReading{cut})"),
            ]
            for limited, cut in ((True, "[position() <= $limit]"), (False, ""))
        }
        self._one = {
            "start": path("string(@timePeriod/@start)"),
            "duration": path("string(@timePeriod/@duration)"),
            "value": path("string(@value)"),
            "timezone": path("string(@timePeriod/@timezone)"),
        }
        self.qualities = path("@ReadingQuality/@quality")

    def columns(self, block: etree._Element, limit: int | None) -> list[list[str]] | None:
        """Return start, duration, value, quality and zone of the readings, or nothing where they differ.

        As many values as readings, and no reading without one, means one in each.
        """
        compiled = self._columns[limit is not None]
        given = {} if limit is None else {"limit": limit}
        count = int(compiled[8](block, **given))
        texts = [one(block, **given) for one in compiled[:5]]
        if not count or any(len(texts[index]) != count for index in range(3)):
            return None
        complete = [compiled[5](block, **given)]
        complete += [compiled[index + 3](block, **given) for index in (3, 4) if texts[index]]
        if any(one != count for one in complete) or any(len(one) not in (0, count) for one in texts[3:]):
            return None
        return texts

    def text(self, reading: etree._Element, name: str) -> str:
        """Return the text of one part of a reading."""
        return str(self._one[name](reading)).strip()


_ONE = ("start", "duration", "value", "timezone")


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _forget(element: etree._Element) -> None:
    """Let go of an element that has been read, and of its like before it."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs do not know it
    parent = element.getparent()
    if parent is None:
        return
    while (before := element.getprevious()) is not None and before.tag == element.tag:
        parent.remove(before)


def _doctype() -> Exception:
    return unreadable("unsafe_xml", "line 1", expected="no document type", found="<!DOCTYPE")


def _not_whole(text: str) -> bool:
    return bool(text) and not _WHOLE.fullmatch(text)


def _quantity(text: str) -> tuple[Decimal | None, str]:
    """Return a value, or nothing and the reason; an absent one has neither."""
    if not text:
        return None, ""
    try:
        amount = Decimal(text) if len(text) <= 40 else Decimal("nan")
        rounded = amount.quantize(Decimal("0.000001"))
    except InvalidOperation:
        return None, "bad_number"
    if not amount.is_finite() or abs(amount) >= LARGEST_QUANTITY or rounded != amount or "_" in text:
        return None, "bad_number"
    return rounded, ""


def _offset_minutes(zone: str) -> int | None:
    """Return the offset of a reading's own `timezone` element, a vendor's addition such as `-0500`."""
    match = re.fullmatch(r"([+-])([0-9]{2}):?([0-9]{2})", zone.strip())
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes
