"""The result of a query as CSV: the same rows always give the same bytes.

UTF-8, comma, LF, a heading of column names; null is empty, an empty text is `""`. Numbers are written in
full without exponent, days and times in ISO 8601 (times with a zone in UTC), truth as true and false, bytes
in hex.
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
import re
import uuid
from collections.abc import Iterable, Sequence

from tracetonne.neutral import neutral

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')


class CsvRows:
    """Writes rows and counts what was written.

    Args:
        columns: The heading.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self.rows = 0
        self.neutralised_cells = 0

    def heading(self) -> bytes:
        """Return the first line."""
        return self._line(self._columns)

    def lines(self, rows: Iterable[Sequence[object]]) -> bytes:
        """Return some rows as lines."""
        written = []
        for row in rows:
            written.append(self._line(row))
            self.rows += 1
        return b"".join(written)

    def _line(self, cells: Sequence[object]) -> bytes:
        return (",".join(self._cell(cell) for cell in cells) + "\n").encode("utf-8", "backslashreplace")

    def _cell(self, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            text = self._harmless(value)
            return '""' if not text else _quoted(text)
        return _quoted(as_text(value))

    def _harmless(self, text: str) -> str:
        """Put an apostrophe before a text that a spreadsheet would run; a signed number stays one."""
        if _NUMBER.fullmatch(text):
            return text
        harmless = neutral(text)
        self.neutralised_cells += harmless != text
        return harmless


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def as_text(value: object) -> str:
    """Return a value of a database as text, the same on every machine."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return format(decimal.Decimal(repr(value)), "f") if math.isfinite(value) else str(value)
    if isinstance(value, datetime.datetime):
        return (value.astimezone(datetime.UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return format(decimal.Decimal(value // datetime.timedelta(microseconds=1)).scaleb(-6), "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, int | uuid.UUID):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
