"""The lines of a meter export one by one: read without trust in their bytes, and judged cell by cell."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from tracetonne.heavy import duckdb, np
from tracetonne.landing import text
from tracetonne.landing.meter_shape import CAST_LENGTHS, QUALITIES, Shape, cells_of, moment_sql, time_of
from tracetonne.landing.reader import Rejection
from tracetonne.landing.reject import rejection

LONGEST_LINE = 100_000  # bytes
# No reading is older or newer; a start outside is a slip of the pen.
FIRST_START, LAST_START = datetime.datetime(1990, 1, 1), datetime.datetime(2100, 1, 1)  # noqa: DTZ001
# What Python types as the engine does; all else is asked of the engine.
_USUAL_START = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2} [0-2][0-9]:[0-5][0-9](?::[0-5][0-9])?")
_USUAL_QUANTITY = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")
_CHUNK_BYTES = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _begin(handle: IO[bytes]) -> int:
    """Go to the first line and return its offset."""
    offset = len(_BYTE_ORDER_MARK) if handle.read(len(_BYTE_ORDER_MARK)) == _BYTE_ORDER_MARK else 0
    handle.seek(offset)
    return offset


def lines_of(path: Path, codec: str) -> Iterator[text.Line]:
    """Read a file line by line without ever holding a line longer than any record can be."""
    with path.open("rb") as handle:
        yield from lines_from(handle, codec)


def lines_from(handle: IO[bytes], codec: str) -> Iterator[text.Line]:
    """Read the lines of an open file, or of a member of an archive, as `lines_of`."""
    offset = _begin(handle)
    number = 0
    while raw := handle.readline(LONGEST_LINE):
        number += 1
        length = len(raw) + _skip_rest(handle, raw)
        yield _line(number, raw, length, codec, offset)
        offset += length


def lines_at(path: Path, codec: str, numbers: Iterator[int]) -> Iterator[text.Line]:
    """Read the lines with these numbers, which rise; the lines between are only counted."""
    with path.open("rb") as handle, path.open("rb") as second:
        # Number and offset of the line that the next wanted one is counted from.
        number, offset = 1, _begin(handle)
        ends = np.empty(0, dtype=np.int64)
        read_to = offset
        for wanted in numbers:
            while wanted - number > len(ends):
                if len(ends):
                    number, offset = number + len(ends), int(ends[-1]) + 1
                block = handle.read(_CHUNK_BYTES)
                if not block:
                    return
                ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n")) + read_to
                read_to += len(block)
            start = offset if wanted == number else int(ends[wanted - number - 1]) + 1
            second.seek(start)
            raw = second.readline(LONGEST_LINE)
            yield _line(wanted, raw, len(raw) + _skip_rest(second, raw), codec, start)


def _line(number: int, raw: bytes, length: int, codec: str, offset: int) -> text.Line:
    content = raw.rstrip(b"\r\n")
    if length > LONGEST_LINE:
        return text.Line(number, content[:200].decode(codec, "replace"), too_long=length)
    return _decoded(number, content, codec, offset)


def _skip_rest(handle: IO[bytes], raw: bytes) -> int:
    """Skip what is left of a line that did not fit, and return its length."""
    skipped = 0
    while not raw.endswith(b"\n") and (raw := handle.readline(LONGEST_LINE)):
        skipped += len(raw)
    return skipped


def _decoded(number: int, content: bytes, codec: str, offset: int) -> text.Line:
    try:
        return text.Line(number, content.decode(codec))
    except UnicodeDecodeError as error:
        byte = f"0x{content[error.start]:02x}"
        return text.Line(number, content.decode(codec, "replace"), offset + error.start, byte)


def without_trailing_blanks(lines: Iterator[text.Line]) -> Iterator[text.Line]:
    """Drop the blank lines at the end of a file; a blank line between records keeps its place."""
    held: list[text.Line] = []
    for line in lines:
        if line.text.strip() or line.too_long:
            yield from held
            held = []
            yield line
        else:
            held.append(line)


def line_problem(line: text.Line) -> tuple[str, str]:
    """Return why a line is no text of a record, and what is there; two empty texts where it is."""
    if line.too_long:
        return "line_too_long", f"{line.too_long:,} bytes"
    if line.bad_byte is not None:
        return "wrong_encoding", f"byte {line.byte_text} at offset {line.bad_byte}"
    if "\x00" in line.text:
        return "nul_byte", f"NUL in column {line.text.index(chr(0)) + 1}"
    if "\r" in line.text:
        return "wrong_columns", "a carriage return inside the line"
    return "", ""


Values = tuple[str | None, datetime.datetime | None, Decimal | None, str | None]


class Judge:
    """Types one line by the engine's own casts, so that both passes agree, and says what is wrong with it."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._places = [shape.place(name) for name in ("meter", "interval_start", "consumption", "quality")]
        self._connection = duckdb.connect(config={"threads": 1})
        self._moment_query = f"select {moment_sql('$1', shape.time_format)} from (select $1::varchar)"

    def values(self, line: text.Line) -> tuple[Values, list[Rejection]]:
        """Return meter, start, quantity and quality of a line, and what is wrong with it."""
        cells, problem = self._cells(line)
        if problem:
            return (None, None, None, None), [problem]
        meter, start, printed, quality = (cells[place] for place in self._places)
        wrong: list[tuple[str, str, str, str]] = []
        if not meter:
            wrong.append(("empty_cell", "meter", "a meter number", meter))
        moment = self._start(start)
        if moment is None:
            wrong.append(("bad_date", "interval_start", "2025-01-31 23:45", start))
        amount, code, expected = self._quantity(printed, quality)
        if code:
            wrong.append((code, f"consumption_{self._shape.unit}", expected, printed))
        if quality not in QUALITIES:
            signs = " | ".join(f"{sign} {meaning}" for sign, meaning in QUALITIES.items())
            wrong.append(("bad_value", "quality", signs, quality))
        problems = [
            rejection(
                code,
                f"line {line.number}",
                field=field,
                expected=expected,
                found=found,
                original_text=line.text,
            )
            for code, field, expected, found in wrong
        ]
        return (meter or None, moment, amount, quality if quality in QUALITIES else None), problems

    def _cells(self, line: text.Line) -> tuple[list[str], Rejection | None]:
        """Cut a line into cells, or say why it is no record at all."""
        code, found = line_problem(line)
        expected = self._shape.codec if code == "wrong_encoding" else ""
        cells: list[str] = []
        if not code:
            cells = cells_of(line.text, self._shape.delimiter)
            while len(cells) > len(self._shape.columns) and not cells[-1]:
                cells.pop()
            if len(cells) != len(self._shape.columns):
                code, expected = "wrong_columns", f"{len(self._shape.columns)} cells"
                found = f"{len(cells)} cells"
            elif text.is_total(cells[self._places[0]]):
                code, found = "total_row", cells[self._places[0]]
        if not code:
            return cells, None
        return cells, rejection(
            code, f"line {line.number}", expected=expected, found=found, original_text=line.text
        )

    def _ask(self, query: str, printed: str) -> Any:
        row = self._connection.execute(query, [printed]).fetchone()
        return row[0] if row else None

    def _start(self, printed: str) -> datetime.datetime | None:
        if _USUAL_START.fullmatch(printed) and len(printed) == CAST_LENGTHS.get(self._shape.time_format):
            moment: Any = time_of(printed, self._shape.time_format)
        else:
            moment = None
        moment = moment or self._ask(self._moment_query, printed)
        if not isinstance(moment, datetime.datetime) or not FIRST_START <= moment < LAST_START:
            return None
        return moment

    def _quantity(self, printed: str, quality: str) -> tuple[Decimal | None, str, str]:
        """Return the quantity, or nothing, the reason and what was expected."""
        amount: Decimal | None = None
        if _USUAL_QUANTITY.fullmatch(printed):
            amount = Decimal(printed).quantize(Decimal("0.000001"))
        elif printed:
            amount = self._ask("select try_cast($1::varchar as decimal(18, 6))", printed)
        if quality == "N":
            return None, "" if amount is None else "null_with_value", "no value beside quality N"
        if amount is None:
            code = text.number_problem(printed) or "bad_number"
            return None, code if printed else "empty_cell", "a number such as 12.345"
        return (None, "negative_reading", "a number not below zero") if amount < 0 else (amount, "", "")
