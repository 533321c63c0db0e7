"""Tables cut into records, from CSV or a workbook: each with its place, its cells and its text."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tracetonne.landing import text
from tracetonne.landing.cell_text import verbatim
from tracetonne.landing.reject import unreadable
from tracetonne.landing.workbook import Position, Sheet, open_workbook, sheet_names

LONGEST_LINE = 100_000  # characters; below the limit of Python's csv module for one field
_LONGEST_QUOTED_RECORD = 20  # lines; beyond it a quotation mark was left open
# What a formula shows whose result was never stored; it is no number, no date and no code.
UNCALCULATED = "formula without a stored result"


@dataclass(frozen=True)
class Record:
    """A record as it stands in the document, before its cells are judged."""

    locator: str
    cells: tuple[str, ...]
    original: str
    problem: str = ""  # a reason why the whole record is unreadable
    found: str = ""
    is_sheet: bool = False  # of a workbook
    typed: frozenset[int] = frozenset()  # places of cells that a workbook holds as numbers or dates


def delimiter_of(heading: str) -> str:
    """Return the sign between cells: a comma, unless the heading has none and a semicolon or tab instead."""
    return max(",;\t", key=lambda sign: (heading.count(sign) > 0, sign == ",", heading.count(sign)))


def csv_records(
    data: bytes, codec: str, skip: int, delimiter: str = "", heading_line: int = 1
) -> Iterator[Record]:
    """Cut a CSV file into records, heading first; a damaged line costs only itself.

    Args:
        data: The file.
        codec: Its encoding.
        skip: Length of the byte order mark.
        delimiter: The sign between cells; told from the heading where none is given.
        heading_line: The line of the heading; those before it are no records.
    """
    lines = list(text.lines_of(data, codec, skip))
    index = heading_line - 1
    while index < len(lines):
        line = lines[index]
        index += 1
        if not line.text.strip():
            continue
        delimiter = delimiter or delimiter_of(line.text[:LONGEST_LINE])
        problem, found = _line_problem(line)
        whole = line.text
        if not problem and whole.count('"') % 2:
            ends = index
            while whole.count('"') % 2 and ends < min(len(lines), index + _LONGEST_QUOTED_RECORD):
                if _line_problem(lines[ends])[0]:
                    break
                whole += "\n" + lines[ends].text
                ends += 1
            if whole.count('"') % 2:
                whole, problem, found = line.text, "wrong_columns", "a quotation mark that is not closed"
            else:
                index = ends
        cells = () if problem else split_cells(whole, delimiter)
        yield Record(f"line {line.number}", cells, whole, problem, found)


def split_cells(whole: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of a record, which may span lines inside quotation marks."""
    return tuple(next(csv.reader(io.StringIO(whole, newline=""), delimiter=delimiter), []))


def _line_problem(line: text.Line) -> tuple[str, str]:
    if line.bad_byte is not None:
        return "wrong_encoding", f"byte {line.byte_text} at offset {line.bad_byte}"
    if "\r" in line.text:
        return "wrong_columns", "a carriage return inside the line"
    if "\x00" in line.text:
        return "nul_byte", f"NUL in column {line.text.index(chr(0)) + 1}"
    if len(line.text) > LONGEST_LINE:
        return "line_too_long", f"{len(line.text):,} characters"
    return "", ""


@functools.lru_cache(maxsize=1)
def _opened(path: Path, _modified_ns: int) -> Mapping[str, Sheet]:
    """Read a workbook once though several readers look at it."""
    names = sheet_names(path)
    return open_workbook(path, names, formulas_of=names).sheets


def _printed(value: object) -> str:
    """Print a cell; small numbers without exponent, which no person would have typed."""
    if isinstance(value, float) and not value.is_integer():
        return format(Decimal(repr(value)), "f")
    return verbatim(value).strip()


def workbook_records(
    path: Path, heading_row: int = 1, fill_merged: bool = False
) -> Iterator[tuple[str, list[Record]]]:
    """Yield each sheet's name and records, heading first.

    Args:
        path: The workbook.
        heading_row: The row of the heading; those above it are no records.
        fill_merged: Whether all cells of a merged range hold the value of its first.

    Raises:
        EvidenceRejectedError: The workbook cannot be opened.
    """
    for name, sheet in _opened(path, path.stat().st_mtime_ns).items():
        width = max((column for _, column in (*sheet.values, *sheet.uncalculated)), default=0)
        first_of = _first_of_merged(sheet, width) if fill_merged else {}
        records = [
            record
            for row in sheet.rows(heading_row)
            if (record := _sheet_record(name, sheet, row, width, first_of)) is not None
        ]
        if records:
            yield name, records


def _first_of_merged(sheet: Sheet, width: int) -> dict[Position, Position]:
    """Return the first cell of the merged range that a cell lies in, for filled ranges only.

    Raises:
        UnreadableDocumentError: The ranges lie over each other, which no spreadsheet program writes.
    """
    filled = [
        (top, left, min(bottom, sheet.last_row), min(right, width))
        for top, left, bottom, right in sheet.merged
        if (top, left) in sheet.values
    ]
    area = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in filled)
    if area > sheet.last_row * width:
        raise unreadable(
            "bad_workbook",
            sheet.name,
            expected="merged cells side by side",
            found="merged cells that overlap",
        )
    return {
        (row, column): (top, left)
        for top, left, bottom, right in filled
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }


def _sheet_record(
    name: str, sheet: Sheet, row: int, width: int, first_of: Mapping[Position, Position]
) -> Record | None:
    """Return a row's record, or nothing where the row is blank; a merged range fills no blank row."""
    own = [(row, column) for column in range(1, width + 1)]
    if not any(place in sheet.values or place in sheet.uncalculated for place in own):
        return None
    places = [first_of.get(place, place) for place in own]
    cells = tuple(
        UNCALCULATED if place in sheet.uncalculated else _printed(sheet.value(*place)) for place in places
    )
    typed = frozenset(
        index for index, place in enumerate(places) if not isinstance(sheet.value(*place), str | None)
    )
    return Record(f"{name}!{row}", cells, "\t".join(cells), is_sheet=True, typed=typed)
