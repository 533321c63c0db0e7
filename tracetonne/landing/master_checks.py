"""Rows of master data and what must hold of them: cells, keys, validity, references, shares.

A row with a problem is set aside and named; rules look at the rows that are still good. Names are resolved
among all rows as typed, so that a rejected row is named once and not again by every row that refers to it.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tracetonne.landing import vocabulary
from tracetonne.landing.cell_text import (
    CellError,
    CellValue,
    cn_digits,
    is_blank,
    read_choice,
    read_cn_code,
    read_date,
    read_number,
    read_text,
    verbatim,
)
from tracetonne.landing.master_sheets import BY_NAME, SHEETS, SUBJECT_OF, Column, MasterSheet
from tracetonne.landing.reader import Rejection

# What only a site with processes has.
PLANT_SHEETS = (
    "processes",
    "products",
    "materials",
    "purchase_items",
    "meters",
    "source_streams",
    "attribution",
)
_FOREVER = "9999-12-31"
_ALWAYS = "0001-01-01"


@dataclass
class Entry:
    """One row of master data: its texts by key, and the cell of each for messages."""

    sheet: MasterSheet
    locator: str
    cells: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    is_good: bool = True

    def text(self, key: str) -> str:
        """Return a column's text, empty where the cell is blank."""
        return self.texts.get(key, "")

    @property
    def validity(self) -> tuple[str, str]:
        """First day and day after the last one, as ISO text that compares."""
        return self.text("valid_from") or _ALWAYS, self.text("valid_to") or _FOREVER


