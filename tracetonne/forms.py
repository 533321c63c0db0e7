"""Writer of bilingual Excel forms: keys, Chinese labels, help, drop-down lists, a guide; no formulas.

Whatever is written is written as text, number or date, never as a formula, and text that would become one
when somebody edits its cell gets an apostrophe in front, which the readers take off again. The bytes depend
on the content only.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from tracetonne.landing.master_sheets import FIRST_DATA_ROW, Column, MasterSheet, offered
from tracetonne.neutral import neutral

ROWS_OFFERED = 500  # rows with drop-down lists; longer tables work without
GUIDE = "guide 說明"
LISTS = "lists 清單"
_NUMBERS = ("number", "positive", "share")
_CREATED = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
_WIDTHS = {"text": 34, "code": 22, "good": 28, "route": 28, "date": 14, "month": 14, "choice": 20}

Record = Mapping[str, object]


@dataclass(frozen=True)
class Guide:
    """What the first sheet says.

    Args:
        title_en: Title of the form.
        title_zh: The same in Traditional Chinese.
        steps: What to do, in order, in both languages.
    """

    title_en: str
    title_zh: str
    steps: Sequence[tuple[str, str]]


class _Form:
    """A workbook being written, with its formats and the places of its lists."""

    def __init__(self, path: Path, title: str) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(str(path), options)
        self.book.set_properties({"title": title, "created": _CREATED})
        font = {"font_name": "Microsoft JhengHei", "font_size": 10, "valign": "vcenter"}
        thin = {"border": 1, "border_color": "#C9D3D8"}

        def made(**properties: Any) -> Any:
            return self.book.add_format({**font, **properties})

        self.key = made(bold=True, bg_color="#1F4E5F", font_color="#FFFFFF", **thin)
        self.required = made(bold=True, bg_color="#B5482A", font_color="#FFFFFF", **thin)
        self.label = made(bg_color="#E3EDF0", font_color="#1F4E5F", text_wrap=True, **thin)
        self.text = made(num_format="@")
        self.number = made()
        self.date = made(num_format="yyyy-mm-dd")
        self.title = made(bold=True, font_size=16, font_color="#1F4E5F")
        self.subtitle = made(bold=True, font_size=12, font_color="#1F4E5F")
        self.wrapped = made(text_wrap=True, valign="top", **thin)
        self.plain = made(text_wrap=True)
        self.lists: dict[tuple[str, str], str] = {}

    def format_of(self, column: Column) -> Any:
        """Return the cell format of a column; codes are text, so that leading zeros stay."""
        if column.kind == "date":
            return self.date
        return self.number if column.kind in _NUMBERS else self.text


def write_form(
    path: Path,
    guide: Guide,
    sheets: Sequence[MasterSheet],
    rows: Mapping[str, Sequence[Record]] | None = None,
    hidden: tuple[str, Sequence[tuple[str, str]]] | None = None,
) -> Path:
    """Write a form, empty or with rows.

    Args:
        path: Where the workbook goes.
        guide: Text of the first sheet.
        sheets: The tables of the form.
        rows: Rows by sheet name and column key; numbers, dates and texts.
        hidden: A hidden sheet for the program that reads the form back: its name, and keys with values.

    Returns:
        The path.
    """
    form = _Form(path, f"{guide.title_en} {guide.title_zh}")
    first = form.book.add_worksheet(GUIDE)
    tables = [(form.book.add_worksheet(sheet.name), sheet) for sheet in sheets]
    _write_lists(form, sheets)
    _write_guide(form, first, guide, sheets)
    for worksheet, sheet in tables:
        _write_sheet(form, worksheet, sheet, (rows or {}).get(sheet.name, ()))
    if hidden:
        _write_hidden(form, *hidden)
    first.activate()
    form.book.close()
    return path


def _write_lists(form: _Form, sheets: Sequence[MasterSheet]) -> None:
    """Write drop-down entries to a hidden sheet: a list inside a rule is limited to 255 characters."""
    worksheet = form.book.add_worksheet(LISTS)
    worksheet.hide()
    position = 0
    for sheet in sheets:
        for column in sheet.columns:
            entries = offered(column)
            if entries:
                worksheet.write_string(0, position, f"{sheet.name}.{column.key}", form.key)
                for row, entry in enumerate(entries, 1):
                    worksheet.write_string(row, position, entry, form.text)
                letter = xlsxwriter.utility.xl_col_to_name(position)
                form.lists[sheet.name, column.key] = f"='{LISTS}'!${letter}$2:${letter}${len(entries) + 1}"
                position += 1


def _write_guide(form: _Form, worksheet: Any, guide: Guide, sheets: Sequence[MasterSheet]) -> None:
    worksheet.hide_gridlines(2)
    for position, width in enumerate((20, 24, 18, 10, 46, 46, 60)):
        worksheet.set_column(position, position, width, form.plain)
    worksheet.set_row(0, 28)
    worksheet.write_string(0, 0, f"{guide.title_en}　{guide.title_zh}", form.title)
    row = 2
    for number, (english, chinese) in enumerate(guide.steps, 1):
        worksheet.write_string(row, 0, f"{number}.", form.subtitle)
        worksheet.merge_range(row, 1, row, 4, english, form.plain)
        worksheet.merge_range(row, 5, row, 6, chinese, form.plain)
        worksheet.set_row(row, 32)
        row += 1
    row += 1
    heads = ("sheet 工作表", "column 欄位", "欄位名稱", "必填", "what to enter", "填寫說明", "entries 選項")
    for position, head in enumerate(heads):
        worksheet.write_string(row, position, head, form.key)
    worksheet.freeze_panes(row + 1, 0)
    for sheet in sheets:
        for column in sheet.columns:
            row += 1
            entries = "；".join(f"{entry} {meaning}" for entry, meaning in (column.choices or {}).items())
            cells = (
                sheet.name,
                column.key,
                column.label_zh,
                "●" if column.required else "",
                column.help_en,
                column.help_zh,
                entries,
            )
            for position, text in enumerate(cells):
                worksheet.write_string(row, position, text, form.wrapped)
            lines = max(
                1, -(-_width(entries) // 58), -(-_width(column.help_zh) // 44), -(-len(column.help_en) // 44)
            )
            worksheet.set_row(row, 15 * lines + 3)
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)


def _write_hidden(form: _Form, name: str, entries: Sequence[tuple[str, str]]) -> None:
    worksheet = form.book.add_worksheet(name)
    worksheet.very_hidden()
    for row, (key, value) in enumerate(entries):
        worksheet.write_string(row, 0, key, form.key)
        worksheet.write_string(row, 1, neutral(value), form.text)


def _width(text: str) -> int:
    """Return the width of a text in half-width characters."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def _write_sheet(form: _Form, worksheet: Any, sheet: MasterSheet, rows: Sequence[Record]) -> None:
    worksheet.freeze_panes(FIRST_DATA_ROW - 1, 1)
    worksheet.set_row(0, 22)
    worksheet.set_row(1, 32)
    for position, column in enumerate(sheet.columns):
        width = max(_WIDTHS.get(column.kind, 14), len(column.key) + 4, _width(column.label_zh) + 2)
        worksheet.set_column(position, position, width, form.format_of(column))
        worksheet.write_string(0, position, column.key, form.required if column.required else form.key)
        worksheet.write_string(1, position, column.label_zh, form.label)
        note = f"{column.help_en}\n{column.help_zh}" + ("\nrequired 必填" if column.required else "")
        worksheet.write_comment(0, position, note, {"x_scale": 2, "y_scale": 0.8, "font_size": 9})
        _validate(form, worksheet, sheet, column, position)
    for row, record in enumerate(rows, FIRST_DATA_ROW - 1):
        for position, column in enumerate(sheet.columns):
            _write_value(form, worksheet, row, position, column, record.get(column.key))
    last = FIRST_DATA_ROW - 2 + max(len(rows), 1)
    worksheet.autofilter(1, 0, last, len(sheet.columns) - 1)
    worksheet.repeat_rows(0, 1)
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)
    worksheet.set_header(f"&L{sheet.title_en}　{sheet.title_zh}&R&P / &N")


