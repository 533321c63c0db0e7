"""Codes of the Green Button (NAESB REQ.21 ESPI 4.0) that meter readings need, as `espi.xsd` lists them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from tracetonne.landing.meter_channel import CUMULATIVE, INTERVAL, RATE

# QualityOfReading: the letter of `meter_reading`, and what the standard says. What is no plain measurement
# counts as estimated, or as substituted where a person or a calculation put it there.
QUALITIES: dict[str, tuple[str, str]] = {
    "0": ("A", "valid"),
    "7": ("S", "manually edited"),
    "8": ("E", "estimated using reference day"),
    "9": ("E", "estimated using linear interpolation"),
    "10": ("E", "questionable"),
    "11": ("S", "derived"),
    "12": ("E", "projected (forecast)"),
    "13": ("E", "mixed"),
    "14": ("A", "raw"),
    "15": ("E", "normalized for weather"),
    "16": ("E", "other"),
    "17": ("A", "validated"),
    "18": ("A", "verified"),
    "19": ("A", "revenue-quality"),
}
UNKNOWN_QUALITY = ("E", "a code that the standard does not list")

# UnitSymbolKind: the symbol. Units of other things (voltage, angles) land as `uom 29`.
UNITS: dict[str, str] = {
    "72": "Wh", "71": "VAh", "73": "VArh", "38": "W", "61": "VA", "63": "VAr", "31": "J", "132": "BTU",
    "133": "BTU/h", "169": "therm", "42": "m3", "166": "m3", "167": "m3 compensated", "119": "ft3",
    "120": "ft3 compensated", "123": "ft3 compensated/h", "125": "m3/h", "126": "m3 compensated/h",
    "127": "m3/h", "128": "US gal", "129": "US gal/h", "130": "imperial gal", "131": "imperial gal/h",
    "134": "L", "137": "L/h", "106": "Ah", "5": "A", "29": "V", "3": "g", "111": "count", "33": "Hz",
    "65": "power factor",
}  # fmt: skip
# UnitMultiplierKind that reads as a prefix without doubt; `m` beside `M` is too easily misread.
_PREFIXES = {"0": "", "3": "k", "6": "M", "9": "G", "12": "T"}
_PREFIXED = {"Wh", "VAh", "VArh", "W", "VA", "VAr", "J", "g"}

FLOWS = {"1": "forward", "19": "reverse"}

# AccumulationKind: whether a value is that of its interval, of a register that only grows, or of a moment.
ACCUMULATIONS = {
    "1": CUMULATIVE,  # bulkQuantity
    "2": CUMULATIVE,  # continuousCumulative
    "3": CUMULATIVE,  # cumulative
    "4": INTERVAL,  # deltaData
    "6": RATE,  # indicating
    "9": CUMULATIVE,  # summation
    "12": RATE,  # instantaneous
}
_RATES = {"W", "VA", "VAr", *(unit for unit in UNITS.values() if unit.endswith("/h"))}

# CommodityKind of the readings, else ServiceKind of the usage point, in the words of the master data.
COMMODITIES = {
    "1": "electricity", "2": "electricity", "26": "electricity", "7": "natural_gas", "9": "water",
    "10": "heat",
}  # fmt: skip
SERVICES = {"0": "electricity", "1": "natural_gas", "2": "water", "4": "heat"}

_RULE = re.compile(r"[0-9A-Fa-f]{8}")
_NO_RULE = 0xFFFFFFFF


def unit_of(code: str, power_of_ten: str) -> str:
    """Return how a unit with its power of ten is written: `kWh`, `10^-2 Wh`, `uom 29`."""
    symbol = UNITS.get(code, f"uom {code}") if code else ""
    power = power_of_ten or "0"
    if not symbol or power == "0":
        return symbol
    if power in _PREFIXES and symbol in _PREFIXED:
        return _PREFIXES[power] + symbol
    return f"10^{power} {symbol}"


def accumulation_of(code: str, unit_code: str) -> str:
    """Return how a value is accumulated; without a code a unit of power tells a rate from an interval."""
    known = ACCUMULATIONS.get(code)
    if known and not (known == INTERVAL and UNITS.get(unit_code) in _RATES):
        return known
    return RATE if UNITS.get(unit_code) in _RATES else INTERVAL


def worst_quality(codes: Sequence[str]) -> tuple[str, str]:
    """Return letter and meaning of a reading's codes: the one that says least good of it."""
    found = [QUALITIES.get(code, UNKNOWN_QUALITY) for code in codes]
    return max(found, key=lambda one: "ASE".index(one[0])) if found else ("A", "")


def changeover(rule: str, year: int) -> datetime.datetime | None:
    """Return the local time in a year at which a DstRuleType begins or ends daylight saving.

    The rule is 32 bits in hexadecimal: month (28-31), operator (25-27), day of the month (20-24), day of the
    week, Monday 1 (17-19), hour (12-16), seconds (0-11). Source: `espi.xsd`, DstRuleType.
    """
    if not _RULE.fullmatch(rule):
        return None
    bits = int(rule, 16)
    if bits == _NO_RULE:
        return None
    month, operator, day = bits >> 28, bits >> 25 & 0x7, bits >> 20 & 0x1F
    weekday, hour, second = bits >> 17 & 0x7, bits >> 12 & 0x1F, bits & 0xFFF
    try:
        date = _changeover_day(year, month, operator, day, weekday)
        return datetime.datetime.combine(date, datetime.time(hour)) + datetime.timedelta(seconds=second)
    except ValueError:
        return None


def _changeover_day(year: int, month: int, operator: int, day: int, weekday: int) -> datetime.date:
    """Return the day by the operator: 0 the day, 1 the weekday on or after it, 2-6 the nth, 7 the last."""
    if operator == 0:
        return datetime.date(year, month, day)
    if not weekday:
        raise ValueError("no day of the week")
    first = datetime.date(year, month, day if operator == 1 else 1)
    on_or_after = first + datetime.timedelta(days=(weekday - first.isoweekday()) % 7)
    if operator == 1:
        return on_or_after
    if operator < 6:
        return on_or_after + datetime.timedelta(weeks=operator - 2)
    # 6 is the fifth or, where there is none, as 7 the last one of the month.
    last = on_or_after + datetime.timedelta(weeks=4)
    return last if last.month == month else last - datetime.timedelta(weeks=1)
