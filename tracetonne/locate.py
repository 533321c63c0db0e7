"""The place of a record in its document: the line, element or cell, in the document's own words.

Belongs here: from locator to text. Does not: which record is asked for (`trace.py`), what it means (landing).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from lxml import etree

from tracetonne.errors import EvidenceRejectedError

# Longer than any line, element or row that a person reads; the rest is in the document.
LONGEST_TEXT = 2000
# Lines are found by counting breaks a chunk, then reading on from its start: a smaller chunk is less to read.
_CHUNK = 1 << 16
# A parsed document takes some ten times its length.
_LARGEST_TREE = 32 * 1024 * 1024
_LINE = re.compile(r"line (\d+)")
_SHEET_ROW = re.compile(r"(?P<sheet>.+)!(?:row )?(?P<row>\d+)(?::(?P=row))?")
_PAGE = re.compile(r"page (?P<page>\d+)(?: line (?P<line>\d+))?(?: at .*)?")
_SHEET_CELL = re.compile(r"(?P<sheet>.+)!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d+)")
_INSIDE = re.compile(r"(?P<containers>.+)!(?P<place>/.*|line \d+|file)")
_STEP = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<position>\d+)\])?")
# One code unit is not one byte: such text has no lines that could be found by counting the byte 0x0A.
_WIDE = ("utf-16", "utf-32", "ucs")


def original_text(document: Path, locator: str, encoding: str = "utf-8") -> str | None:
    """Return what stands at a locator.

    Args:
        document: The bytes as they were landed.
        locator: `line 12`, `Sheet!B4`, `Sheet!row 12` (also `Sheet!12`), `page 1`, `page 1 line 12` of a
            PDF, an XPath of plain steps, a JSON pointer (`#/a/0/b`), or `file`; inside
            a zip or PDF after the name of the file there, `2025/a.xml!/Invoice/Details`.
        encoding: Of text documents.

    Returns:
        The text, cut at 2,000 characters; null where the locator names no place in the document.
    """
    if not document.is_file():
        return None
    if locator.startswith("#/"):
        text = _json_value(document, locator)
    elif match := _LINE.fullmatch(locator):
        text = _line(document, int(match[1]), encoding)
    elif locator.startswith("/"):
        text = _element(document, locator)
    elif match := _INSIDE.fullmatch(locator):
        text = _inside(document, tuple(match["containers"].split("!")), match["place"], encoding)
    elif match := _SHEET_ROW.fullmatch(locator):
        text = _cells(document, match["sheet"], int(match["row"]))
    elif match := _SHEET_CELL.fullmatch(locator):
        text = _cells(document, match["sheet"], int(match["row"]), _column_number(match["column"]))
    elif match := _PAGE.fullmatch(locator):
        text = _page(document, int(match["page"]), int(match["line"] or 0))
    elif locator == "file":
        text = document.read_bytes()[: 4 * LONGEST_TEXT].decode(encoding or "utf-8", "replace")
    else:
        text = None
    return text if text is None or len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"


def _line(document: Path, number: int, encoding: str) -> str | None:
    encoding = encoding or "utf-8"
    if encoding.lower().startswith(_WIDE):
        lines = document.read_bytes().decode(encoding, "replace").splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else None
    counts = _line_breaks(document, document.stat().st_size)
    # The break that the line follows lies in the last chunk before which fewer breaks were counted.
    chunk = max(0, bisect_left(counts, number - 1) - 1)
    with document.open("rb") as stream:
        stream.seek(chunk * _CHUNK)
        for _ in range(number - 1 - counts[chunk]):
            if not stream.readline():
                return None
        raw = stream.readline()
    if not raw:
        return None
    return raw.rstrip(b"\r\n").decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding, "replace")


@lru_cache(maxsize=512)
def _line_breaks(document: Path, byte_size: int) -> tuple[int, ...]:
    """Count the line breaks before each chunk, so that any line of a large export is found at once."""
    counts = [0]
    with document.open("rb") as stream:
        while block := stream.read(_CHUNK):
            counts.append(counts[-1] + block.count(b"\n"))
    return tuple(counts)


def _page(document: Path, page: int, line: int) -> str | None:
    """Return a line of a PDF's page, or the page's text where no line is named."""
    # Loaded here, because most documents are no PDFs.
    from tracetonne.landing.pdf_document import open_pdf

    lines = [one.text for one in open_pdf(document).lines if one.page == page]
    if not line:
        return "\n".join(lines) or None
    return lines[line - 1] if line <= len(lines) else None


def _inside(document: Path, containers: tuple[str, ...], place: str, encoding: str) -> str | None:
    """Return what stands at a place of a document inside this one."""
    data = _content(document, containers)
    if data is None:
        return None
    if place.startswith("/"):
        return _step(_root(data), place)
    text = data.decode(encoding or "utf-8", "replace")
    if place == "file":
        return text
    lines = text.splitlines()
    number = int(place.removeprefix("line "))
    return lines[number - 1] if 0 < number <= len(lines) else None


@lru_cache(maxsize=2)
def _content(document: Path, containers: tuple[str, ...]) -> bytes | None:
    # Loaded here, because most locators lead to a place of the document itself.
    from tracetonne.contained import content_of

    return content_of(document, containers)


def _root(data: bytes) -> etree._Element | None:
    # An invoice may carry a whole file in one element.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


@lru_cache(maxsize=128)
def _tree(document: Path) -> etree._Element | None:
    return _root(document.read_bytes())


def _element(document: Path, path: str) -> str | None:
    tree = _tree(document) if document.stat().st_size <= _LARGEST_TREE else None
    # Of a document that is too large to be held, or cut, what stands before its end is found all the same.
    found = _streamed(document, path) if tree is None else _step(tree, path)
    # Of several documents in a row the first needs no number, and none of them can be parsed with the others.
    return found if found is not None else _inside(document, ("document 1",), path, "utf-8")


def _step(node: etree._Element | None, path: str) -> str | None:
    """Follow plain steps by local name, because a path in a locator carries no namespaces."""
    steps = [match for step in path.strip("/").split("/") if (match := _STEP.fullmatch(step))]
    if node is None or not steps or etree.QName(node).localname != _local(steps[0]["name"]):
        return None
    for step in steps[1:]:
        wanted = _local(step["name"])
        same = [
            child for child in node if isinstance(child.tag, str) and etree.QName(child).localname == wanted
        ]
        position = int(step["position"] or 1)
        if not 0 < position <= len(same):
            return None
        node = same[position - 1]
    return etree.tostring(node, encoding="unicode", with_tail=False)


def _streamed(document: Path, path: str) -> str | None:
    """Follow the steps through a document too large to be held, letting go of what lies before."""
    steps = [match for step in path.strip("/").split("/") if (match := _STEP.fullmatch(step))]
    wanted = [(_local(step["name"]), int(step["position"] or 1)) for step in steps]
    here: list[tuple[str, int]] = []
    counts: list[dict[str, int]] = [{}]
    events = etree.iterparse(
        str(document), events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        for event, element in events:
            if event == "start":
                name = etree.QName(element).localname
                counts[-1][name] = counts[-1].get(name, 0) + 1
                here.append((name, counts[-1][name]))
                counts.append({})
                continue
            if here == wanted:
                return etree.tostring(element, encoding="unicode", with_tail=False)
            # What is asked for keeps its parts until it ends.
            if here[: len(wanted)] != wanted:
                element.clear()
                parent = element.getparent()
                if parent is not None:
                    parent.remove(element)
            here.pop()
            counts.pop()
    except etree.XMLSyntaxError:
        return None
    return None


def _json_value(document: Path, pointer: str) -> str | None:
    """Follow a JSON pointer (RFC 6901, as a URI fragment)."""
    value = _json(document)
    for step in pointer.removeprefix("#/").split("/"):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return None
    return json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=4)
def _json(document: Path) -> object:
    """Return a JSON document with numbers as printed; evidence never changes under its path."""
    from tracetonne.landing import json_document

    try:
        return json_document.parse_bytes(document.read_bytes(), numbers_as_text=True)
    except EvidenceRejectedError:
        return None


def _local(name: str) -> str:
    return name.rsplit(":", 1)[-1]


@lru_cache(maxsize=8)
def _sheet(document: Path, sheet: str) -> Sequence[Sequence[object]] | None:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(document)) as workbook:
            return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except CalamineError:
        return None


def _cells(document: Path, sheet: str, row: int, column: int | None = None) -> str | None:
    rows = _sheet(document, sheet)
    if rows is None or not 0 < row <= len(rows):
        return None
    cells = rows[row - 1]
    if column is None:
        return " | ".join(str(cell) for cell in cells).rstrip(" |")
    return str(cells[column - 1]) if column <= len(cells) else None


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
