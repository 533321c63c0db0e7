"""Numbers and dates as another country or program writes them, made canonical by what a contract declares.

Canonical is `-1234.5` and `2025-01-31`. What does not fit the declaration is refused, never guessed.
"""

from __future__ import annotations

import datetime
import re
import time
from dataclasses import dataclass

from tracetonne.landing import text

NARROW_BLANKS = "\u00a0\u202f\u2009"
_GROUP_MARKS = {",": ",", ".": r"\.", "'": "['’]", " ": f"[ {NARROW_BLANKS}]", "": ""}


@dataclass(frozen=True)
class Spelling:
    """How a program writes its cells; the defaults are the rules of `text.py`.

    Args:
        decimal_mark: `.` or `,`.
        thousands_mark: `,`, `.`, `'`, a blank (the narrow ones too), or nothing.
        has_trailing_minus: A minus may stand behind the number, as SAP prints it.
        date_format: How a date is written, in the signs of `strptime`; nothing for the forms that need none.
        month_format: The same for a month.
    """

    decimal_mark: str = "."
    thousands_mark: str = ","
    has_trailing_minus: bool = False
    date_format: str = ""
    month_format: str = ""

    @property
    def has_usual_numbers(self) -> bool:
        """Say whether numbers are written as `text.py` reads them."""
        return (self.decimal_mark, self.thousands_mark, self.has_trailing_minus) == (".", ",", False)

    @property
    def digits(self) -> re.Pattern[str]:
        """What a number without its sign looks like."""
        group, mark = _GROUP_MARKS[self.thousands_mark], re.escape(self.decimal_mark)
        grouped = f"|[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{1,6}}" if group else ""
        return re.compile(f"(?:(?:[0-9]{{1,20}}{grouped})(?:{mark}[0-9]+)?|{mark}[0-9]+)")


def read_number(cell: str, spelling: Spelling) -> tuple[str, str]:
    """Return a number as the document's readers write it, or the reason why it cannot be read.

    Returns:
        The canonical text and nothing, or nothing and a name in `reject.REASONS`.
    """
    if spelling.has_usual_numbers:
        return cell, text.number_problem(cell)
    plain = text.narrow(cell).strip(NARROW_BLANKS)
    sign = ""
    if plain[:1] in ("+", "-"):
        sign, plain = plain[0].replace("+", ""), plain[1:]
    elif plain.endswith("-"):
        if not spelling.has_trailing_minus:
            return "", "trailing_minus"
        sign, plain = "-", plain[:-1].rstrip()
    if not spelling.digits.fullmatch(plain):
        return "", "undeclared_number" if re.fullmatch(r"[0-9.,'’\s]+", plain) else "bad_number"
    whole, _, fraction = plain.partition(spelling.decimal_mark)
    whole = re.sub(r"[^0-9]", "", whole) or "0"
    return sign + whole + (f".{fraction}" if fraction else ""), ""


def read_date(cell: str, date_format: str) -> tuple[str, str]:
    """Return a date by the declared format, as `2025-01-31`, or the reason why it cannot be read."""
    if not date_format:
        return cell, text.read_date(cell)[1]
    try:
        parsed = time.strptime(cell.strip(), date_format)
        date = datetime.date(parsed.tm_year, parsed.tm_mon, parsed.tm_mday)
    except (ValueError, OverflowError, re.error):
        return "", "undeclared_date"
    # Years far from any record kept are a wrong format or a damaged cell.
    if text.read_date(date.isoformat())[0] is None:
        return "", "bad_date"
    return date.isoformat(), ""


def read_month(cell: str, month_format: str) -> tuple[str, str]:
    """Return a month by the declared format, as `2025-01`, or the reason why it cannot be read."""
    if not month_format:
        return cell, text.read_month(cell)[1]
    day, code = read_date(cell, month_format)
    return day[:7], code
