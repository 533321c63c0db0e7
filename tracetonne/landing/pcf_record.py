"""What all formats of product carbon footprints land as, and the rules that a schema does not know.

A format is a list of fields: where each column of `pcf` stands in its JSON. Values stand as printed. A
footprint that lacks what a use of it needs, or whose numbers, dates or status cannot be read, is rejected
whole; what is only odd (an unknown field, parts that do not add up) is said in the message of the landing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tracetonne.landing.reader import Reading, Rejection
from tracetonne.landing.reject import UnreadableDocumentError, rejection

Path = tuple[str, ...]
Fields = Mapping[str, Sequence[Path]]
STATUSES = ("Active", "Deprecated")
NEEDED = ("pcf_id", "status", "declared_unit", "declared_unit_amount", "excluding_biogenic")
NUMBERS = (
    "declared_unit_amount", "product_mass", "excluding_biogenic", "including_biogenic", "fossil_emissions",
    "land_use_change_emissions", "biogenic_uptake", "aircraft_emissions", "packaging_emissions",
    "exempted_percent", "primary_data_share",
)  # fmt: skip
DATES = (
    "created", "updated", "reference_start", "reference_end", "valid_from", "valid_to", "verified_on",
)  # fmt: skip
_PERIODS = (("reference_start", "reference_end"), ("valid_from", "valid_to"))
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
# Footprints are declared with few digits; parts may differ from their sum by rounding.
_TOLERATED_SHARE = Decimal("0.01")
_LONGEST_NOTES = 8


@dataclass
class PcfRecords:
    """The footprints of a document, read so far."""

    rows: list[dict[str, str | None]] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rejected: int = 0
    notes: list[str] = field(default_factory=list)

    def add(
        self, row: dict[str, str | None], problems: Sequence[Rejection], notes: Iterable[str], original: str
    ) -> None:
        """Take a footprint, or say why it cannot be used.

        Args:
            row: A row of `pcf`.
            problems: What the format's schema finds wrong.
            notes: What is odd about it.
            original: The footprint as the document prints it.
        """
        wrong = [*problems, *rule_problems(row, original)]
        self.notes += [f"{row['pcf_id'] or row['locator']}: {note}." for note in notes]
        if wrong:
            self.rejections += wrong
            self.rejected += 1
            return
        self.rows.append(row)
        self.notes += [f"{row['pcf_id']}: {note}." for note in oddities(row)]

    def reading(self) -> Reading:
        """Return what the landing keeps.

        Raises:
            UnreadableDocumentError: There is no footprint, or none that can be used.
        """
        if not self.rows:
            raise UnreadableDocumentError(
                self.rejections
                or [rejection("empty_file", "file", expected="a product footprint", found="none")]
            )
        keys = sorted(f"{row['pcf_id']}@{row['pcf_version'] or row['created'] or ''}" for row in self.rows)
        starts = [day for row in self.rows if (day := _day(row["reference_start"]))]
        ends = [day for row in self.rows if (day := _day(row["reference_end"]))]
        more = len(self.notes) - _LONGEST_NOTES
        return Reading(
            records={"pcf": self.rows},
            rejections=self.rejections,
            records_rejected=self.rejected,
            document_key=f"pcf:{','.join(keys[:20])}" + (f" and {len(keys) - 20} more" if keys[20:] else ""),
            document_date=max(
                (day.isoformat() for row in self.rows if (day := _day(row["created"]))), default=""
            ),
            period_start=min(starts, default=None),
            period_end=max(ends, default=None),
            message=" ".join(self.notes[:_LONGEST_NOTES]) + (f" And {more} notes more." if more > 0 else ""),
        )


def at(value: Any, path: Path) -> Any:
    """Walk down objects; a list stands for its first entry, as some formats print what is there once."""
    for step in path:
        if isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def printed(value: Any) -> str | None:
    """Return a JSON value as text; entries of a list, and the values of its objects, separated by ` | `."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value).strip() or None
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return " | ".join(dict.fromkeys(text for one in value if (text := printed(one)))) or None
    return None


def row_of(written: Any, fields: Fields, standard: str, locator: str) -> dict[str, str | None]:
    """Read the columns of `pcf` from a footprint: of several places the first that holds anything."""
    row: dict[str, str | None] = {"standard": standard, "locator": locator}
    for column, paths in fields.items():
        row[column] = next((text for path in paths if (text := printed(at(written, path)))), None)
    return row


def moment(text: str | None) -> datetime.datetime | None:
    """Read a date or date-time of RFC 3339; nothing where it is none."""
    try:
        found = datetime.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def _day(text: str | None) -> datetime.date | None:
    found = moment(text)
    return found.date() if found else None


def rule_problems(row: Mapping[str, str | None], original: str) -> list[Rejection]:
    """Say why a footprint cannot be used."""
    locator = row["locator"] or "file"

    def wrong(code: str, name: str, expected: str) -> Rejection:
        found = row.get(name) or ""
        return rejection(code, locator, field=name, expected=expected, found=found, original_text=original)

    problems = [wrong("missing_key", name, "a filled field") for name in NEEDED if not row.get(name)]
    if row.get("status") and row["status"] not in STATUSES:
        problems.append(wrong("bad_value", "status", " | ".join(STATUSES)))
    for name in NUMBERS:
        if row.get(name) and not _NUMBER.fullmatch(row[name] or ""):
            problems.append(wrong("bad_number", name, "a number such as 1.63"))
    amount = row.get("declared_unit_amount") or ""
    if _NUMBER.fullmatch(amount) and Decimal(amount) <= 0:
        problems.append(wrong("bad_value", "declared_unit_amount", "more than zero"))
    for name in DATES:
        if row.get(name) and moment(row[name]) is None:
            problems.append(wrong("bad_date", name, "a time such as 2025-01-31T00:00:00Z"))
    for first, last in _PERIODS:
        start, end = moment(row.get(first)), moment(row.get(last))
        if start and end and end < start:
            problems.append(wrong("interval_order", last, f"not before {row[first]}"))
    return problems


def oddities(row: Mapping[str, str | None]) -> list[str]:
    """Say what a user of a footprint should ask about, though it can be used.

    The footprint with biogenic uptake is the one without it plus the uptake, which is negative; no part is
    larger than the whole (PACT Methodology 3.0, section 5.2).
    """
    found = []
    number = {name: Decimal(row[name] or "") for name in NUMBERS if row.get(name)}
    without, including, uptake = (
        number.get(name) for name in ("excluding_biogenic", "including_biogenic", "biogenic_uptake")
    )
    if without is not None and including is not None and uptake is not None:
        expected = without + uptake
        if abs(including - expected) > _TOLERATED_SHARE * max(abs(without), abs(uptake), Decimal(1)):
            found.append(
                f"with biogenic uptake it is {including}, its parts give {expected} 生質碳移除前後加總不符"
            )
    fossil = number.get("fossil_emissions")
    if fossil is not None and without is not None and fossil > without * (1 + _TOLERATED_SHARE):
        found.append(f"fossil emissions {fossil} exceed the whole {without} 化石排放大於總量")
    if number.get("declared_unit_amount", Decimal(1)) != 1:
        found.append(
            f"values are for {row['declared_unit_amount']} {row['declared_unit']} 數值非以一宣告單位計"
        )
    return found
