"""What a contract says about a table of readings: how time, value, unit and quality are written.

`contracts/meter/<kind>.yml` beside this file are the product's own; a steward's stand in `contracts/meter/`
of the home. A contract with any fault is refused as a whole, each fault with its line.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from tracetonne.landing import declared_file
from tracetonne.landing.declared_file import Fault
from tracetonne.landing.meter_channel import CUMULATIVE, FORWARD, INTERVAL, RATE, REVERSE

CONTRACTS = Path(__file__).parent / "contracts" / "meter"
LANDING_ZONE = "Asia/Taipei"
ENCODINGS = ("utf-8", "cp950", "big5hkscs", "cp1252", "latin-1", "utf-16")
# Ways in which systems write the quality of a value; `words` lists them one by one.
QUALITY_SCHEMES = {
    "opc_ua": "Good, Uncertain, Bad by name, or the status code as a number (its highest two bits)",
    "opc_da": "the quality byte: 192 and more good, 64 to 191 uncertain, less bad",
    "percent_good": "100 good, 0 bad, between them uncertain",
    "words": "by the list `words`",
}
LETTERS = {"A": "actual", "E": "estimated", "S": "substituted", "F": "final substituted", "N": "no value"}
# What historians print in place of a number: the digital states of PI and its like.
STATES = (
    "Bad", "Bad Input", "Bad Data", "I/O Timeout", "IO Timeout", "No Data", "No Sample", "Not Connect",
    "Not Available", "Comm Fail", "Calc Failed", "Scan Off", "Scan Timeout", "Shutdown", "Pt Created",
    "Under Range", "Over Range", "Out of Service", "Configure", "Error", "NaN", "nan", "null", "NULL",
    "N/A", "#N/A", "--", "Arc Off-line", "Intf Shut", "Equip Fail", "Sensor Fail", "Trace Off", "Unit Down",
)  # fmt: skip


@dataclass(frozen=True)
class TimeForm:
    """How the time of a reading is written.

    Args:
        column: Its heading.
        format: The form in the signs of strptime; `%z` where each time has its offset.
        calendar: western or roc (the year counts from 1911).
        zone: The zone of local times; without meaning where each has its offset.
        label: What a time marks: the start or the end of its interval.
        midnight: same_day, or next_day where the last interval of a day is printed 00:00 of that same day.
        interval_minutes: Length of an interval; zero for the reads of a register.
    """

    column: str
    format: str
    calendar: str = "western"
    zone: str = LANDING_ZONE
    label: str = "start"
    midnight: str = "same_day"
    interval_minutes: int = 15

    @property
    def has_offset(self) -> bool:
        """Whether each time has its offset."""
        return "%z" in self.format


@dataclass(frozen=True)
class ChannelForm:
    """A column of a wide table, or a tag of a long one.

    Args:
        column: Its heading, or the tag.
        meter: The meter of the master data; the column if not given.
        unit: Unit of the readings.
        quality_column: The column of its quality, in a wide table.
        commodity: electricity, natural_gas, heat, water or another word.
        flow_direction: forward or reverse.
        accumulation: interval (the quantity of it), rate (a mean over it) or cumulative (a register).
        multiplier: Reading times multiplier is the quantity.
    """

    column: str
    meter: str
    unit: str
    quality_column: str = ""
    commodity: str = ""
    flow_direction: str = FORWARD
    accumulation: str = INTERVAL
    multiplier: str = ""


@dataclass(frozen=True)
class MeterContract:
    """One kind of table of readings."""

    kind: str
    version: str
    title: str
    title_zh: str
    about: str
    layout: str
    file_format: str
    delimiter: str
    encoding: str
    decimal: str
    time: TimeForm
    channels: tuple[ChannelForm, ...]
    meter_column: str
    meter_name: str
    meter_from_file_name: str
    value_column: str
    unit: str
    unit_column: str
    accumulation: str
    other_tags: str
    quality_scheme: str
    quality_column: str
    quality_words: Mapping[str, str]
    states: tuple[str, ...]
    ignore: tuple[str, ...] = field(default_factory=tuple)

    @property
    def needed(self) -> list[str]:
        """The headings that a table of this kind has."""
        names = [
            self.time.column,
            self.meter_column,
            self.value_column,
            self.unit_column,
            self.quality_column,
        ]
        if self.layout == "wide":
            names += [name for one in self.channels for name in (one.column, one.quality_column)]
        return [name for name in dict.fromkeys(names) if name]

    @property
    def readings_a_row(self) -> int:
        """How many readings stand in a row: one a channel of a wide table."""
        return len(self.channels) if self.layout == "wide" else 1


_TEXT = {"type": "string", "minLength": 1}
_WORD = {"type": "string", "pattern": r"^[^\s,;]+$"}


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_CHANNEL = _object(
    {
        "column": _TEXT,
        "meter": _WORD,
        "unit": _TEXT,
        "quality_column": _TEXT,
        "commodity": _WORD,
        "flow_direction": {"enum": [FORWARD, REVERSE]},
        "accumulation": {"enum": [INTERVAL, RATE, CUMULATIVE]},
        "multiplier": {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,6})?$"},
    },
    ("column", "unit"),
)
SCHEMA = _object(
    {
        "version": _TEXT,
        "title": _TEXT,
        "title_zh": _TEXT,
        "about": _TEXT,
        "layout": {"enum": ["long", "wide"]},
        "file": _object(
            {
                "format": {"enum": ["csv", "parquet"]},
                "delimiter": {"enum": [",", ";", "\t", "|"]},
                "encoding": {"enum": list(ENCODINGS)},
                "decimal": {"enum": [".", ","]},
            }
        ),
        "time": _object(
            {
                "column": _TEXT,
                "format": {"type": "string", "pattern": "%"},
                "calendar": {"enum": ["western", "roc"]},
                "zone": _TEXT,
                "label": {"enum": ["start", "end"]},
                "midnight": {"enum": ["same_day", "next_day"]},
                "interval_minutes": {"type": "integer", "minimum": 0, "maximum": 1440},
            },
            ("column", "format", "label", "interval_minutes"),
        ),
        "meter": _object({"column": _TEXT, "name": _WORD, "file_name": _TEXT}),
        "value": _object(
            {
                "column": _TEXT,
                "unit": _TEXT,
                "unit_column": _TEXT,
                "accumulation": {"enum": [INTERVAL, RATE, CUMULATIVE]},
            },
            ("column",),
        ),
        "channels": {"type": "array", "minItems": 1, "items": _CHANNEL},
        "other_tags": {"enum": ["land", "refuse"]},
        "quality": _object(
            {
                "scheme": {"enum": list(QUALITY_SCHEMES)},
                "column": _TEXT,
                "words": {"type": "object", "additionalProperties": {"enum": list(LETTERS)}},
            },
            ("scheme",),
        ),
        "states": {"type": "array", "items": _TEXT},
        "ignore": {"type": "array", "items": _TEXT},
    },
    ("version", "title", "title_zh", "layout", "time"),
)


def load(path: Path, *, is_own: bool = False) -> MeterContract:
    """Read a contract.

    Args:
        path: The file; its name is the kind.
        is_own: Whether a steward wrote it, so that its content is part of the version.

    Raises:
        WrongUseError: It cannot be used; every fault is named with its line.
    """
    written, data = declared_file.load(path, SCHEMA, "contract", "此讀值合約")
    declared_file.refuse(path, "contract", "此讀值合約", _faults(path.stem, written))
    given = written.get("file", {})
    meter, value, quality = (written.get(name, {}) for name in ("meter", "value", "quality"))
    digest = hashlib.sha256(data).hexdigest()[:8]
    return MeterContract(
        kind=path.stem,
        version=f"{written['version']}-{digest}" if is_own else written["version"],
        title=written["title"],
        title_zh=written["title_zh"],
        about=written.get("about", "").strip(),
        layout=written["layout"],
        file_format=given.get("format", "csv"),
        delimiter=given.get("delimiter", ","),
        encoding=given.get("encoding", "utf-8"),
        decimal=given.get("decimal", "."),
        time=TimeForm(**written["time"]),
        channels=tuple(
            ChannelForm(**{"meter": _meter_of(one["column"]), **one}) for one in written.get("channels", ())
        ),
        meter_column=meter.get("column", ""),
        meter_name=meter.get("name", ""),
        meter_from_file_name=meter.get("file_name", ""),
        value_column=value.get("column", ""),
        unit=value.get("unit", ""),
        unit_column=value.get("unit_column", ""),
        accumulation=value.get("accumulation", INTERVAL),
        other_tags=written.get("other_tags", "refuse" if written.get("channels") else "land"),
        quality_scheme=quality.get("scheme", ""),
        quality_column=quality.get("column", ""),
        quality_words=quality.get("words", {}),
        states=(*STATES, *written.get("states", ())),
        ignore=tuple(written.get("ignore", ())),
    )


def _meter_of(column: str) -> str:
    return re.sub(r"[\s,;]+", "_", column)


@functools.cache
def built_in() -> tuple[MeterContract, ...]:
    """Return the product's own contracts, in the order of their names."""
    return tuple(load(path) for path in sorted(CONTRACTS.glob("*.yml")))


