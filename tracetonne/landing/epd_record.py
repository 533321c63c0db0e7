"""What all EPD formats land as: one row a dataset, one row an amount of an indicator in a module.

Amounts stand as printed. An amount that is blank or says that its module is not declared lands as it is:
it is not zero, and staging leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracetonne.landing.reader import Reading, Rejection, Row
from tracetonne.landing.reject import UnreadableDocumentError, rejection

# The flow property that says how many kilograms a declared unit weighs; the second one is its older identity.
MASS_PROPERTIES = ("93a60a56-a3c8-11da-a746-0800200b9a66", "7e18d0ad-e78e-47a0-8e96-1c0a581902e2")
# Material properties of a declared product by their names in EPDs, and the columns that they land in.
MATERIAL_PROPERTIES = {
    "gross density": "gross_density",
    "bulk density": "bulk_density",
    "grammage": "grammage",
    "weight per unit": "weight_per_unit",
    "linear density": "linear_density",
    "conversion factor to 1 kg": "conversion_factor",
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]*)?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
# EN 15804: module not declared, module not relevant, indicator not assessed.
_NOT_DECLARED = {"", "nd", "mnd", "mnr", "ina", "na", "n/a", "-"}
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass
class EpdRecords:
    """What was read of one document so far."""

    datasets: list[Row] = field(default_factory=list)
    indicators: list[Row] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add_amount(self, row: dict[str, str | None], original: str) -> None:
        """Take an amount of an indicator, or say why it cannot be read.

        Args:
            row: A row of `epd_indicator`.
            original: The amount as the document prints it.
        """
        value = (row["value"] or "").strip()
        if not row["module"]:
            self._reject("missing_key", row, "module", "a module such as A1-A3", original)
        elif value.lower() not in _NOT_DECLARED and not _NUMBER.fullmatch(value):
            code = "decimal_comma" if re.fullmatch(r"[+-]?[0-9.]*,[0-9]+", value) else "bad_number"
            self._reject(code, row, "value", "a number such as 1.93 or 4.7E-4", original)
        else:
            self.indicators.append(row)

    def _reject(self, code: str, row: dict[str, str | None], name: str, expected: str, original: str) -> None:
        self.rejections.append(
            rejection(
                code,
                row["locator"] or "file",
                field=f"{row.get('indicator_name') or row.get('indicator_uuid') or 'indicator'} {name}",
                expected=expected,
                found=row[name] or "",
                original_text=original,
            )
        )

    def reading(self, problems: Sequence[Rejection] = ()) -> Reading:
        """Return what the landing keeps.

        Raises:
            UnreadableDocumentError: There is no dataset, or no amount of any.
        """
        wrong = [*problems, *self.rejections]
        if not self.datasets or not self.indicators:
            raise UnreadableDocumentError(
                wrong or [rejection("empty_file", "file", expected="indicators of an EPD", found="none")]
            )
        keys = sorted(f"{row['dataset_uuid'] or ''}@{row['dataset_version'] or ''}" for row in self.datasets)
        return Reading(
            records={"epd": self.datasets, "epd_indicator": self.indicators},
            rejections=wrong,
            records_rejected=len(wrong),
            document_key=f"epd:{','.join(keys[:20])}" + (f" and {len(keys) - 20} more" if keys[20:] else ""),
            message=" ".join(self.notes),
        )


def dataset_problems(row: Row) -> list[Rejection]:
    """Say what a dataset lacks to be told from others."""
    if _UUID.fullmatch(row["dataset_uuid"] or ""):
        return []
    locator = row["locator"] or "file"
    return [
        rejection(
            "missing_key", locator, field="UUID", expected="a UUID", found=row["dataset_uuid"] or "nothing"
        )
    ]


def joined(texts: Iterable[str | None]) -> str | None:
    """Return distinct texts in order, separated by ` | `."""
    return " | ".join(dict.fromkeys(text.strip() for text in texts if text and text.strip())) or None


def chosen_text(texts: Iterable[tuple[str | None, str | None]]) -> str | None:
    """Return the English text of (language, text) pairs, else the first that is not blank."""
    filled = [(language, text.strip()) for language, text in texts if text and text.strip()]
    english = [text for language, text in filled if language == "en"]
    return next(iter(english or [text for _, text in filled]), None)


def as_object(value: Any) -> dict[str, Any]:
    """Return a JSON object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a JSON list, or an empty one where something else stands."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str | None:
    """Return a JSON text, number or truth value as it is printed; nothing for anything else or blank text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value).strip() or None
    return None
