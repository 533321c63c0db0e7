"""The records of a NEM12 or NEM13 file in their order: what stands under what, and what is out of place.

A record of the source, as landings count them, is a value of a 300 record (as many as its 200 record says), a
read of a 250, and a 500 or 550 as a whole. Records 100, 200, 400 and 900 say what those are and land with
them; one of them that cannot be read, and any other line, is a record that is rejected.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from tracetonne.landing.meter_line import line_problem, lines_from
from tracetonne.landing.nem12_fields import (
    DIRECTIONS,
    FIELDS_250,
    LENGTHS_EXPECTED,
    MINUTES_A_DAY,
    QUALITY,
    READS_250,
    TRANSACTIONS,
    UNIT_250,
    UNITS,
    UNITS_EXPECTED,
    interval_minutes,
    interval_number,
    market_time,
    reason_of,
    values_in,
)
from tracetonne.landing.nem12_tables import Channel, Nem12Tables, Place
from tracetonne.landing.reject import unreadable


@dataclass
class _Day:
    """A 300 record until its 400 records are known."""

    place: Place
    channel: Channel
    midnight_s: int
    values: list[str]
    quality: tuple[str, str]
    # Quality and reason of each interval, by the 400 records; empty where none speaks of it.
    parts: list[tuple[str, str]]


class Nem12Records:
    """Reads the files of a document into its tables.

    Args:
        tables: Takes what the records say.
    """

    def __init__(self, tables: Nem12Tables) -> None:
        self._tables = tables
        self._member = ""
        # What the records below belong to: a 200 record, a 250 record, a 300 record.
        self._channel: Channel | None = None
        self._register: Channel | None = None
        self._day: _Day | None = None

    def file(self, handle: IO[bytes], member: str = "") -> None:
        """Read one file.

        Args:
            handle: Its bytes.
            member: The file of an archive, with `!` behind it.

        Raises:
            UnreadableDocumentError: The only file has no header.
        """
        self._member, self._channel, self._register, self._day = member, None, None, None
        version = ""
        ended = False
        for line in lines_from(handle, "utf-8"):
            if not line.text.strip(" ,\r\n"):
                continue
            place = Place(member, line.number, line.text)
            code, found = line_problem(line)
            if code:
                self._tables.reject(place, code, found=found)
                continue
            cells = [cell.strip() for cell in next(csv.reader(io.StringIO(line.text)), [])]
            if not version:
                version = self._header(cells, place)
                if not version:
                    return
            elif ended:
                self._tables.reject(place, "wrong_place", "record", "nothing after the 900 record")
            else:
                ended = cells[0] == "900"
                self._record(place, cells)
        self._end_day()
        if version and not ended:
            # It says that records may be missing, and is itself none that the file holds.
            found = "none: the file may be cut"
            self._tables.reject(
                Place(member, 0), "missing_element", "900", "a 900 record at the end", found, 0
            )

    def _header(self, cells: Sequence[str], place: Place) -> str:
        """Return the version that a 100 record states; a file of an archive without one is named."""
        if len(cells) >= 3 and cells[0] == "100" and cells[1] in ("NEM12", "NEM13"):
            self._tables.created = max(self._tables.created, cells[2][:8])
            return cells[1]
        expected, found = "100,NEM12,…", place.original[:100]
        if not self._member:
            raise unreadable("missing_element", place.locator, field="100", expected=expected, found=found)
        self._tables.reject(place, "missing_element", "100", expected, found)
        return ""

    def _record(self, place: Place, cells: list[str]) -> None:
        kind = cells[0]
        if kind not in ("400", "500"):
            self._end_day()
        if kind == "200":
            self._take_channel(place, cells)
        elif kind == "300":
            self._take_day(place, cells)
        elif kind == "400":
            self._take_part(place, cells)
        elif kind == "250":
            self._take_register(place, cells)
        elif kind in TRANSACTIONS:
            self._take_transaction(place, cells)
        elif kind != "900":
            expected = "200 | 250 | 300 | 400 | 500 | 550 | 900"
            self._tables.reject(place, "bad_value", "RecordIndicator", expected, kind)

    def _take_channel(self, place: Place, cells: list[str]) -> None:
        self._channel = None
        if len(cells) < 9 or not cells[1]:
            self._tables.reject(
                place, "wrong_columns", expected="at least 9 fields", found=f"{len(cells)} fields"
            )
            return
        minutes = interval_minutes(cells[8])
        unit = UNITS.get(cells[7].lower())
        if minutes is None:
            self._tables.reject(place, "bad_interval", "IntervalLength", LENGTHS_EXPECTED, cells[8])
        elif unit is None and cells[7]:
            self._tables.reject(place, "unknown_unit", "UOM", UNITS_EXPECTED, cells[7])
        else:
            self._channel = self._tables.channel(cells, unit, minutes, place)

    def _take_day(self, place: Place, cells: list[str]) -> None:
        channel = self._channel
        if channel is None:
            # The 200 record above says why; how many values there should be is not known then.
            self._tables.reject(place, "wrong_place", "300", "a 200 record that can be read", "none")
            return
        expected = MINUTES_A_DAY // channel.minutes
        date = cells[1] if len(cells) > 1 else ""
        midnight = market_time(date)
        if midnight is None:
            self._tables.reject(place, "bad_date", "IntervalDate", "20250131", date, expected)
            return
        if len(cells) < expected + 3 or not QUALITY.fullmatch(cells[expected + 2]):
            wanted = f"{expected} values of {channel.minutes} minutes, then a quality"
            found = f"{values_in(cells)} values"
            self._tables.reject(place, "wrong_columns", "", wanted, found, expected)
            return
        rest = cells[expected + 2 :] + [""] * 3
        quality = (rest[0], reason_of(rest[1], rest[2]))
        values = cells[2 : expected + 2]
        self._day = _Day(place, channel, midnight, values, quality, [("", "")] * expected)

    def _take_part(self, place: Place, cells: list[str]) -> None:
        """Give intervals of the day above their own quality."""
        if self._day is None:
            self._tables.reject(place, "wrong_place", "400", "a 300 record that can be read", "none")
            return
        cells = cells + [""] * (6 - len(cells))
        first, last = map(interval_number, cells[1:3])
        if not 1 <= first <= last <= len(self._day.parts) or not QUALITY.fullmatch(cells[3]):
            expected = f"first and last interval, 1 to {len(self._day.parts)}, and a quality"
            self._tables.reject(place, "bad_value", "400", expected, ",".join(cells[1:4]))
            return
        for index in range(first - 1, last):
            self._day.parts[index] = (cells[3], reason_of(cells[4], cells[5]))

    def _end_day(self) -> None:
        """Land the day whose 400 records are all there."""
        day, self._day = self._day, None
        if day is None:
            return
        for index, printed in enumerate(day.values):
            quality = day.parts[index] if day.parts[index][0] else day.quality
            start_s = day.midnight_s + index * day.channel.minutes * 60
            self._tables.reading(day.channel, start_s, printed, quality, day.place, index + 1)
        self._tables.block(len(day.values), day.place)

    def _take_register(self, place: Place, cells: list[str]) -> None:
        """Land the two reads of a register that a 250 record gives."""
        self._register = None
        reads = len(READS_250)
        if len(cells) < FIELDS_250 or not cells[1]:
            wanted, found = f"at least {FIELDS_250} fields", f"{len(cells)} fields"
            self._tables.reject(place, "wrong_columns", "", wanted, found, reads)
            return
        unit = UNITS.get(cells[UNIT_250].lower())
        moments = [moment for at in READS_250 if (moment := market_time(cells[at + 1])) is not None]
        if unit is None:
            self._tables.reject(place, "unknown_unit", "UOM", UNITS_EXPECTED, cells[UNIT_250], reads)
            return
        if len(moments) < reads:
            found = ", ".join(cells[at + 1] for at in READS_250)
            self._tables.reject(place, "bad_date", "RegisterReadDateTime", "20250131093000", found, reads)
            return
        channel = self._register = self._tables.channel(cells, unit, 0, place)
        channel.row["flow_direction"] = DIRECTIONS.get(cells[7], channel.row["flow_direction"])
        for moment, at in zip(moments, READS_250, strict=True):
            printed, _, quality, code, said = cells[at : at + 5]
            self._tables.reading(channel, moment, printed, (quality, reason_of(code, said)), place, 1)
        self._tables.block(reads, place)

    def _take_transaction(self, place: Place, cells: list[str]) -> None:
        """Land a 500 record, why and when a register was read, or a 550 record, the same of a register."""
        above, channel = ("200", self._channel) if cells[0] == "500" else ("250", self._register)
        if channel is None:
            expected = f"a {above} record that can be read"
            self._tables.reject(place, "wrong_place", cells[0], expected, "none")
            return
        columns = TRANSACTIONS[cells[0]]
        if not any(cells[1 : len(columns) + 1]):
            self._tables.reject(place, "missing_key", "TransCode", "A | C | D | E | G | N | O | R | S", "")
            return
        said = dict(zip(columns, (cell or None for cell in cells[1:]), strict=False))
        self._tables.transaction({"record_indicator": cells[0], "meter": channel.meter, **said}, place)
