"""Text as people write it: encodings, numbers and dates that can be read in one way only.

Nothing is converted on landing; these functions decide whether a cell can be read later without guessing,
by the same rules as the macros `landed_number`, `landed_date` and `landed_month`. A number is an optional
sign, digits, one decimal point and thousands commas in the right places, full-width forms included. A date
has a year of four digits (Western) or of three digits (ROC, 民國, 089 to 199), so that `25/01/31` is refused.
Source of the ROC forms: the headings of Taiwanese invoices and utility bills.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

ROC_OFFSET = 1911
# ROC 89 (2000) is older than any record kept in these forms; the upper end leaves room without meeting
# Western years.
_ROC_FIRST, _ROC_LAST = 89, 199
_WESTERN_FIRST, _WESTERN_LAST = 1990, 2100

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}|[0-9]{1,3}(?:,[0-9]{3}){1,6})(?:\.[0-9]+)?|[+-]?\.[0-9]+")
_DATE = re.compile(r"([0-9]{1,4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{1,4})[-/.年]([0-9]{1,2})月?")
_TOTAL = re.compile(
    r"(?i)(?:grand\s+|sub-?)?totals?\s*:?|(?:本頁|本月|本期|全年)?(?:合計|總計|小計|加總|總和)\s*:?"
)

_WIDTHS = str.maketrans("０１２３４５６７８９．，－＋　", "0123456789.,-+ ")


def narrow(text: str) -> str:
    """Return the text with full-width digits and number signs made ASCII, without blanks around it."""
    return text.translate(_WIDTHS).strip()


def number_problem(text: str) -> str:
    """Return the reason why a cell is no number that can be read in one way, or an empty string."""
    plain = narrow(text)
    if _NUMBER.fullmatch(plain):
        return ""
    if "," in plain and re.fullmatch(r"[+-]?[\d.,\s]+", plain):
        return "decimal_comma"
    return "bad_number"


def is_negative(text: str) -> bool:
    """Say whether a readable number is below zero."""
    plain = narrow(text)
    return plain.startswith("-") and any(digit in "123456789" for digit in plain)


def _year(text: str) -> int | None:
    """Return the Western year of a Western or ROC year, or nothing where it could be either."""
    value = int(text)
    if len(text) == 4 and _WESTERN_FIRST <= value <= _WESTERN_LAST:
        return value
    if len(text) == 3 and _ROC_FIRST <= value <= _ROC_LAST:
        return value + ROC_OFFSET
    return None


def read_date(text: str) -> tuple[datetime.date | None, str]:
    """Read a date; return it, or nothing and the reason (`bad_date`, `two_digit_year`)."""
    match = _DATE.fullmatch(text.strip()) or _COMPACT_DATE.fullmatch(text.strip())
    if not match:
        return None, "bad_date"
    year = _year(match[1])
    if year is None:
        return None, "two_digit_year" if len(match[1]) <= 2 else "bad_date"
    try:
        return datetime.date(year, int(match[2]), int(match[3])), ""
    except ValueError:
        return None, "bad_date"


def read_month(text: str) -> tuple[datetime.date | None, str]:
    """Read a month; return its first day, or nothing and the reason (`bad_month`, `two_digit_year`)."""
    match = _MONTH.fullmatch(text.strip())
    if not match:
        return None, "bad_month"
    year = _year(match[1])
    if year is None:
        return None, "two_digit_year" if len(match[1]) <= 2 else "bad_month"
    if not 1 <= int(match[2]) <= 12:
        return None, "bad_month"
    return datetime.date(year, int(match[2]), 1), ""


def is_total(text: str) -> bool:
    """Say whether a cell announces a total: `合計`, `Total`."""
    return bool(_TOTAL.fullmatch(unicodedata.normalize("NFKC", text).strip()))


@dataclass(frozen=True)
class Line:
    """A line of a text file.

    Args:
        number: 1-based.
        text: Its characters without the line end; bytes that are no text show as `�`.
        bad_byte: Offset in the file of the first byte that is no text, or nothing.
        byte_text: That byte, printed.
        too_long: The length of a line that is too long for a record, else zero.
    """

    number: int
    text: str
    bad_byte: int | None = None
    byte_text: str = ""
    too_long: int = 0


def tell_encoding(data: bytes) -> tuple[str, int]:
    """Tell UTF-8 (with or without mark) from cp950, and UTF-16 by its mark.

    Bytes that are not all UTF-8 are damaged UTF-8 where most of the Chinese in them still reads, else cp950.

    Returns:
        The codec and the length of the mark.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8", 3
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", 0
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return ("cp950" if broken > sum(char > "\u2e80" for char in text) - broken else "utf-8"), 0


def lines_of(data: bytes, codec: str, skip: int) -> Iterator[Line]:
    """Decode line by line, so that one damaged line does not cost the others.

    No byte of a multi-byte character of UTF-8 or cp950 is a line feed, so lines can be cut before decoding.
    """
    offset = skip
    for number, raw in enumerate(data[skip:].split(b"\n"), start=1):
        content = raw[:-1] if raw.endswith(b"\r") else raw
        try:
            yield Line(number, content.decode(codec))
        except UnicodeDecodeError as error:
            yield Line(
                number,
                content.decode(codec, "replace"),
                offset + error.start,
                f"0x{content[error.start]:02x}",
            )
        offset += len(raw) + 1
