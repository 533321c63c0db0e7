"""A filled CBAM communication template as a supplier's declaration: its sheet `Summary_Communication`.

The same workbook may be the site's own installation or a supplier's, and nothing in it says who holds it. A
supplier that keeps its data to itself sends the summary sheet alone: that is told by the absence of the input
sheets. A whole template is read as the own installation (`cbam_template`) unless the person who lands it says
otherwise (`land --as cbam_supplier`), because a supplier's template taken for the own one is seen at once
(its processes are not in the master data), while the own one taken for a supplier's would go unnoticed.

The sheet prints its headings in English whatever the language of the template. Values are results of formulas
and land as stored. The template knows no verification report, so a declaration from it is never verified by
itself.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping

from tracetonne.landing.cell_text import CellError, CellValue, read_date, read_number, read_text, verbatim
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable
from tracetonne.landing.vocabulary import fold
from tracetonne.landing.workbook import Sheet, Workbook, address, column_number, open_workbook, sheet_names

SUMMARY = "Summary_Communication"
INSTALLATION = "A_InstData"
_LABEL, _VALUE = column_number("D"), column_number("G")
# Heading of the products table, and the landing column; those without a column are the template's own affair.
_HEADINGS = {
    "cn codes": "cn_code",
    "product name (used for communication with reporting declarant, e.g. on invoices)": "product_name",
    "see (direct)": "see_direct",
    "see (indirect)": "see_indirect",
    "share of emissions by default value": "default_share",
    "source for electricity ef": "electricity_factor_source",
    "embedded electricity (mwh/t)": "electricity",
}
_UNIT = "unit"
_NEEDED = ("cn_code", "see_direct")
_NUMBERS = ("see_direct", "see_indirect", "default_share", "electricity")
_COUNTRY = re.compile(r"[A-Z]{2}")
_Summary = dict[str, str | None]


class CbamSupplierReader:
    """Reads the products of a supplier's summary sheet."""

    kind = "cbam_supplier"
    title = "CBAM communication template of a supplier"
    title_zh = "供應商 CBAM 溝通範本"
    version = "2"
    family = "suppliers"
    standard = "European Commission, CBAM communication template"
    standard_version = "2.1"
    about = (
        "*XLSX*: sheet `Summary_Communication` of the Commission's template, sent alone, or the whole "
        "template landed with `--as cbam_supplier`; without that hint a whole template is the site's own "
        "installation. One record a product: CN code, name on invoices, direct and indirect embedded "
        "emissions, embedded electricity, share of default values. The material is found by the name on "
        "invoices, else by the CN code. Business key: installation and reporting period."
    )

    def recognises(self, source: Source) -> bool:
        """Say whether the workbook holds the summary without the sheets that it is computed from."""
        if not source.head.startswith(b"PK"):
            return False
        names = sheet_names(source.path)
        return SUMMARY in names and INSTALLATION not in names

    def read(self, source: Source) -> Reading:
        """Read the products.

        Raises:
            UnreadableDocumentError: The sheet is missing or laid out otherwise, names no installation or
                period, or holds no product.
        """
        book = open_workbook(source.path, [SUMMARY, INSTALLATION], formulas_of=[SUMMARY])
        if SUMMARY not in book.sheets:
            found = ", ".join(book.sheet_names)
            raise unreadable("missing_element", field=SUMMARY, expected=f"sheet {SUMMARY}", found=found)
        sheet = book.sheets[SUMMARY]
        common, start, end = _common(book)
        heading_row, columns = _headings(sheet)
        rows: list[_Summary] = []
        rejections: list[Rejection] = []
        rejected = 0
        for row in _product_rows(sheet, heading_row, columns):
            cells, problems = _product(sheet, row, columns)
            rejections += problems
            rejected += bool(problems)
            if not problems:
                rows.append({**common, **cells, "locator": f"{SUMMARY}!row {row}"})
        if not rows:
            where = f"{SUMMARY}!row {heading_row}"
            raise UnreadableDocumentError(
                rejections or [rejection("empty_file", where, expected="a product", found="none")]
            )
        return Reading(
            records={"supplier_declaration": rows},
            rejections=rejections,
            records_rejected=rejected,
            document_key=f"{common['installation']}:{start.isoformat()}/{end.isoformat()}",
            document_date=start.isoformat(),
            period_start=start,
            period_end=end,
            encoding="xlsx",
            message=_note(rows),
        )


def _note(rows: list[_Summary]) -> str:
    names = ", ".join(str(row.get("product_name") or row["cn_code"]) for row in rows[:5])
    return (
        f"Declared by a supplier: {names}. The template is no verification report: ask for one that covers "
        "the period. 範本並非查驗報告，請另索取涵蓋該期間之查驗報告。"
    )


