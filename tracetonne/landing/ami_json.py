"""Quarter-hour readings of Taipower smart meters (台電 AMI), as its customer pages answer in JSON.

Taipower publishes no specification. The rows are those of the answer `fifteenlist`: `time`, `power` (kWh in
the quarter) and `isMssingData` (so spelled; 1 says that the quarter is missing, whatever `power` says). The
answer itself names neither meter nor day, so the contract of this reader asks for both around it:

    {"meter": "05123456789", "date": "2025-01-31", "listAMIBase15MinData": [...]}
    {"meter": "05123456789", "data": {"2025-01-31": {"listAMIBase15MinData": [...]}, ...}}

or a list of such objects. `label` says what `time` marks, `start` or `end` of the quarter; without it a day
from 00:00 is labelled by its starts and one from 00:15 by its ends, of which 00:00 or 24:00 is the last.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracetonne.landing import json_document, text
from tracetonne.landing.meter_channel import FORWARD, INTERVAL, SideWriter, document_key, side_tables
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import as_row, rejection, unreadable

ROWS = "listAMIBase15MinData"
TOTALS = "listAMIBase4PeriodData"
METER_KEYS = ("meter", "account", "custNo", "電號", "表號")
DATE_KEYS = ("date", "queryDate", "日期")
_TIME = re.compile(r"([01][0-9]|2[0-4]):?(00|15|30|45)")
_VALUE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_MINUTES = 15
_LABELS = {"start": 0, "end": -_MINUTES}
_WANTED = f'{{"meter": "…", "date": "2025-01-31", "{ROWS}": […]}}'


@dataclass(frozen=True)
class _Day:
    """The rows of one answer with what stands around them."""

    meter: str
    date: str
    label: str
    rows: list[Any]
    locator: str


class AmiReader:
    """Reads the quarter hours of Taipower smart meters."""

    kind = "taipower_ami"
    title = "Taipower AMI quarter-hour readings (JSON)"
    title_zh = "台電 AMI 15 分鐘用電資料（JSON）"
    version = "2"
    family = "meters"
    about = (
        "*JSON.* Taipower publishes no specification: the rows are those of its answer `fifteenlist` "
        "(`time`, `power` in kWh, `isMssingData`), and around them must stand what the answer leaves out: "
        '`{"meter": "05123456789", "date": "2025-01-31", "listAMIBase15MinData": [...]}`, or '
        '`{"meter": "…", "data": {"2025-01-31": {"listAMIBase15MinData": [...]}}}`, or a list of such. '
        "`label`, start or end, says what `time` marks; else a day from 00:00 is labelled by starts, one "
        "from 00:15 by ends. A row with `isMssingData` 1 is no value, whatever `power` says. Records that a "
        "landing counts are the rows; those of `listAMIBase4PeriodData` are totals, rejected one by one so "
        "that nothing counts twice."
    )
    standard = "answer `fifteenlist` of Taipower's customer pages, by the contract of this reader"
    standard_version = ""

    def recognises(self, source: Source) -> bool:
        """Say whether the document is JSON with the key of AMI answers."""
        head = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return head[:1] in (b"{", b"[") and any(f'"{key}"'.encode() in head for key in (ROWS, TOTALS))

    def read(self, source: Source) -> Reading:
        """Read the readings.

        Raises:
            UnreadableDocumentError: It is no complete JSON, or no answer in it names meter and day.
        """
        if source.scratch is None:
            raise ValueError("AMI readings need a scratch folder")
        parsed = json_document.parse(source, numbers_as_text=True)
        return _Parse(source).run(list(_answers(parsed, "$", {})))


def _answers(node: Any, locator: str, around: dict[str, str]) -> Iterator[_Day | Rejection]:
    """Find the answers in a document; what an object says of meter, date and label holds for those in it."""
    if isinstance(node, list):
        for index, one in enumerate(node):
            yield from _answers(one, f"{locator}[{index}]", around)
        return
    if not isinstance(node, dict):
        return
    for name, keys in (("meter", METER_KEYS), ("date", DATE_KEYS), ("label", ("label",))):
        said = next((str(node[key]).strip() for key in keys if isinstance(node.get(key), str)), "")
        if said:
            around = {**around, name: said}
    for key, value in node.items():
        place = f"{locator}.{key}" if re.fullmatch(r"\w+", key) else f'{locator}["{key}"]'
        if key == ROWS and isinstance(value, list):
            yield _Day(around.get("meter", ""), around.get("date", ""), around.get("label", ""), value, place)
        elif key == TOTALS and isinstance(value, list):
            for index in range(len(value)):
                yield rejection("tariff_total", f"{place}[{index}]", found=str(value[index])[:200])
        elif key in (ROWS, TOTALS) and value is not None and not isinstance(value, dict):
            yield rejection("bad_value", place, field=key, expected="a list of rows", found=str(value)[:200])
        elif isinstance(value, dict | list):
            inside = {**around, "date": key} if text.read_date(key)[0] else around
            yield from _answers(value, place, inside)


class _Parse:
    def __init__(self, source: Source) -> None:
        if source.scratch is None:
            raise ValueError("AMI readings need a scratch folder")
        self._readings = SideWriter("meter_reading", source.scratch)
        self._blocks = SideWriter("meter_block", source.scratch)
        self._channels = SideWriter("meter_channel", source.scratch)
        self._rejections: list[Rejection] = []
        self._bad_records = 0
        self._flags: dict[str, Counter[str]] = {}
        self._labels: dict[str, str] = {}
        self._days: set[datetime.date] = set()

    def run(self, found: list[_Day | Rejection]) -> Reading:
        for one in found:
            if isinstance(one, Rejection):
                self._rejections.append(one)
                self._bad_records += 1
            else:
                self._day(one)
        if not self._readings.count and not self._bad_records:
            raise unreadable("empty_file", expected=_WANTED, found="no row")
        for meter, flags in self._flags.items():
            self._channels.add(
                {
                    "meter": meter,
                    "service_point": meter,
                    "commodity": "electricity",
                    "flow_direction": FORWARD,
                    "unit": "kWh",
                    "base_unit": "kWh",
                    "accumulation": INTERVAL,
                    "interval_label": self._labels[meter],
                    "interval_minutes": str(_MINUTES),
                    "source_zone": "Asia/Taipei",
                    "quality_codes": " ".join(
                        f"isMssingData={flag}:{n}" for flag, n in sorted(flags.items())
                    ),
                }
            )
        tables: dict[str, Any] = side_tables(
            meter_reading=self._readings, meter_block=self._blocks, meter_channel=self._channels
        )
        if self._rejections:
            tables["rejected_record"] = [as_row(one) for one in self._rejections]
        start = min(self._days, default=None)
        end = max(self._days) + datetime.timedelta(days=1) if self._days else None
        return Reading(
            records=tables,
            rejections=self._rejections[:1000],
            records_rejected=self._bad_records,
            document_key=document_key(sorted(self._flags), start, end),
            document_date=max(self._days).isoformat() if self._days else "",
            period_start=start,
            period_end=end,
        )

    def _day(self, day: _Day) -> None:
        """Land the rows of one day; without meter, day or label none of them has a place."""
        date = text.read_date(day.date)[0]
        label = day.label or _label_of(
            [one.get("time") if isinstance(one, dict) else None for one in day.rows]
        )
        problem = ""
        if not re.fullmatch(r"[^\s,;]+", day.meter):
            problem, field, expected, seen = "missing_key", "meter", _WANTED, day.meter
        elif date is None:
            problem, field, expected, seen = "missing_key", "date", _WANTED, day.date
        elif label not in _LABELS:
            problem, field, expected = "missing_key", "label", '"label": "start" or "end"'
            seen = day.label or "quarters that do not begin at 00:00 or 00:15"
        if problem or date is None:
            for index, one in enumerate(day.rows):
                self._reject(problem, f"{day.locator}[{index}]", field, expected, seen, one)
            return
        self._labels[day.meter] = label
        first = self._readings.count + 1
        for index, one in enumerate(day.rows):
            self._row(day, date, _LABELS[label], index, one)
        landed = self._readings.count + 1 - first
        if landed:
            self._blocks.add({"first_reading_number": first, "reading_count": landed, "locator": day.locator})

    def _row(self, day: _Day, date: datetime.date, shift: int, index: int, row: Any) -> None:
        locator = f"{day.locator}[{index}]"
        if not isinstance(row, dict):
            self._reject("bad_value", locator, "row", '{"time", "power", "isMssingData"}', str(row), row)
            return
        printed, power = str(row.get("time") or "").strip(), row.get("power")
        flag = str(row.get("isMssingData", "")).strip()
        match = _TIME.fullmatch(printed)
        value = str(power).strip() if power is not None else ""
        if not match or (match[1] == "24" and match[2] != "00"):
            self._reject("bad_date", locator, "time", "00:15", printed, row)
        elif flag not in ("0", "1"):
            self._reject("bad_value", locator, "isMssingData", "0 | 1", flag, row)
        elif flag == "0" and not _VALUE.fullmatch(value):
            code = "negative_reading" if value.startswith("-") else "bad_number" if value else "empty_cell"
            self._reject(code, locator, "power", "a number of kWh, 0.25", value, row)
        else:
            minutes = int(match[1]) * 60 + int(match[2])
            if shift and not minutes:
                # The last quarter of a day labelled by ends is printed 00:00 of the same day, or 24:00.
                minutes = 24 * 60
            start = datetime.datetime.combine(date, datetime.time()) + datetime.timedelta(
                minutes=minutes + shift
            )
            self._days.add(start.date())
            self._flags.setdefault(day.meter, Counter())[flag] += 1
            self._readings.add(
                {
                    "meter": day.meter,
                    "interval_start_local": start,
                    "interval_minutes": _MINUTES,
                    "quantity": Decimal(value) if flag == "0" else None,
                    "unit": "kWh",
                    "quality": "A" if flag == "0" else "N",
                }
            )

    def _reject(self, code: str, locator: str, field: str, expected: str, found: str, row: Any) -> None:
        self._bad_records += 1
        self._rejections.append(
            rejection(code, locator, field=field, expected=expected, found=found, original_text=str(row))
        )


def _label_of(times: list[Any]) -> str:
    """Tell from the first and last time of a day what they mark, or nothing where they do not tell."""
    if not times:
        return "start"
    first, last = (str(one or "").strip().replace(":", "") for one in (times[0], times[-1]))
    if first == "0000":
        return "start" if last != "2400" else ""
    if first == "0015" or last == "2400":
        return "end"
    return ""
