"""Values of spreadsheet cells as canonical text: numbers, dates, booleans, list entries, CN codes.

People type numbers as text with a decimal comma, dates as text, codes as numbers with blanks. What can be
read in one way only is read; what could mean two things is refused with the reason, in English and
Traditional Chinese.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable

from tracetonne.landing import vocabulary
from tracetonne.landing.text import narrow

CellValue = str | float | int | bool | datetime.date | datetime.time | datetime.timedelta
ERROR_VALUES = ("#N/A", "#NA", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#DATA!")


class CellError(Exception):
    """A cell that cannot be read; `code` is stable, the rest is for people.

    Args:
        code: Stable name of the reason.
        message: What is wrong.
        message_zh: The same in Traditional Chinese.
        expected: What would have been accepted.
        action: What to do next.
    """

    def __init__(
        self, code: str, message: str, message_zh: str, expected: str = "", action: str = ""
    ) -> None:
        self.code, self.message, self.message_zh = code, message, message_zh
        self.expected, self.action = expected, action
        super().__init__(message)


def is_blank(value: object) -> bool:
    """Say whether a cell holds nothing but blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def verbatim(value: object) -> str:
    """Return a cell as it stands, for people to find it again."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return number_text(float(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return "" if value is None else str(value)


def number_text(value: float) -> str:
    """Return the shortest decimal that reads back to the same double."""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def read_text(value: CellValue) -> str:
    """Return the text of a cell; a number typed into a text cell (a post code) loses no digit."""
    _refuse_error_value(value)
    return verbatim(value).strip()


def read_name(value: CellValue) -> str:
    """Return a name exactly as typed, outer blanks included: people compare it with what they typed."""
    _refuse_error_value(value)
    return verbatim(value)


def read_number(value: CellValue, minimum: float | None = None, maximum: float | None = None) -> str:
    """Return a number as text, within limits.

    Raises:
        CellError: `not_a_number`, `ambiguous_number`, `negative_number` or `number_out_of_range`.
    """
    _refuse_error_value(value)
    if isinstance(value, bool) or not isinstance(value, str | float | int):
        raise _not_a_number()
    number = _number_of_text(value) if isinstance(value, str) else float(value)
    if not math.isfinite(number):
        raise _not_a_number()
    if minimum == 0 and number < 0:
        raise CellError(
            "negative_number",
            "The number is negative",
            "數值為負數",
            "a number from 0 upward",
            "correct the sign, or clear the cell if the quantity does not exist",
        )
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        low = "" if minimum is None else number_text(minimum)
        high = "" if maximum is None else number_text(maximum)
        raise CellError(
            "number_out_of_range",
            "The number lies outside its range",
            "數值超出允許範圍",
            f"a number from {low} to {high}",
            "check the unit: some cells take percent (0 to 100), others a share (0 to 1)",
        )
    return number_text(number)


def _number_of_text(text: str) -> float:
    compact = re.sub(r"[\s\u00a0\u202f'’]", "", narrow(text))
    if not re.fullmatch(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?", compact) or not re.search(r"\d", compact):
        raise _not_a_number()
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", compact):
        raise CellError(
            "ambiguous_number",
            "The comma could mark thousands or decimals",
            "逗號可能是千分位，也可能是小數點，無法判斷",
            "a number cell, or text with a decimal point",
            "type the value as a number instead of text",
        )
    if re.fullmatch(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?|[+-]?\d{1,3}(?:\.\d{3})+,\d+", compact):
        compact = compact.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", compact):
        compact = compact.replace(",", "")
    try:
        return float(compact)
    except ValueError as error:
        raise _not_a_number() from error


def _not_a_number() -> CellError:
    return CellError(
        "not_a_number",
        "The cell does not hold a number",
        "儲存格內容不是數值",
        "a number without unit",
        "type the number alone; the unit has a cell of its own",
    )


def read_date(value: CellValue, epoch_1904: bool = False) -> str:
    """Return a date as ISO text.

    Accepts date cells, serial numbers, `2025-01-31`, `2025/01/31` and `31.01.2025`.

    Raises:
        CellError: `not_a_date`; also for text whose day and month could be exchanged.
    """
    _refuse_error_value(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    try:
        if isinstance(value, float | int) and not isinstance(value, bool):
            return _date_of_serial(float(value), epoch_1904)
        if isinstance(value, str):
            return _date_of_text(value.strip())
    except (ValueError, OverflowError) as error:
        raise _not_a_date() from error
    raise _not_a_date()


def _date_of_serial(serial: float, epoch_1904: bool) -> str:
    if not 36526 - 1462 <= serial < 80000:  # from 2000-01-01, counted from either epoch, to 2119
        raise _not_a_date()
    epoch = datetime.date(1904, 1, 1) if epoch_1904 else datetime.date(1899, 12, 30)
    return (epoch + datetime.timedelta(days=int(serial))).isoformat()


def _date_of_text(text: str) -> str:
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?", text):
        return datetime.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        return datetime.date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    raise _not_a_date()


def _not_a_date() -> CellError:
    return CellError(
        "not_a_date",
        "The cell does not hold a date",
        "儲存格內容不是日期",
        "a date such as 2025-12-31",
        "type the date as year-month-day",
    )


def read_boolean(value: CellValue) -> str:
    """Return `true` or `false`.

    Raises:
        CellError: `not_a_boolean`.
    """
    _refuse_error_value(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int) and value in (0, 1):
        return "true" if value == 1 else "false"
    if isinstance(value, str) and vocabulary.fold(value) in ("true", "false"):
        return vocabulary.fold(value)
    raise CellError(
        "not_a_boolean",
        "The cell holds neither TRUE nor FALSE",
        "儲存格內容不是 TRUE 或 FALSE",
        "TRUE or FALSE",
        "choose TRUE or FALSE from the list",
    )


def read_choice(value: CellValue, allowed: Iterable[str], what: str, what_zh: str) -> str:
    """Return the list's spelling of an entry.

    Raises:
        CellError: `unknown_<what>`, with the list.
    """
    _refuse_error_value(value)
    entries = tuple(allowed)
    found = vocabulary.canonical(verbatim(value), entries)
    if found is None:
        raise CellError(
            "unknown_" + re.sub(r"\W+", "_", what),
            f"The {what} is not in the list",
            f"{what_zh}不在清單內",
            " | ".join(entries[:40]) + (" | …" if len(entries) > 40 else ""),
            f"choose a {what} from the list",
        )
    return found


def read_cn_code(value: CellValue, good_category: str = "") -> str:
    """Return an eight-digit CN code that CBAM knows and that belongs to `good_category` where one is given.

    Raises:
        CellError: `cn_code_not_eight_digits`, `unknown_cn_code` or `cn_code_of_another_good`.
    """
    code = cn_digits(value)
    owner = vocabulary.good_of_cn_code().get(code)
    if owner is None:
        raise CellError(
            "unknown_cn_code",
            f"CN code {code} is not a CBAM good",
            f"CN 碼 {code} 不在 CBAM 貨品清單內",
            "an eight-digit CN code of Annex I to Regulation (EU) 2023/956",
            "look the code up in the Combined Nomenclature of the period's year; give goods outside CBAM a "
            "process of their own, with good_category non_cbam",
        )
    if good_category and owner != good_category:
        raise CellError(
            "cn_code_of_another_good",
            f"CN code {code} belongs to {owner}, not to {good_category}",
            f"CN 碼 {code} 屬於 {owner}，不屬於 {good_category}",
            f"a CN code of {good_category}",
            "choose the process that makes this good, or correct the code",
        )
    return code


def cn_digits(value: CellValue) -> str:
    """Return the eight digits of a CN code typed as number or as text with blanks or dots.

    Raises:
        CellError: `cn_code_not_eight_digits`.
    """
    _refuse_error_value(value)
    found = re.fullmatch(r"([0-9]{4})[\s.]?([0-9]{2})[\s.]?([0-9]{2})", narrow(verbatim(value)))
    if not found:
        raise CellError(
            "cn_code_not_eight_digits",
            "A CN code has eight digits",
            "CN 碼應為八位數字",
            "eight digits, such as 73181542",
            "use the first eight digits of a ten-digit TARIC code; a national tariff code is another code",
        )
    return "".join(found.groups())


def _refuse_error_value(value: object) -> None:
    if isinstance(value, str) and value.strip().upper() in ERROR_VALUES:
        raise CellError(
            "error_value",
            "The cell holds an Excel error instead of a value",
            "儲存格內容是 Excel 錯誤值",
            "a value",
            "repair the formula, save the workbook and land it again",
        )
