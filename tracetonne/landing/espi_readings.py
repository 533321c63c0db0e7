"""Interval readings of a Green Button file: taken column by column, or one by one where not alike."""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from tracetonne.heavy import pa, pq
from tracetonne.landing import espi_codes
from tracetonne.landing.espi_paths import PARTS, Paths, local_name
from tracetonne.landing.meter_channel import (
    FIRST_EPOCH_S,
    LARGEST_QUANTITY,
    LAST_EPOCH_S,
    Rejections,
    SideWriter,
)
from tracetonne.landing.reject import rejection

ROWS_A_GROUP = 100_000
LETTERS = ("A", "E", "S", "N")
# A billing period is the longest interval.
_LONGEST_INTERVAL_S = 400 * 86_400
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{0,15})?(?:[eE][+-]?[0-9]{1,2})?")
# Values with a blank between them, below 10^12 and with six decimals at most.
_VALUES = re.compile(r"(?:-?[0-9]{1,12}(?:\.[0-9]{1,6})?(?: |$))+")


@functools.cache
def _scratch_schema() -> pa.Schema:
    return pa.schema(
        [
            ("block", pa.int32()),
            ("start_s", pa.int64()),
            ("minutes", pa.int32()),
            ("quantity", pa.decimal128(18, 6)),
            ("letter", pa.int8()),
        ]
    )


@dataclass
class Meter:
    """What the readings of one path of links have shown."""

    number: int
    qualities: Counter[str] = field(default_factory=Counter)
    first_s: int = LAST_EPOCH_S
    last_end_s: int = FIRST_EPOCH_S
    minutes: set[int] = field(default_factory=set)
    # `(second, minutes from UTC)` where the offset that readings print changes, in the order of the file.
    offsets: list[tuple[int, int]] = field(default_factory=list)

    def seen(self, start_s: int, end_s: int) -> None:
        """Take the start and end of readings."""
        self.first_s, self.last_end_s = min(self.first_s, start_s), max(self.last_end_s, end_s)

    def add(self, other: Meter) -> None:
        """Take what readings of the same meter have shown elsewhere."""
        self.qualities.update(other.qualities)
        self.minutes |= other.minutes
        self.offsets += other.offsets
        self.seen(other.first_s, other.last_end_s)

    def observe(self, start_s: int, minutes: int | None) -> None:
        """Take the offset that a reading prints."""
        offsets = self.offsets
        if minutes is None:
            return
        if offsets and offsets[-1][1] == minutes:
            # Of a run of one offset its ends are enough.
            if len(offsets) > 1 and offsets[-2][1] == minutes:
                offsets[-1] = (start_s, minutes)
            elif offsets[-1][0] != start_s:
                offsets.append((start_s, minutes))
            return
        offsets.append((start_s, minutes))


@dataclass(frozen=True)
class Block:
    """A block as its readings need it.

    Args:
        number: Its number in the file, from 0.
        first: Number of its first reading in the file, from 1.
        locator: Its place.
        meter: What its entry has shown so far.
    """

    number: int
    first: int
    locator: str
    meter: Meter


@dataclass
class _Columns:
    """Readings on their way to the scratch file."""

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
            for one, kind in zip(lists, _scratch_schema(), strict=True)
        ]
        self.written += len(self.block)
        for one in lists:
            one.clear()
        return pa.Table.from_arrays(arrays, schema=_scratch_schema())