def _common(book: Workbook) -> tuple[_Summary, datetime.date, datetime.date]:
    """Read what holds for all products: installation, country, reporting period, verifier."""
    sheet = book.sheets[SUMMARY]
    labelled: dict[str, list[int]] = {}
    for row in range(1, 24):
        label = sheet.value(row, _LABEL)
        if isinstance(label, str) and sheet.value(row, _VALUE) is not None:
            labelled.setdefault(fold(label).rstrip(":").strip(), []).append(row)
    problems: list[Rejection] = []

    def said(label: str, read: Callable[[CellValue], str]) -> str:
        row = labelled.get(label, [0])[0]
        value = sheet.value(row, _VALUE)
        if value is None:
            problems.append(rejection("missing_element", SUMMARY, field=label, expected="a value beside it"))
            return ""
        try:
            return read(value)
        except CellError as error:
            problems.append(_cell_problem(address(row, _VALUE), label, error, value))
            return ""

    installation = said("name of the installation (english name)", read_text)
    first = said("reporting period start", lambda value: read_date(value, book.epoch_1904))
    last = said("reporting period end", lambda value: read_date(value, book.epoch_1904))
    if first and last and last < first:
        problems.append(
            rejection(
                "interval_order", SUMMARY, field="reporting period end", expected=f"after {first}", found=last
            )
        )
    if problems:
        raise UnreadableDocumentError(problems)
    start = datetime.date.fromisoformat(first)
    end = datetime.date.fromisoformat(last) + datetime.timedelta(days=1)
    # The sheet prints city and country under the same label; the country is the code.
    countries = [str(sheet.value(row, _VALUE)).strip() for row in labelled.get("country", [])]
    return (
        {
            "declaration_number": f"{installation}, {first}/{last}",
            "supplier": installation,
            "installation": installation,
            "country_code": next((text for text in countries if _COUNTRY.fullmatch(text)), None),
            "valid_from": start.isoformat(),
            "valid_to": end.isoformat(),
            **_verifier(book),
        },
        start,
        end,
    )


def _verifier(book: Workbook) -> _Summary:
    """Read the verifier from the input sheet, where the whole template is there; by its numbering."""
    sheet = book.sheets.get(INSTALLATION)
    if sheet is None:
        return {}
    found: dict[tuple[str, str, str], str] = {}
    section = item = ""
    for row in sheet.rows():
        if isinstance(number := sheet.value(row, 3), int | float) and not isinstance(number, bool):
            section, item = str(int(number)) if abs(number) < 100 else "", ""
        mark = verbatim(sheet.value(row, 4)).strip()
        if re.fullmatch(r"\([a-z]\)", mark):
            item = mark
        value = sheet.value(row, 9)
        if re.fullmatch(r"[ivx]+\.", mark) and value is not None:
            found.setdefault((section, item, mark), verbatim(value).strip())
    return {
        "verifier": found.get(("3", "(a)", "i.")),
        "accreditation_country": found.get(("3", "(c)", "i.")),
        "accreditation_body": found.get(("3", "(c)", "ii.")),
        "verifier_accreditation": found.get(("3", "(c)", "iii.")),
    }


def _headings(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """Find the heading of the products and the columns under it."""
    for row in sheet.rows():
        texts = {
            fold(value): column
            for column in range(3, 60)
            if isinstance(value := sheet.value(row, column), str)
        }
        if {"cn codes", "see (direct)"} <= set(texts):
            columns = {name: texts[heading] for heading, name in _HEADINGS.items() if heading in texts}
            if _UNIT in texts:
                columns[_UNIT] = texts[_UNIT]
            return row, columns
    expected = "a row of headings with CN Codes and SEE (direct)"
    raise unreadable("missing_element", SUMMARY, field="CN Codes", expected=expected)


def _product_rows(sheet: Sheet, heading_row: int, columns: Mapping[str, int]) -> Iterator[int]:
    """Yield the rows that hold a product; the template numbers a hundred, most of them empty."""
    for row in sheet.rows(heading_row + 1):
        names = [name for name in ("cn_code", "product_name", "see_direct") if name in columns]
        if any(sheet.value(row, columns[name]) is not None for name in names):
            yield row


def _product(sheet: Sheet, row: int, columns: Mapping[str, int]) -> tuple[_Summary, list[Rejection]]:
    cells: _Summary = {}
    problems: list[Rejection] = []
    for name, column in columns.items():
        value = sheet.value(row, column)
        cell = address(row, column)
        try:
            if value is None:
                if name in _NEEDED:
                    what = "not calculated" if (row, column) in sheet.uncalculated else "blank"
                    raise CellError(
                        "empty_cell", f"{name} is {what}", f"「{name}」沒有內容", "a value",
                        "open the workbook in a spreadsheet program, save it and land it again",
                    )  # fmt: skip
                continue
            number = name in _NUMBERS and not _is_not_available(value)
            text = read_number(value, minimum=0) if number else read_text(value)
            cells[name] = None if name in _NUMBERS and not number else text
        except CellError as error:
            problems.append(_cell_problem(cell, name, error, value))
    unit = cells.pop(_UNIT, None)
    cells["see_direct_unit"] = unit
    if cells.get("see_indirect"):
        cells["see_indirect_unit"] = unit
    if cells.get("electricity"):
        cells["electricity_unit"] = "MWh/t"
    return cells, problems


def _is_not_available(value: CellValue) -> bool:
    """Say whether the template itself says that there is no number."""
    return isinstance(value, str) and fold(value) in ("n.a.", "n/a", "-")


def _cell_problem(cell: str, name: str, error: CellError, value: object) -> Rejection:
    return Rejection(
        locator=f"{SUMMARY}!{cell}",
        field=name,
        code=error.code,
        message=f"{SUMMARY}!{cell} ({name}): {error.message}",
        message_zh=f"{SUMMARY}!{cell}（{name}）：{error.message_zh}",
        expected=error.expected,
        found=verbatim(value),
        action=error.action or f"correct {cell} and land the workbook again",
        original_text=verbatim(value),
    )


READER = CbamSupplierReader()
