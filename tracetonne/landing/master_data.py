"""Reader of master data: the workbook that `new-site` writes, or any of its sheets as CSV.

Every cell is checked before anything lands: lists, units, dates, CN codes, keys that stand twice, names
that do not exist, shares that do not add up. A row with a problem is rejected alone and named; the good
rows land. What the workbook still lacks is listed in the message.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing.cell_text import CellError, CellValue, is_blank, verbatim
from tracetonne.landing.limits import current
from tracetonne.landing.master_checks import Checked, Entry, cell_rejection, check, missing_from, read_entry
from tracetonne.landing.master_sheets import BY_NAME, FIRST_DATA_ROW, SHEETS, MasterSheet
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.workbook import Sheet, address, open_workbook, sheet_names
from tracetonne.neutral import restored


def sheet_entries(sheet: MasterSheet, cells: Sheet, checked: Checked, epoch_1904: bool) -> list[Entry]:
    """Read the rows of one sheet of a form: keys in row 1, labels in row 2, data from row 3."""
    columns = {
        str(cells.value(1, column)).strip(): column
        for column in range(1, 60)
        if cells.value(1, column) is not None
    }
    _check_headings(sheet, columns, f"{sheet.name}!1:1", checked)
    if not _is_label_row(sheet, cells, columns):
        error = CellError(
            "label_row_missing",
            "Row 2 holds the Chinese labels and data start in row 3; here row 2 is something else",
            "第 2 列應為中文標題，資料自第 3 列開始；此檔第 2 列不是標題列",
            " | ".join(column.label_zh for column in sheet.columns),
            "insert the row of labels again",
        )
        checked.rejections.append(cell_rejection(f"{sheet.name}!2:2", sheet.name, error, ""))
        return []
    entries = []
    for row in cells.rows(FIRST_DATA_ROW):
        values = {key: _plain(cells.value(row, column)) for key, column in columns.items()}
        places = {key: f"{sheet.name}!{address(row, column)}" for key, column in columns.items()}
        pending = [places[key] for key, column in columns.items() if (row, column) in cells.uncalculated]
        if all(value is None for value in values.values()) and not pending:
            continue
        entry = read_entry(sheet, f"{sheet.name}!{row}:{row}", values, places, checked, epoch_1904)
        for place in pending:
            error = CellError(
                "formula_without_result",
                "The cell holds a formula whose result was never stored",
                "儲存格為公式，但檔案未儲存其計算結果",
                "a value",
            )
            entry.is_good = False
            checked.rejections.append(cell_rejection(place, sheet.name, error, ""))
        entries.append(entry)
    return entries


def _plain(value: CellValue | None) -> CellValue | None:
    """Take off the apostrophe that forms put before text which a spreadsheet would run."""
    return restored(value) if isinstance(value, str) else value


def _check_headings(sheet: MasterSheet, found: Iterable[str], locator: str, checked: Checked) -> None:
    headings = set(found)
    for column in sheet.columns:
        if column.required and column.key not in headings:
            error = CellError(
                "missing_column", f"Column {column.key} is missing", f"缺少欄位 {column.key}", column.key
            )
            checked.rejections.append(cell_rejection(locator, f"{sheet.name}.{column.key}", error, ""))
    for heading in sorted(headings - {column.key for column in sheet.columns}):
        error = CellError(
            "unknown_column",
            f"Column '{heading}' is unknown and was not read",
            f"欄位「{heading}」無法辨識，未讀取",
            " | ".join(column.key for column in sheet.columns),
        )
        checked.rejections.append(cell_rejection(locator, sheet.name, error, heading))


def _is_label_row(sheet: MasterSheet, cells: Sheet, columns: Mapping[str, int]) -> bool:
    """Say whether row 2 is the labels: a deleted row of labels would silently swallow the first record."""
    second = {key: verbatim(cells.value(2, column)).strip() for key, column in columns.items()}
    filled = [key for key, text in second.items() if text]
    labels = {column.key: column.label_zh for column in sheet.columns}
    return not filled or sum(second[key] == labels.get(key) for key in filled) * 2 >= len(filled)


def _workbook(source: Source) -> Checked:
    names = [sheet.name for sheet in SHEETS]
    book = open_workbook(source.path, names, formulas_of=names)
    checked = Checked()
    for sheet in SHEETS:
        if sheet.name in book.sheets:
            checked.entries[sheet.name] = sheet_entries(
                sheet, book.sheets[sheet.name], checked, book.epoch_1904
            )
        elif sheet.needed:
            error = CellError(
                "sheet_missing",
                f"Sheet {sheet.name} is missing",
                f"缺少工作表 {sheet.name}",
                ", ".join(names),
            )
            checked.rejections.append(cell_rejection(sheet.name, sheet.name, error, ""))
    return checked


def csv_sheet(head: bytes) -> MasterSheet | None:
    """Return the sheet of a CSV heading: all its columns are known and all required ones are there."""
    text = _decoded(head.split(b"\n", 1)[0])
    if text is None:
        return None
    # A stray carriage return inside the line ends the heading instead of being an error.
    cells = next(csv.reader(io.StringIO(text.strip("\r\n"), newline="")), [])
    headings = {heading.strip() for heading in cells}
    for sheet in SHEETS:
        known = {column.key for column in sheet.columns}
        required = {column.key for column in sheet.columns if column.required}
        if headings <= known and required <= headings:
            return sheet
    return None


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _csv(source: Source) -> Checked:
    sheet = csv_sheet(source.head)
    text = _decoded(source.path.read_bytes())
    if sheet is None or text is None:
        raise EvidenceRejectedError(
            "The file is not text that can be read",
            where=source.file_name,
            expected="UTF-8 or Big5 (cp950)",
            found="other bytes",
            action="save it as CSV UTF-8 and land it again",
        )
    checked = Checked()
    rows = _csv_rows(text)
    headings = [heading.strip() for heading in next(rows)[1]]
    labels = {column.key: column.label_zh for column in sheet.columns}
    entries = []
    for line, cells, problem in rows:
        if problem:
            entries.append(_unreadable_line(sheet, line, problem, checked))
            continue
        values: dict[str, CellValue | None] = dict(zip(headings, cells, strict=False))
        is_labels = all(is_blank(value) or value == labels.get(key) for key, value in values.items())
        if is_labels:
            continue
        places = dict.fromkeys(headings, line)
        entry = read_entry(sheet, line, values, places, checked)
        if len(cells) > len(headings):
            error = CellError(
                "too_many_cells",
                f"The line has {len(cells)} cells for {len(headings)} columns",
                f"此列有 {len(cells)} 格，但標題只有 {len(headings)} 欄",
                "quotation marks around a text with commas",
            )
            checked.reject(entry, sheet.columns[0].key, error)
        entries.append(entry)
    checked.entries[sheet.name] = entries
    return checked


def _csv_rows(text: str) -> Iterator[tuple[str, list[str], str]]:
    """Yield each line's place, cells and problem; a line that the CSV rules cannot read costs only itself."""
    rows = csv.reader(io.StringIO(text, newline=""))
    while True:
        problem = ""
        cells: list[str] = []
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            problem = str(error)
        # An open quotation mark makes one cell of all that follows; what the CSV module accepts depends
        # on a setting of the whole process.
        longest = max(map(len, cells), default=0)
        if longest > current().cell_characters:
            cells, problem = [], f"a cell of {longest:,} characters"
        yield f"line {rows.line_num}", cells, problem