@dataclass
class Checked:
    """The rows of all sheets and what is wrong with them."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)

    def good(self, sheet: str) -> list[Entry]:
        """Return the rows of a sheet that have no problem so far."""
        return [entry for entry in self.entries.get(sheet, ()) if entry.is_good]

    def reject(self, entry: Entry, key: str, error: CellError) -> None:
        """Reject a row because of one of its cells."""
        entry.is_good = False
        cell = entry.cells.get(key, entry.locator)
        self.rejections.append(cell_rejection(cell, f"{entry.sheet.name}.{key}", error, entry.text(key)))


def cell_rejection(cell: str, name: str, error: CellError, found: str) -> Rejection:
    """Return the rejection of a cell, naming it in both languages."""
    return Rejection(
        locator=cell,
        field=name,
        code=error.code,
        message=f"{cell} ({name}): {error.message}",
        message_zh=f"{cell}（{name}）：{error.message_zh}",
        expected=error.expected,
        found=found,
        action=error.action or f"correct {cell} and land the document again",
        original_text=found,
    )


def _read_date(value: CellValue, epoch_1904: bool) -> str:
    """Read a date, the ROC calendar included (`114/01/31`)."""
    if isinstance(value, str) and (
        found := re.fullmatch(r"(1\d\d|89|9\d)[/.年-](\d{1,2})[/.月-](\d{1,2})日?", value.strip())
    ):
        value = f"{int(found[1]) + 1911}-{found[2]}-{found[3]}"
    return read_date(value, epoch_1904)


def _read_month(value: CellValue, epoch_1904: bool) -> str:
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{4})[-/](\d{1,2})", value.strip())):
        value = f"{found[1]}-{found[2]}-01"
    try:
        return _read_date(value, epoch_1904)[:7]
    except CellError as error:
        raise CellError(
            "not_a_month", "The cell does not hold a month", "儲存格內容不是月份", "a month such as 2026-01"
        ) from error


def _read_unit(value: CellValue) -> str:
    text = read_text(value)
    if vocabulary.fold(text) not in vocabulary.units():
        raise CellError(
            "unknown_unit",
            f"The unit '{text}' is unknown",
            f"單位「{text}」無法辨識",
            "a unit such as t, kg, kWh, MWh, m3, Nm3, kL",
        )
    return text


def _read_country(value: CellValue) -> str:
    text = read_text(value).upper()
    if not re.fullmatch(r"[A-Z]{2}", text):
        raise CellError(
            "unknown_country_code", "A country code has two letters", "國別代碼應為兩個英文字母", "such as TW"
        )
    return text


def _read_time_zone(value: CellValue) -> str:
    text = read_text(value)
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CellError(
            "unknown_time_zone", "The time zone is unknown", "時區無法辨識", "such as Asia/Taipei"
        ) from error
    return text


def _read_code(value: CellValue) -> str:
    text = read_text(value)
    if len(text) > 80 or re.search(r"[\x00-\x1f:/\\*?\"<>|]", text):
        raise CellError(
            "bad_code",
            'A code is at most 80 characters, without : / \\ * ? " < > |',
            '代碼最多 80 字，不可含 : / \\ * ? " < > |',
            "letters, digits, blanks, - _ .",
        )
    return text


def reader_of(column: Column, epoch_1904: bool) -> Callable[[CellValue], str]:
    """Return the function that reads a cell of a column."""
    if column.choices:
        entries, what = tuple(column.choices), column.key.replace("_", " ")
        return lambda value: read_choice(value, entries, what, column.label_zh)
    readers: dict[str, Callable[[CellValue], str]] = {
        "code": _read_code,
        "text": read_text,
        "number": lambda value: read_number(value, minimum=0),
        "positive": lambda value: read_number(value, minimum=0),
        "share": lambda value: read_number(value, minimum=0, maximum=1),
        "date": lambda value: _read_date(value, epoch_1904),
        "month": lambda value: _read_month(value, epoch_1904),
        "unit": _read_unit,
        "cn_code": read_cn_code,
        "product_code": cn_digits,
        "country": _read_country,
        "time_zone": _read_time_zone,
        "good": lambda value: read_choice(
            value, (*vocabulary.goods(), vocabulary.NON_CBAM), "goods category", "貨品類別"
        ),
        "route": read_text,
    }
    return readers[column.kind]


def read_entry(
    sheet: MasterSheet,
    locator: str,
    values: Mapping[str, CellValue | None],
    cells: Mapping[str, str],
    checked: Checked,
    epoch_1904: bool = False,
) -> Entry:
    """Read the cells of one row; a blank cell is an empty text, a required one that is blank a rejection."""
    entry = Entry(sheet, locator, cells)
    for column in sheet.columns:
        value = values.get(column.key)
        try:
            if value is None or is_blank(value):
                if column.required:
                    raise _missing(column)
                continue
            entry.texts[column.key] = verbatim(value)
            entry.texts[column.key] = reader_of(column, epoch_1904)(value)
            if column.kind == "positive" and Decimal(entry.texts[column.key]) == 0:
                raise CellError("zero", "The number must not be zero", "數值不可為零", "a number above 0")
        except CellError as error:
            checked.reject(entry, column.key, error)
    return entry


def _missing(column: Column) -> CellError:
    return CellError(
        "missing_value",
        f"{column.key} is blank",
        f"「{column.label_zh}」未填",
        column.help_en,
    )


def check(checked: Checked, is_whole: bool) -> None:
    """Check what cells alone do not tell; names are resolved only where the document holds every sheet."""
    for entries in checked.entries.values():
        for entry in entries:
            check_validity(checked, entry)
    for name, entries in checked.entries.items():
        check_unique(checked, BY_NAME[name], [entry for entry in entries if entry.is_good])
    for entry in checked.good("processes"):
        _check_route(checked, entry)
    for entry in checked.good("materials"):
        _check_precursor(checked, entry)
    for entry in checked.good("meters"):
        if entry.text("role") == "process" and not entry.text("process"):
            error = CellError(
                "meter_without_process",
                "A process meter without a process",
                "製程分表未填製程",
                "a process code",
            )
            checked.reject(entry, "process", error)
    _check_one_key(checked)
    _check_share_cells(checked)
    if is_whole:
        for sheet in SHEETS:
            _check_references(checked, sheet)
        _check_product_codes(checked)
        _check_subjects(checked)
    _check_shares(checked)


def check_validity(checked: Checked, entry: Entry) -> None:
    """Reject a row whose validity ends before it starts."""
    if entry.is_good and entry.text("valid_to") and entry.validity[0] >= entry.validity[1]:
        error = CellError(
            "validity_ends_before_it_starts",
            "The row ends before it starts",
            "失效日不晚於生效日",
            "valid_to after valid_from",
        )
        checked.reject(entry, "valid_to", error)


def check_unique(checked: Checked, sheet: MasterSheet, entries: list[Entry]) -> None:
    """Reject rows that name the same thing at the same time."""
    if not sheet.unique:
        for entry in entries[1:]:
            error = CellError("second_site", "The sheet holds one site", "此工作表僅能填一列", "one row")
            checked.reject(entry, sheet.columns[0].key, error)
        return
    seen: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        key = tuple(entry.text(column) for column in sheet.unique)
        for other in seen.setdefault(key, []):
            if entry.validity[0] < other.validity[1] and other.validity[0] < entry.validity[1]:
                error = CellError(
                    "duplicate_key",
                    f"{' + '.join(part or '(blank)' for part in key)} stands in {other.locator} already, "
                    "valid at the same time",
                    f"{'＋'.join(part or '（空白）' for part in key)} 已列於 {other.locator}，且有效期間重疊",
                    "one row for each key at a time",
                    "delete one of the rows, or separate their validity",
                )
                checked.reject(entry, sheet.unique[0], error)
                break
        else:
            seen[key].append(entry)


def _check_route(checked: Checked, entry: Entry) -> None:
    route, category = entry.text("production_route"), entry.text("good_category")
    if route and category == vocabulary.NON_CBAM:
        error = CellError(
            "route_outside_cbam",
            "A process outside CBAM has no production route",
            "CBAM 範圍外之製程無生產路徑",
            "a blank cell",
        )
        checked.reject(entry, "production_route", error)
    elif route:
        routes = vocabulary.goods()[category].routes
        try:
            entry.texts["production_route"] = read_choice(route, routes, "production route", "生產路徑")
        except CellError as error:
            checked.reject(entry, "production_route", error)


def _check_precursor(checked: Checked, entry: Entry) -> None:
    if entry.text("role") != "precursor":
        return
    for key, label in (("cn_code", "CN 碼"), ("country_code", "原產國")):
        if not entry.text(key):
            error = CellError(
                "incomplete_precursor",
                f"A precursor needs {key}: default values are by CN code and country",
                f"前驅物需填{label}：預設值依 CN 碼與原產國而定",
                entry.sheet.column(key).help_en,
            )
            checked.reject(entry, key, error)


def _check_references(checked: Checked, sheet: MasterSheet) -> None:
    """Names are looked for among the rows as typed: a rejected target is named once, at its own row."""
    for column in sheet.columns:
        if column.refers:
            target = BY_NAME[column.refers]
            known = {entry.text(target.unique[0]) for entry in checked.entries.get(target.name, ())}
            for entry in checked.good(sheet.name):
                text = entry.text(column.key)
                if text and text not in known:
                    checked.reject(entry, column.key, _unknown_name(text, target, known))


def _unknown_name(text: str, target: MasterSheet, known: Iterable[str]) -> CellError:
    return CellError(
        "unknown_reference",
        f"'{text}' is not on sheet {target.name}",
        f"「{text}」未列於工作表 {target.name}",
        " | ".join(sorted(known)[:20]) or f"a row on sheet {target.name}",
        f"add it to sheet {target.name}, or correct the spelling",
    )


def _check_product_codes(checked: Checked) -> None:
    goods = {
        entry.text("process"): entry.text("good_category") for entry in checked.entries.get("processes", ())
    }
    for entry in checked.good("products"):
        code, good = entry.text("cn_code"), goods.get(entry.text("process"), "")
        try:
            if good == vocabulary.NON_CBAM:
                _refuse_cbam_good(code)
            elif not code:
                raise CellError(
                    "product_without_cn_code",
                    "A product without a CN code",
                    "產品未填 CN 碼",
                    "eight digits, such as 73181542",
                    "look the code up on the customs declaration of the importer",
                )
            else:
                read_cn_code(code, good if good in vocabulary.goods() else "")
        except CellError as error:
            checked.reject(entry, "cn_code", error)


def _refuse_cbam_good(code: str) -> None:
    """Refuse a CBAM good among what a process outside CBAM makes: its emissions would embed nothing."""
    if owner := vocabulary.good_of_cn_code().get(code):
        raise CellError(
            "cbam_good_outside_cbam",
            f"CN code {code} is a CBAM good ({owner}), but its process is {vocabulary.NON_CBAM}",
            f"CN 碼 {code} 為 CBAM 貨品（{owner}），但其製程為 {vocabulary.NON_CBAM}",
            "a blank cell, or an eight-digit CN code outside Annex I to Regulation (EU) 2023/956",
            "make the good a product of a process of its category; for a step outside the boundary, such as "
            "plating or cutting, enter what it has worked on as a product of its own without a CN code",
        )


def _check_subjects(checked: Checked) -> None:
    """An office has no meters of its own: its bills name accounts that no sheet lists."""
    if not _is_plant(checked):
        return
    for entry in checked.good("expected_documents"):
        subject = entry.text("subject")
        sheet, column = SUBJECT_OF.get(entry.text("kind"), ("", ""))
        if subject and sheet:
            known = {other.text(column) for other in checked.entries.get(sheet, ())} - {""}
            if subject not in known:
                checked.reject(entry, "subject", _unknown_name(subject, BY_NAME[sheet], known))


def _check_share_cells(checked: Checked) -> None:
    for entry in checked.good("attribution"):
        is_declared = entry.text("method") == "declared_share"
        if is_declared and not entry.text("share"):
            error = CellError(
                "missing_share",
                "declared_share needs a share",
                "申報比例法需填分配比例",
                "a number from 0 to 1",
            )
            checked.reject(entry, "share", error)
        elif not is_declared and entry.text("share"):
            error = CellError(
                "unused_share",
                f"A share is not used by the method {entry.text('method')}",
                f"分配方法 {entry.text('method')} 不使用分配比例",
                "a blank cell, or the method declared_share",
            )
            checked.reject(entry, "share", error)


def _check_one_key(checked: Checked) -> None:
    """Reject a second key of a pair, but for the outputs of one combined heat and power unit."""
    pairs: dict[tuple[str, str], list[Entry]] = {}
    for entry in checked.good("attribution"):
        others = pairs.setdefault((entry.text("source_stream"), entry.text("process")), [])
        for other in others:
            is_unit = all(one.text("method").startswith("chp_") for one in (entry, other))
            if (
                not is_unit
                and entry.validity[0] < other.validity[1]
                and other.validity[0] < entry.validity[1]
            ):
                error = CellError(
                    "second_key",
                    f"{other.locator} attributes the stream to the process by {other.text('method')} already",
                    f"{other.locator} 已以 {other.text('method')} 將此排放源流分配至此製程，且有效期間重疊",
                    "one method a pair at a time; several only of chp_power and the heats of one unit",
                    "delete one of the rows, or separate their validity",
                )
                checked.reject(entry, "method", error)
                break
        else:
            others.append(entry)


def _check_shares(checked: Checked) -> None:
    """Reject the rows of a source stream whose declared shares do not add up to 1 on some day."""
    streams: dict[str, list[Entry]] = {}
    for entry in checked.good("attribution"):
        if entry.text("method") == "declared_share":
            streams.setdefault(entry.text("source_stream"), []).append(entry)
    for stream, entries in streams.items():
        for day in sorted({day for entry in entries for day in entry.validity}):
            valid = [entry for entry in entries if entry.validity[0] <= day < entry.validity[1]]
            total = sum((Decimal(entry.text("share")) for entry in valid), Decimal(0))
            if valid and abs(total - 1) > Decimal("1e-9"):
                error = CellError(
                    "shares_do_not_add_up",
                    f"The shares of {stream} add up to {total} instead of 1",
                    f"排放源流 {stream} 的分配比例合計為 {total}，應為 1",
                    "shares that add up to 1 on every day",
                )
                for entry in valid:
                    if entry.is_good:
                        checked.reject(entry, "share", error)


def _is_plant(checked: Checked) -> bool:
    """Say whether the site has processes; an office only expects documents and needs no sheet about them."""
    filled = {name for name, entries in checked.entries.items() if entries}
    return bool(filled & set(PLANT_SHEETS)) or "expected_documents" not in filled


def missing_from(checked: Checked) -> list[str]:
    """List what a computation will ask for and the document does not hold."""
    is_plant = _is_plant(checked)
    missing = [
        f"sheet {sheet.name} has no row"
        for sheet in SHEETS
        if sheet.needed and not checked.good(sheet.name) and (is_plant or sheet.name not in PLANT_SHEETS)
    ]
    attributed = {entry.text("source_stream") for entry in checked.good("attribution")}
    missing += [
        f"source stream {entry.text('source_stream')} is attributed to no process"
        for entry in checked.good("source_streams")
        if entry.text("source_stream") not in attributed and not entry.text("corroborates")
    ]
    made = {entry.text("process") for entry in checked.good("products")}
    missing += [
        f"process {entry.text('process')} makes no product"
        for entry in checked.good("processes")
        if entry.text("process") not in made
    ]
    metered = {entry.text("process") for entry in checked.good("meters") if entry.text("role") == "process"}
    missing += [
        f"process {entry.text('process')} has no process meter for {entry.text('source_stream')}"
        for entry in checked.good("attribution")
        if entry.text("method") == "sub_meter" and entry.text("process") not in metered
    ]
    weighed = {
        entry.text("process") for entry in checked.good("processes") if entry.text("molar_mass_g_per_mol")
    }
    missing += [
        f"process {entry.text('process')} has no molar mass to share {entry.text('source_stream')} by"
        for entry in checked.good("attribution")
        if entry.text("method") == "molar_share" and entry.text("process") not in weighed
    ]
    return missing
