"""An Excel workbook as sheets of cells, with the formulas that were never calculated.

Values come from python-calamine. The XML is read a second time for what calamine shows as an empty cell: a
formula without a stored result, and an Excel error. An input that silently reads as empty would be a wrong
figure.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing.cell_text import CellValue, is_blank
from tracetonne.landing.reader import Source
from tracetonne.landing.workbook_guard import refuse_bomb, refuse_hidden_bytes, refuse_wide_sheets
from tracetonne.landing.xml_document import SAFE

# What the libraries raise on a file that is cut, damaged, encrypted, or no workbook at all.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    etree.XMLSyntaxError,
    CalamineError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
# The container of .xls files, and of .xlsx files that were encrypted.
_OLD_CONTAINER = bytes.fromhex("d0cf11e0a1b11ae1")
Position = tuple[int, int]


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows and columns count from 1, as Excel shows them."""

    name: str
    values: Mapping[Position, CellValue]
    formulas: Mapping[Position, str] = field(default_factory=dict)
    uncalculated: frozenset[Position] = frozenset()
    last_row: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row and column, last row and column

    def value(self, row: int, column: int) -> CellValue | None:
        """Return a cell's value, or None where the cell is blank."""
        return self.values.get((row, column))

    def rows(self, first: int = 1) -> Iterator[int]:
        """Yield the row numbers from `first` to the last row that holds anything."""
        yield from range(first, self.last_row + 1)


@dataclass(frozen=True)
class Workbook:
    """The sheets that were asked for and exist."""

    sheets: Mapping[str, Sheet]
    sheet_names: tuple[str, ...]
    epoch_1904: bool


def address(row: int, column: int) -> str:
    """Return `B4` for row 4, column 2."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def column_number(letters: str) -> int:
    """Return 2 for `B`."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the sheet names of a workbook, or nothing where the file is no workbook that can be opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive, path.stat().st_size)
            parts = _sheet_parts(archive)
    except (*UNREADABLE, EvidenceRejectedError):
        return ()
    return tuple(parts)


def why_closed(source: Source) -> str:
    """Say why what looks like a workbook cannot be opened; nothing where it does not look like one."""
    if source.head.startswith(_OLD_CONTAINER):
        return "an .xls file of old Excel, or a workbook with a password"
    if (
        source.head.startswith(b"PK")
        and b"[Content_Types].xml" in source.head
        and not sheet_names(source.path)
    ):
        return "a workbook that is cut short, damaged, or unpacks to more than is safe"
    return ""


def open_workbook(path: Path, wanted: Iterable[str], formulas_of: Iterable[str] = ()) -> Workbook:
    """Read the `wanted` sheets, those of `formulas_of` with their formulas.

    Raises:
        EvidenceRejectedError: The file is damaged, encrypted, or larger than a form can be.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive, path.stat().st_size)
            parts = _sheet_parts(archive)
            refuse_hidden_bytes(archive)
            present = [name for name in wanted if name in parts]
            refuse_wide_sheets(archive, [(name, parts[name]) for name in present])
            epoch_1904 = _epoch_1904(archive)
            with_formulas = set(formulas_of)
            formulas = {
                name: _formulas(archive, part) for name, part in parts.items() if name in with_formulas
            }
        sheets = {}
        # Evidence is stored under its hash, without the extension that `from_path` would judge by.
        with path.open("rb") as handle, CalamineWorkbook.from_filelike(handle) as book:
            for name in present:
                rows = _cells(book, name, path)
                sheets[name] = _sheet(name, rows, formulas.get(name, _Formulas()))
    except UNREADABLE as error:
        raise _unreadable(path, f"{type(error).__name__}: {error}") from error
    return Workbook(sheets=sheets, sheet_names=tuple(parts), epoch_1904=epoch_1904)


def _cells(book: CalamineWorkbook, name: str, path: Path) -> list[list[CellValue]]:
    """Return the rows of a sheet.

    Raises:
        EvidenceRejectedError: The library panicked, as it does at a number beyond all dates in a date cell.
    """
    try:
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except BaseException as error:
        # A panic of the Rust library is no `Exception`, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(path, f"a cell of the sheet {name} that cannot be: {error}") from None


def _unreadable(path: Path, why: str) -> EvidenceRejectedError:
    return EvidenceRejectedError(
        "The workbook cannot be opened",
        where=path.name,
        expected="an Excel workbook (.xlsx) without password",
        found=why,
        action="open it in Excel, save it as .xlsx without a password, and land it again",
    )


def _sheet(name: str, rows: list[list[CellValue]], formulas: _Formulas) -> Sheet:
    values: dict[Position, CellValue] = {
        (row_number, column): value
        for row_number, row in enumerate(rows, 1)
        for column, value in enumerate(row, 1)
        if not is_blank(value)
    }
    values.update(formulas.errors)
    last = max((position[0] for position in (*values, *formulas.texts)), default=0)
    return Sheet(name, values, formulas.texts, formulas.uncalculated, last, formulas.merged)


def _parse(archive: zipfile.ZipFile, part: str) -> etree._Element:
    return etree.fromstring(archive.read(part), etree.XMLParser(**SAFE))


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the XML part of each sheet by sheet name."""
    targets = {
        str(relation.get("Id")): str(relation.get("Target"))
        for relation in _parse(archive, "xl/_rels/workbook.xml.rels")
    }
    parts = {}
    for sheet in _parse(archive, "xl/workbook.xml").iterfind(".//{*}sheet"):
        relation_id = next((value for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")
        target = targets.get(str(relation_id), "")
        if "worksheets/" in target:
            part = target.lstrip("/")
            parts[str(sheet.get("name"))] = part if part.startswith("xl/") else f"xl/{part}"
    return parts


def _epoch_1904(archive: zipfile.ZipFile) -> bool:
    properties = _parse(archive, "xl/workbook.xml").find("{*}workbookPr")
    return properties is not None and properties.get("date1904") in ("1", "true")


@dataclass(frozen=True)
class _Formulas:
    """What the XML of a sheet tells beyond its values."""

    texts: Mapping[Position, str] = field(default_factory=dict)
    uncalculated: frozenset[Position] = frozenset()
    errors: Mapping[Position, str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()


def _formulas(archive: zipfile.ZipFile, part: str) -> _Formulas:
    """Return formula texts, the positions whose formula has no stored result, and Excel errors.

    A result that is an empty text is a result: Excel marks it with the type `str`.
    """
    texts: dict[Position, str] = {}
    uncalculated = set()
    root = _parse(archive, part)
    for formula in root.iter("{*}f"):
        cell = formula.getparent()
        if cell is None:
            continue
        position = _position(str(cell.get("r")))
        texts[position] = formula.text or ""
        if not cell.findtext("{*}v") and cell.get("t") != "str":
            uncalculated.add(position)
    wrong = root.iterfind(".//{*}c[@t='e']")
    errors = {_position(str(cell.get("r"))): cell.findtext("{*}v") or "#N/A" for cell in wrong}
    merged = tuple(_range(str(one.get("ref"))) for one in root.iter("{*}mergeCell"))
    return _Formulas(texts, frozenset(uncalculated), errors, merged)


def _range(reference: str) -> tuple[int, int, int, int]:
    first, _, last = reference.partition(":")
    return *_position(first), *_position(last or first)


def _position(reference: str) -> Position:
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", reference)
    if not found:
        raise ValueError(f"cell reference {reference!r}")
    return int(found[2]), column_number(found[1])
