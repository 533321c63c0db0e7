"""Workbooks made to exhaust the machine, refused before a library unpacks them or spreads out their cells."""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Iterable

from lxml import etree

from tracetonne.landing import limits
from tracetonne.landing.reject import UnreadableDocumentError, unreadable
from tracetonne.landing.xml_document import SAFE, refuse_document_type

_TAGS = ("{*}row", "{*}c")
_ROW = re.compile(r"[0-9]{1,7}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def refuse_bomb(archive: zipfile.ZipFile, packed_bytes: int) -> None:
    """Refuse a workbook that unpacks to too much, judged from its table of contents.

    Args:
        archive: The workbook.
        packed_bytes: The size of its file; parts may share packed bytes.

    Raises:
        UnreadableDocumentError: It unpacks to more than `workbook_bytes`, or grows more than `archive_ratio`
            times.
    """
    allowed = limits.current()
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > allowed.workbook_bytes:
        raise _unsafe("file", f"at most {allowed.workbook_bytes:,} bytes unpacked", f"{unpacked:,} bytes")
    if unpacked > allowed.harmless_bytes and unpacked > allowed.archive_ratio * packed_bytes:
        expected = f"at most {allowed.archive_ratio} times the packed size"
        raise _unsafe("file", expected, f"{unpacked:,} bytes from {packed_bytes:,}")


def refuse_hidden_bytes(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook whose parts unpack to more than they declare.

    Python's `zipfile` stops at the declared size, but the library that reads the cells need not.

    Raises:
        UnreadableDocumentError: A part is longer than declared.
        zipfile.BadZipFile: A part is damaged.
    """
    for entry in archive.infolist():
        opened = copy.copy(entry)
        opened.file_size = entry.file_size + 1
        with archive.open(opened) as handle:
            left = entry.file_size
            while block := handle.read(1 << 20):
                left -= len(block)
        if left < 0:
            expected = f"{entry.file_size:,} bytes, as declared"
            raise _unsafe(entry.filename[:200], expected, "more than that")


def refuse_wide_sheets(archive: zipfile.ZipFile, parts: Iterable[tuple[str, str]]) -> None:
    """Refuse sheets whose cells, spread out into a rectangle, would not fit into memory.

    One cell in the last corner of a sheet is enough for that: 17 billion blank cells lie before it.

    Args:
        archive: The workbook.
        parts: Name and XML part of each sheet that will be read.

    Raises:
        UnreadableDocumentError: A sheet spans more than `workbook_cells`, or has a document type.
    """
    allowed = limits.current()
    for name, part in parts:
        with archive.open(part) as handle:
            refuse_document_type(handle.read(1 << 16))
        rows, columns = _extent(archive, part)
        if rows * columns > allowed.workbook_cells:
            raise _unsafe(
                f"sheet {name}",
                f"at most {allowed.workbook_cells:,} cells from A1 to the last filled one",
                f"{rows:,} rows of {columns:,} columns",
            )


def _extent(archive: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """Return the last row and column; a cell without a reference stands right of the one before."""
    last_row = last_column = row = column = 0
    with archive.open(part) as handle:
        for event, element in etree.iterparse(handle, events=("start", "end"), tag=_TAGS, **SAFE):
            if event == "end":
                element.clear()
                continue
            printed = element.get("r") or ""
            if element.tag.endswith("row"):
                row = int(printed) if _ROW.fullmatch(printed) else row + 1
                column = 0
            elif found := _REFERENCE.fullmatch(printed):
                column, row = _number(found[1]), int(found[2])
            else:
                column += 1
            last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _unsafe(locator: str, expected: str, found: str) -> UnreadableDocumentError:
    return unreadable("unsafe_workbook", locator, expected=expected, found=found)
