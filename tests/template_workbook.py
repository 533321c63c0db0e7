"""Edit cells of an official CBAM communication template by patching its XML, so that stored results survive.

openpyxl drops the stored result of every formula, and a workbook without results is another case (and
another test) than a filled one. `edited` therefore changes only the named cells inside the zip. It does not
recalculate: what the workbook computes from the changed cells stays as it was, so that a reader which reads
results gives itself away.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from corpora import SHARED
from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOKS = {
    "cement": "1 CBAM SEE V2.1_Example Cement_final.xlsx",
    "steel": "4 CBAM SEE V2.1_Example Steel 3 Screws and nuts_final.xlsx",
    "fertilizer": "5 CBAM SEE V2.1_Example Fertilizer_final.xlsx",
    "aluminium": "6 CBAM SEE V2.1_Example Aluminium_final.xlsx",
    "blank": "communication_template.xlsx",
}


@dataclass(frozen=True)
class Formula:
    """A formula in a cell; `result` None leaves it uncalculated, as a program without calculation does."""

    text: str
    result: float | str | bool | None


@dataclass(frozen=True)
class Result:
    """Another stored result of the formula that stands in a cell."""

    value: float


@dataclass(frozen=True)
class Error:
    """An Excel error such as `#N/A`."""

    text: str


CellContent = None | float | int | str | bool | datetime.date | Formula | Result | Error


def official(name: str) -> Path:
    """Return an official workbook by short name, or skip the test where the corpus is absent."""
    path = SHARED / "corpora" / "cbam-template" / WORKBOOKS[name]
    if not path.exists():
        pytest.skip(f"the official workbook is not at {path}; set TRACETONNE_SHARED to the shared folder")
    return path


def edited(
    source: Path,
    target: Path,
    cells: Mapping[str, CellContent],
    *,
    drop_sheets: tuple[str, ...] = (),
    epoch_1904: bool = False,
) -> Path:
    """Write a copy of a workbook with other cell contents.

    Args:
        source: The workbook to copy.
        target: Where the copy goes.
        cells: Content by `sheet!cell`, such as `D_Processes!L54`; None empties the cell.
        drop_sheets: Sheets that the copy lacks.
        epoch_1904: Count dates from 1904, as old Excel for Macintosh did.

    Returns:
        The target.
    """
    with zipfile.ZipFile(source) as archive:
        parts = _parts(archive)
        changes: dict[str, dict[str, CellContent]] = {}
        for reference, content in cells.items():
            sheet, _, cell = reference.rpartition("!")
            changes.setdefault(parts[sheet], {})[cell] = content
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
            for entry in archive.infolist():
                data = archive.read(entry)
                if entry.filename in changes:
                    data = _patched(data, changes[entry.filename], epoch_1904)
                if entry.filename == "xl/workbook.xml":
                    data = _patched_workbook(data, drop_sheets, epoch_1904)
                copy.writestr(entry.filename, data)
    return target


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = {
        relation.get("Id"): relation.get("Target")
        for relation in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = etree.fromstring(archive.read("xl/workbook.xml")).iterfind(f".//{{{MAIN}}}sheet")
    relation_id = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    return {
        sheet.get("name"): "xl/" + relations[sheet.get(relation_id)].removeprefix("/xl/") for sheet in sheets
    }


def _patched_workbook(data: bytes, drop_sheets: tuple[str, ...], epoch_1904: bool) -> bytes:
    root = etree.fromstring(data)
    for sheet in list(root.iterfind(f".//{{{MAIN}}}sheet")):
        if sheet.get("name") in drop_sheets:
            sheet.getparent().remove(sheet)
    if epoch_1904:
        root.find(f"{{{MAIN}}}workbookPr").set("date1904", "1")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _patched(data: bytes, cells: Mapping[str, CellContent], epoch_1904: bool) -> bytes:
    root = etree.fromstring(data)
    rows = {int(row.get("r")): row for row in root.iterfind(f".//{{{MAIN}}}row")}
    for reference, content in cells.items():
        number = int(re.sub(r"\D", "", reference))
        _fill(_cell(rows[number], reference), content, epoch_1904)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _column(reference: str) -> int:
    number = 0
    for letter in re.sub(r"\d", "", reference):
        number = number * 26 + ord(letter) - 64
    return number


def _cell(row: etree._Element, reference: str) -> etree._Element:
    for position, cell in enumerate(row):
        if cell.get("r") == reference:
            return cell
        if _column(cell.get("r")) > _column(reference):
            made = etree.Element(f"{{{MAIN}}}c", r=reference)
            row.insert(position, made)
            return made
    return etree.SubElement(row, f"{{{MAIN}}}c", r=reference)


def _fill(cell: etree._Element, content: CellContent, epoch_1904: bool) -> None:
    formula = cell.find(f"{{{MAIN}}}f")
    if isinstance(content, Result):
        cell.find(f"{{{MAIN}}}v").text = repr(content.value)
        return
    if formula is not None and formula.get("ref"):
        raise ValueError(f"{cell.get('r')} holds the formula of a range")
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(content, Formula):
        etree.SubElement(cell, f"{{{MAIN}}}f").text = content.text
        content = content.result
        if isinstance(content, str):
            cell.set("t", "str")
            etree.SubElement(cell, f"{{{MAIN}}}v").text = content
            return
    if content is None:
        return
    if isinstance(content, str):
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t")
        text.text = content
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return
    if isinstance(content, Error):
        cell.set("t", "e")
        value = content.text
    elif isinstance(content, bool):
        cell.set("t", "b")
        value = str(int(content))
    elif isinstance(content, datetime.date):
        epoch = datetime.date(1904, 1, 1) if epoch_1904 else datetime.date(1899, 12, 30)
        value = str((content - epoch).days)
    else:
        value = repr(content)
    etree.SubElement(cell, f"{{{MAIN}}}v").text = value