def _unreadable_line(sheet: MasterSheet, line: str, problem: str, checked: Checked) -> Entry:
    entry = Entry(sheet, line, {})
    error = CellError(
        "wrong_columns",
        f"The line cannot be cut into cells ({problem})",
        "此列無法分割為欄位，可能缺少結尾引號或儲存格過長",
        f"cells of at most {current().cell_characters:,} characters",
        "look for a quotation mark that is not closed",
    )
    checked.reject(entry, sheet.columns[0].key, error)
    return entry


def reading_of(checked: Checked, header_lines: int) -> Reading:
    """Return the rows without a problem as records, and everything else by name."""
    records = {}
    rejected = 0
    for name, entries in checked.entries.items():
        sheet = BY_NAME[name] if name in BY_NAME else entries[0].sheet
        good = [entry for entry in entries if entry.is_good]
        rejected += len(entries) - len(good)
        if good:
            keys = [column.key for column in sheet.columns]
            records[sheet.table] = [
                {key: entry.text(key) or None for key in keys} | {"locator": entry.locator} for entry in good
            ]
    return Reading(
        records=dict(records),
        rejections=checked.rejections,
        records_rejected=rejected,
        header_lines=header_lines,
    )


class MasterDataReader:
    """What a site is: processes, products, materials, meters, source streams, expected documents."""

    kind = "master_data"
    title = "Master data"
    title_zh = "基本資料"
    version = "1"
    family = "plant"
    standard = "TraceTonne master-data workbook"
    standard_version = "1"

    def recognises(self, source: Source) -> bool:
        """Say whether the workbook has two sheets of master data, or the CSV the heading of one."""
        if source.head.startswith(b"PK"):
            return len(set(sheet_names(source.path)).intersection(BY_NAME)) >= 2
        return b"\x00" not in source.head and csv_sheet(source.head) is not None

    def read(self, source: Source) -> Reading:
        """Read the workbook or CSV."""
        is_whole = source.head.startswith(b"PK")
        checked = _workbook(source) if is_whole else _csv(source)
        check(checked, is_whole)
        reading = reading_of(checked, header_lines=2 if is_whole else 1)
        if is_whole and (missing := missing_from(checked)):
            reading.message = "Still missing: " + "; ".join(missing)
        return reading


READER = MasterDataReader()
