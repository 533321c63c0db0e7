"""A communication template being read: its headings, its outline, and what came of every cell.

Rows are found by the template's own numbering (`2`, `(h)`, `ii.`), columns by their headings. Headings are
formulas that fetch a language from sheet `Translations`; they are resolved to its English column, which
also serves workbooks in other languages and workbooks that another program saved without stored results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tracetonne.landing import vocabulary as words
from tracetonne.landing.cbam_template_map import TRANSLATIONS, Field
from tracetonne.landing.cell_text import CellError, CellValue, verbatim
from tracetonne.landing.reader import Rejection
from tracetonne.landing.workbook import Sheet, Workbook, address, column_number


class RefusalError(Exception):
    """The workbook is not laid out as the template is; carries the one rejection that says so."""

    def __init__(self, rejection: Rejection) -> None:
        self.rejection = rejection
        super().__init__(rejection.message)


@dataclass
class TemplateForm:
    """The workbook being read, and what came of it so far."""

    book: Workbook
    rows: list[dict[str, str]] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    records_rejected: int = 0
    refused: bool = False

    def sheet(self, name: str) -> Sheet:
        """Return a sheet whose presence was checked."""
        return self.book.sheets[name]

    def label(self, sheet: Sheet, row: int, column: int) -> str:
        """Return a heading in English, folded for comparison."""
        found = re.fullmatch(r"\s*\+?Translations!\$?B\$?(\d+)\s*", sheet.formulas.get((row, column), ""))
        translations = self.book.sheets.get(TRANSLATIONS)
        if found and translations:
            english = translations.value(int(found[1]), column_number("C"))
            if isinstance(english, str):
                return words.fold(english)
        value = sheet.value(row, column)
        return words.fold(value) if isinstance(value, str) else ""

    def column(self, sheet: Sheet, row: int, heading: str) -> int:
        """Return the column under a heading; a letter stands for itself.

        Raises:
            RefusalError: `template_heading_missing`.
        """
        if re.fullmatch(r"[A-Z]{1,2}", heading):
            return column_number(heading)
        wanted = words.fold(heading)
        for column in range(3, 60):
            if self.label(sheet, row, column) == wanted:
                return column
        raise refusal(
            "template_heading_missing",
            f"{sheet.name}!{row}:{row}",
            f"The heading '{heading}' is missing on sheet {sheet.name}",
            f"工作表 {sheet.name} 缺少欄位標題「{heading}」",
            f"'{heading}' in row {row}, as in version 2.1 of the template",
        )

    def read(
        self, sheet: Sheet, row: int, column: int, spec: Field, into: list[dict[str, str]], *path: object
    ) -> str | None:
        """Read one input cell into `into`; `path` is section, item, sub_item. A blank cell gives nothing."""
        section, item, sub_item = (*(str(part) for part in path), "", "")[:3]
        value = sheet.value(row, column)
        if value is None:
            if (row, column) in sheet.uncalculated:
                self._reject(sheet, row, column, f"{section}.{spec.name}", not_calculated(), spec.decides)
            return None
        try:
            text = spec.read(value)
        except CellError as error:
            self._reject(sheet, row, column, f"{section}.{spec.name}", error, spec.decides)
            return None
        into.append(record(section, item, sub_item, spec, text, value, sheet.name, address(row, column)))
        return text

    def _reject(
        self, sheet: Sheet, row: int, column: int, name: str, error: CellError, decides: bool
    ) -> None:
        self.reject(
            sheet.name, address(row, column), name, error, verbatim(sheet.value(row, column)), decides
        )

    def reject(
        self, sheet: str, cell: str, name: str, error: CellError, found: str, decides: bool = True
    ) -> None:
        """Note a cell that cannot be read; one that decides refuses the document."""
        self.refused = self.refused or decides
        self.records_rejected += 1
        self.rejections.append(
            Rejection(
                locator=f"{sheet}!{cell}",
                field=name,
                code=error.code,
                message=f"{sheet}!{cell} ({name}): {error.message}",
                message_zh=f"{sheet}!{cell}（{name}）：{error.message_zh}",
                expected=error.expected,
                found=found,
                action=error.action or f"correct {sheet}!{cell}, save the workbook and land it again",
                original_text=found,
            )
        )


def record(
    section: str, item: str, sub_item: str, spec: Field, text: str, value: CellValue, sheet: str, cell: str
) -> dict[str, str]:
    """Return a row of `cbam_template_cell`."""
    return {
        "section": section,
        "item": item,
        "sub_item": sub_item,
        "field": spec.name,
        "value": text,
        "value_type": spec.value_type,
        "sheet": sheet,
        "cell": cell,
        "original_text": verbatim(value),
    }


def not_calculated() -> CellError:
    """Return the error of an input that is a formula without a stored result."""
    return CellError(
        "formula_without_result",
        "The cell holds a formula whose result was never stored",
        "儲存格為公式，但檔案未儲存其計算結果",
        "a value, or a formula that Excel has calculated",
        "open the workbook in Excel, let it calculate, save it and land it again",
    )


def refusal(code: str, locator: str, message: str, message_zh: str, expected: str) -> RefusalError:
    """Return the error of a workbook that is not laid out as the template."""
    action = "use the Commission's communication template, version 2.0 or later, without moving its cells"
    return RefusalError(Rejection(locator, "", code, message, message_zh, expected, action=action))


Outline = dict[tuple[str, str, str], int]
LETTER = re.compile(r"\([a-z]\)")
_NUMERAL = re.compile(r"[ivx]+\.")
_LISTED = re.compile(r"(?:G|P|PP)\d+")


def outline_of(sheet: Sheet, section_by_letter: bool) -> Outline:
    """Return rows by (section, letter, leaf), from the numbering in columns C and D.

    On sheets A and C a section is a number in column C; on D and E, whose block numbers are formulas, a
    section starts at each `(a)`. Lists such as `G1, G1, G3` are counted, since the template itself
    misnumbers them.
    """
    outline: Outline = {}
    section, letter, listed = 0, "", 0
    for row in sheet.rows():
        in_c, in_d = sheet.value(row, 3), sheet.value(row, 4)
        if not section_by_letter and isinstance(in_c, float | int) and not isinstance(in_c, bool):
            section, letter, listed = int(in_c), "", 0
            outline.setdefault((str(section), "", ""), row)
        leaf = words.fold(in_d) if isinstance(in_d, str) else ""
        if LETTER.fullmatch(leaf):
            if section_by_letter and leaf == "(a)":
                section += 1
            letter, listed = leaf, 0
            outline.setdefault((str(section), letter, ""), row)
        elif _NUMERAL.fullmatch(leaf):
            outline.setdefault((str(section), letter, leaf), row)
        elif isinstance(in_d, str) and _LISTED.fullmatch(in_d.strip()):
            listed += 1
            outline[(str(section), letter, str(listed))] = row
        elif isinstance(in_d, float | int) and not isinstance(in_d, bool):
            outline.setdefault((str(section), letter, str(int(in_d))), row)
    return outline


def row_of(sheet: Sheet, outline: Outline, *path: str) -> int:
    """Return the row at an outline path.

    Raises:
        RefusalError: `template_row_missing`.
    """
    section, letter, leaf = (*path, "", "")[:3]
    row = outline.get((section, letter, leaf))
    if row is None:
        raise refusal(
            "template_row_missing",
            sheet.name,
            f"Row '{' '.join(part for part in path if part)}' is missing on sheet {sheet.name}",
            f"工作表 {sheet.name} 缺少「{' '.join(part for part in path if part)}」列",
            "the numbering of version 2.1 of the template in columns C and D",
        )
    return row


def check_labels(
    form: TemplateForm, sheet: Sheet, outline: Outline, labels: Mapping[tuple[str, str], str]
) -> None:
    """Check the labels of a sheet's first block; the official template mixes up some of the later ones."""
    for (letter, leaf), wanted in labels.items():
        row = row_of(sheet, outline, "1", letter, leaf)
        label = form.label(sheet, row, column_number("E"))
        if wanted not in label:
            raise refusal(
                "template_row_moved",
                f"{sheet.name}!E{row}",
                f"{sheet.name}!E{row} should speak of '{wanted}' but says '{label}'",
                f"{sheet.name}!E{row} 應為「{wanted}」相關項目，實際為「{label}」",
                f"a label with '{wanted}', as in version 2.1 of the template",
            )