def _write_value(form: _Form, worksheet: Any, row: int, position: int, column: Column, value: object) -> None:
    if value is None or value == "":
        return
    cell_format = form.format_of(column)
    if isinstance(value, datetime.date):
        worksheet.write_datetime(row, position, value, cell_format)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        worksheet.write_number(row, position, value, cell_format)
    else:
        worksheet.write_string(row, position, neutral(str(value)), form.text)


def _validate(form: _Form, worksheet: Any, sheet: MasterSheet, column: Column, position: int) -> None:
    """Add a drop-down list or a rule; the reader checks again, since rules do not survive pasting."""
    rule = _rule(form, sheet, column)
    rule |= {
        "ignore_blank": True,
        "input_title": column.label_zh[:32],
        "input_message": f"{column.help_zh}\n{column.help_en}"[:255],
        "error_title": "請檢查 Please check",
        "error_message": f"{column.help_zh}\n{column.help_en}"[:255],
    }
    # A known spelling outside the list, such as 公噸, may stay: the reader knows more units than the list
    # offers.
    if column.kind in ("unit", "route"):
        rule["error_type"] = "warning"
    first = FIRST_DATA_ROW - 1
    worksheet.data_validation(first, position, first + ROWS_OFFERED - 1, position, rule)


def _rule(form: _Form, sheet: MasterSheet, column: Column) -> dict[str, Any]:
    if (sheet.name, column.key) in form.lists:
        return {"validate": "list", "source": form.lists[sheet.name, column.key]}
    if column.refers:
        return {
            "validate": "list",
            "source": f"={column.refers}!$A${FIRST_DATA_ROW}:$A${FIRST_DATA_ROW + ROWS_OFFERED - 1}",
        }
    if column.kind == "share":
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    if column.kind in _NUMBERS:
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    if column.kind == "date":
        return {"validate": "date", "criteria": ">=", "value": datetime.date(2000, 1, 1)}
    if column.kind in ("cn_code", "product_code"):
        return {"validate": "length", "criteria": "between", "minimum": 8, "maximum": 12}
    return {"validate": "any"}