class Readings:
    """Takes the readings of blocks to a scratch file, in document order, by the number of their block.

    Args:
        scratch: An empty folder.
        rejections: Takes what is wrong with readings.
    """

    def __init__(self, scratch: Path, rejections: Rejections) -> None:
        self.path = scratch / "readings.raw.parquet"
        self.notes = SideWriter("meter_reading_note", scratch)
        self._rejections = rejections
        self._columns = _Columns()
        self._writer = pq.ParquetWriter(self.path, _scratch_schema(), compression="none")
        self._paths: dict[str, Paths] = {}

    @property
    def count(self) -> int:
        """How many were taken."""
        return self._columns.count

    def take(self, element: etree._Element, block: Block, limit: int | None = None) -> None:
        """Take the first `limit` readings of a block, or all."""
        first = next((one for one in element if local_name(one) == "IntervalReading"), None)
        if first is None:
            return
        namespace = etree.QName(first).namespace or ""
        if namespace not in self._paths:
            self._paths[namespace] = Paths(namespace)
        paths = self._paths[namespace]
        if not self._alike(element, block, paths, limit):
            self._one_by_one(element, block, paths, limit)
        if len(self._columns.block) >= ROWS_A_GROUP:
            self._flush()

    def close(self) -> None:
        """Finish the scratch file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._columns.block:
            self._writer.write_table(self._columns.table())

    def _alike(self, element: etree._Element, block: Block, paths: Paths, limit: int | None) -> bool:
        """Take readings which each have one start, duration and value, all plain; else take none."""
        texts = paths.columns(element, limit)
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
        meter, columns = block.meter, self._columns
        meter.qualities.update(codes or {"": len(starts)})
        meter.seen(first, last + max(lengths.values()))
        meter.minutes.update(one // 60 for one in lengths.values())
        if zones:
            for second, zone in zip(seconds, zones, strict=True):
                meter.observe(second, offset_minutes(zone))
        columns.letter += self._letters(qualities, codes, len(starts))
        columns.block += [block.number] * len(starts)
        columns.start_s += seconds
        columns.minutes += [lengths[one] // 60 for one in durations]
        columns.quantity += values
        return True

    def _letters(self, qualities: list[str], codes: Counter[str], count: int) -> list[int]:
        """Return the letters of readings with one code each, and note the codes that say more than `A`."""
        judged = {code: espi_codes.QUALITIES[code] for code in codes}
        if all(letter == "A" for letter, _ in judged.values()):
            return [0] * count
        first = self.count + 1
        for index, code in enumerate(qualities):
            letter, meaning = judged[code]
            if letter != "A":
                self.notes.add(
                    {"reading_number": first + index, "quality_code": code, "quality_reason": meaning}
                )
        return [LETTERS.index(judged[code][0]) for code in qualities]

    def _one_by_one(self, element: etree._Element, block: Block, paths: Paths, limit: int | None) -> None:
        columns = self._columns
        for one in [one for one in element if local_name(one) == "IntervalReading"][:limit]:
            start, minutes, quantity, letter = self._judged(one, paths, block)
            columns.block.append(block.number)
            columns.start_s.append(start)
            columns.minutes.append(minutes)
            columns.quantity.append(None if quantity is None else f"{quantity:f}")
            columns.letter.append(letter)

    def _judged(self, reading: etree._Element, paths: Paths, block: Block) -> tuple[Any, ...]:
        """Return start, minutes, quantity and letter of a reading; what is bad is null and named."""
        start_text, duration_text, value_text, zone = (paths.text(reading, one) for one in PARTS)
        codes = [text for one in paths.qualities(reading) if (text := (one.text or "").strip())]
        wrong: list[tuple[str, str, str, str]] = []
        start = whole_number(start_text)
        if start is None or not FIRST_EPOCH_S <= start < LAST_EPOCH_S:
            start = None
            wrong.append(("bad_epoch", "start", "whole seconds since 1970 UTC, 1331442000", start_text))
        duration = whole_number(duration_text) if duration_text else 0
        minutes = None if duration is None else duration // 60
        if duration is None or not 0 <= duration <= _LONGEST_INTERVAL_S or duration % 60:
            minutes = None
            wrong.append(("bad_interval", "duration", "whole minutes, in seconds, 900", duration_text))
        quantity, problem = quantity_of(value_text)
        if problem:
            wrong.append((problem, "value", "a number below 10^12", value_text))
        letter, meaning = espi_codes.worst_quality(codes)
        if not value_text:
            # The element is optional: the meter gave no value, which is not zero.
            letter = "N"
        if wrong or start is None or duration is None:
            self._reject(reading, block, wrong)
            return start, minutes, None, None
        self._remember(block.meter, codes, (letter, meaning), start, duration)
        block.meter.observe(start, offset_minutes(zone))
        return start, minutes, quantity, LETTERS.index(letter)

    def _remember(
        self, meter: Meter, codes: list[str], quality: tuple[str, str], start: int, duration: int
    ) -> None:
        meter.qualities[",".join(codes)] += 1
        meter.seen(start, start + duration)
        meter.minutes.add(duration // 60)
        if (quality[0] != "A" and codes) or len(codes) > 1:
            self.notes.add(
                {
                    "reading_number": self.count + 1,
                    "quality_code": ",".join(codes),
                    "quality_reason": quality[1],
                }
            )

    def _reject(self, reading: etree._Element, block: Block, wrong: list[tuple[str, str, str, str]]) -> None:
        """Name what is wrong with a reading; it counts once, and keeps its place."""
        original = str(etree.tostring(reading, encoding="unicode", with_tail=False))
        locator = f"{block.locator}/IntervalReading[{self.count + 2 - block.first}]"
        for index, (code, name, expected, found) in enumerate(wrong):
            one = rejection(code, locator, field=name, expected=expected, found=found, original_text=original)
            self._rejections.add(one, int(index == 0), int(index == 0))


def whole_number(text: str) -> int | None:
    """Return a number that is whole, however it is written, `900`, `900.0` or `9E2`; nothing otherwise."""
    if _WHOLE.fullmatch(text):
        return int(text)
    amount = Decimal(text) if _DECIMAL.fullmatch(text) else None
    if amount is None or abs(amount) >= 10**15 or amount != int(amount):
        return None
    return int(amount)


def quantity_of(text: str) -> tuple[Decimal | None, str]:
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


def offset_minutes(zone: str) -> int | None:
    """Return the offset of a reading's own `timezone` element, a vendor's addition such as `-0500`."""
    match = re.fullmatch(r"([+-])([0-9]{2}):?([0-9]{2})", zone.strip())
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes
