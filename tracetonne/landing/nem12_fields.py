"""Fields of NEM12 and NEM13 records: times, qualities, reasons, units and flows.

Lists of allowed values come from `aemo_mdff_reader.spec` (AEMO Meter Data File Format 2.6).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from aemo_mdff_reader import spec

from tracetonne.landing.meter_channel import FIRST_EPOCH_S, FORWARD, LAST_EPOCH_S, REVERSE

# Times are Australian eastern standard time all year.
MARKET_OFFSET_S = 10 * 3600
MINUTES_A_DAY = 1440
VALUE = re.compile(r"-?(?:[0-9]{1,12}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})")
QUALITY = re.compile(r"([AEFNSV])([0-9]{2})?")
UNITS = {one.lower(): one for one in spec.UOM_VALUES}
UNITS_EXPECTED = " | ".join(sorted(spec.UOM_VALUES))
LENGTHS_EXPECTED = " | ".join(map(str, sorted(spec.ALLOWED_INTERVAL_LENGTHS)))
# First letter of the suffix: E and B are the master registers of consumption and of generation, the letters
# beside them averages and checks, Q and K the same of reactive energy. Source: National Metering Identifier
# Procedure, table of suffixes.
FLOWS = {**dict.fromkeys("DEFPQR", FORWARD), **dict.fromkeys("ABCJKL", REVERSE)}
# Direction of a register as its 250 record says it.
DIRECTIONS = {one: FORWARD if one == "E" else REVERSE for one in spec.DIRECTION_INDICATORS}
# Of a 250 record: its fields, where its two reads begin (read, time, quality, reason, description), its unit.
FIELDS_250 = 20
READS_250 = (8, 13)
UNIT_250 = 19
# Columns of `meter_transaction` that the fields of a 500 and of a 550 record fill, in order.
TRANSACTIONS = {
    "500": ("transaction_code", "service_order", "read_at", "index_read"),
    "550": (
        "previous_transaction_code",
        "previous_service_order",
        "transaction_code",
        "service_order",
    ),
}


def market_time(printed: str) -> int | None:
    """Return the epoch seconds of `yyyymmdd` or `yyyymmddhhmmss` at UTC+10."""
    if not re.fullmatch(r"[0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?", printed):
        return None
    try:
        moment = datetime.datetime.strptime(printed.ljust(14, "0") + "+1000", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    second = int(moment.timestamp())
    return second if FIRST_EPOCH_S <= second < LAST_EPOCH_S else None


def interval_minutes(printed: str) -> int | None:
    """Return the length of an interval that divides a day, or nothing."""
    minutes = int(printed) if re.fullmatch(r"[0-9]{1,4}", printed) else 0
    return minutes if minutes and not MINUTES_A_DAY % minutes else None


def interval_number(printed: str) -> int:
    """Return the number of an interval of a day, zero where it is none."""
    return int(printed) if re.fullmatch(r"[0-9]{1,4}", printed) else 0


def meter_of(nmi: str, suffix: str) -> str:
    """Return the meter that readings land under: `NMI/suffix`, without signs that separate cells."""
    return re.sub(r"[\s,;]+", "_", f"{nmi}/{suffix}".rstrip("/"))


def values_in(cells: Sequence[str]) -> int:
    """Return how many values stand before the first quality of a 300 record."""
    for index, cell in enumerate(cells[2:]):
        if QUALITY.fullmatch(cell):
            return index
    return max(0, len(cells) - 2)


def reason_of(code: str, description: str) -> str:
    """Return a reason code with its meaning, and what is said besides."""
    number = int(code) if re.fullmatch(r"[0-9]{1,3}", code) else None
    meaning = ""
    if number is not None:
        meaning = spec.REASON_CODES.get(number) or spec.OBSOLETE_REASON_CODES.get(number, "")
    return ", ".join(part for part in (f"{code} {meaning}".strip(), description) if part)