def _faults(kind: str, written: dict[str, Any]) -> list[Fault]:
    """Return what a schema cannot judge."""
    faults = []
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,40}", kind):
        faults.append(
            Fault((), "the file's name must be small letters, digits and _, such as dcs_boiler.yml")
        )
    time, meter, value = (written.get(name, {}) for name in ("time", "meter", "value"))
    zone = time.get("zone")
    if zone and zone not in available_timezones():
        faults.append(Fault(("time", "zone"), f"{zone!r} is no zone of the IANA database"))
    form = time.get("format", "")
    if time.get("calendar") == "roc" and not form.startswith("%Y"):
        faults.append(Fault(("time", "format"), "an ROC time begins with its year, %Y"))
    if time.get("interval_minutes") == 0 and time.get("label") == "end":
        faults.append(Fault(("time", "interval_minutes"), "the reads of a register have no end: label start"))
    if time.get("midnight") == "next_day" and time.get("label") != "end":
        faults.append(Fault(("time", "midnight"), "next_day is for times that label the end"))
    if written.get("layout") == "wide":
        if not written.get("channels"):
            faults.append(Fault(("layout",), "a wide table needs channels, a column each"))
        if value or meter:
            faults.append(Fault(("layout",), "a wide table has no value and no meter of its own"))
    elif "column" not in value:
        faults.append(Fault(("layout",), "a long table needs value: {column, unit or unit_column}"))
    else:
        if len(meter) != 1:
            faults.append(Fault(("meter",), "give one of column, name or file_name"))
        if not value.get("unit") and not value.get("unit_column") and not written.get("channels"):
            faults.append(Fault(("value",), "give unit or unit_column"))
    quality = written.get("quality", {})
    if quality.get("scheme") == "words" and not quality.get("words"):
        faults.append(Fault(("quality",), "the scheme words needs words"))
    try:
        pattern = re.compile(meter.get("file_name", ""))
        if meter.get("file_name") and "meter" not in pattern.groupindex:
            faults.append(Fault(("meter", "file_name"), "the pattern needs a group (?P<meter>…)"))
    except re.error as error:
        faults.append(Fault(("meter", "file_name"), f"no pattern: {error}"))
    return faults
