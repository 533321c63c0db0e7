"""Reader of the European Commission's CBAM communication template, filled by an installation (versions 2.x).

The workbook becomes one record a filled input cell: section, item, field, value, and the sheet and cell it
stands in. Inputs only: whatever the workbook computes is computed again from these records, never read.
What each section and field means is in `cbam_template_map.py`.

A document is one system of equations: a cell that a figure depends on and that cannot be read refuses the
whole document, with every problem named. Two kinds of trouble leave the rest standing: rows that the
template itself leaves out of its sums (an incomplete source stream), and text that no figure depends on.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from tracetonne.landing import vocabulary as words
from tracetonne.landing.cbam_template_form import (
    LETTER,
    Outline,
    RefusalError,
    TemplateForm,
    check_labels,
    not_calculated,
    outline_of,
    record,
    refusal,
    row_of,
)
from tracetonne.landing.cbam_template_map import (
    BALANCE,
    CEMS_FIELDS,
    CODES,
    EMISSION_FIELDS,
    FUEL_FIELDS,
    INDIRECT_FLAG,
    INPUT_SHEETS,
    INSTALLATION,
    INSTALLATION_CELLS,
    PARAMETERS,
    PFC_FIELDS,
    PRECURSOR_FIELDS,
    PRECURSOR_LABELS,
    PRECURSORS,
    PROCESS_FIELDS,
    PROCESS_LABELS,
    PROCESSES,
    PRODUCT_FIELDS,
    PRODUCTS,
    QUALITY_FIELDS,
    REQUIRED_SHEETS,
    SOURCE_STREAM_FIELDS,
    STREAMS,
    TRANSLATIONS,
    VERSIONS,
    Field,
    choice_field,
    number_field,
    text_field,
)
from tracetonne.landing.cell_text import (
    CellError,
    is_blank,
    read_cn_code,
    read_date,
    read_name,
    read_text,
    verbatim,
)
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.workbook import Sheet, Workbook, address, column_number, open_workbook, sheet_names

# --- Sheet A ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Listed:
    """A process or purchased precursor of sheet A."""

    number: int
    name: str
    good: str


def _installation(form: TemplateForm) -> tuple[datetime.date, datetime.date] | None:
    sheet = form.sheet(INSTALLATION)
    outline = outline_of(sheet, section_by_letter=False)
    row = row_of(sheet, outline, "1")
    dates = {}
    for name, letter in (("period_start", "I"), ("period_end", "L")):
        column = column_number(letter)
        spec = Field(name, letter, partial(read_date, epoch_1904=form.book.epoch_1904), "date")
        if sheet.value(row, column) is None and (row, column) not in sheet.uncalculated:
            missing = CellError(
                "missing_reporting_period", "The reporting period is blank", "未填報告期間", "a date", ""
            )
            form.reject(sheet.name, address(row, column), f"installation.{name}", missing, "")
        dates[name] = form.read(sheet, row, column, spec, form.rows, "installation")
    for path, spec in INSTALLATION_CELLS.items():
        form.read(
            sheet, row_of(sheet, outline, *path), column_number(spec.column), spec, form.rows, "installation"
        )
    if not dates["period_start"] or not dates["period_end"]:
        return None
    start = datetime.date.fromisoformat(dates["period_start"])
    end = datetime.date.fromisoformat(dates["period_end"])
    if end < start:
        error = CellError(
            "period_ends_before_it_starts",
            "The period ends before it starts",
            "報告期間結束日早於開始日",
            "",
            "",
        )
        form.reject(
            sheet.name, address(row, column_number("L")), "installation.period_end", error, end.isoformat()
        )
        return None
    return start, end


def _goods(form: TemplateForm) -> None:
    sheet = form.sheet(INSTALLATION)
    outline = outline_of(sheet, section_by_letter=False)
    heading = row_of(sheet, outline, "4", "(a)", "1") - 1
    good_column = form.column(sheet, heading, "Aggregated goods category")
    for number in range(1, 11):
        row = row_of(sheet, outline, "4", "(a)", str(number))
        good = form.read(sheet, row, good_column, _good_field(), form.rows, "good", number)
        if good:
            _routes(form, sheet, row, form.column(sheet, heading, "Route 1"), 6, good, "good", number)


def _good_field() -> Field:
    return choice_field("good_category", "", tuple(words.goods()), "goods category", "貨品類別")


def _routes(
    form: TemplateForm, sheet: Sheet, row: int, first: int, count: int, good: str, section: str, number: int
) -> None:
    """Read production routes, on which no figure of the template depends."""
    spec = choice_field(
        "route", "", words.goods()[good].routes, "production route", "生產路徑", decides=False
    )
    for position in range(1, count + 1):
        form.read(sheet, row, first + position - 1, spec, form.rows, section, number, position)


def _processes(form: TemplateForm) -> list[_Listed]:
    sheet = form.sheet(INSTALLATION)
    outline = outline_of(sheet, section_by_letter=False)
    first = row_of(sheet, outline, "4", "(b)", "1")
    heading = first - 2
    name_column = form.column(sheet, heading, "Name")
    included = form.column(sheet, heading, "Included goods categories listed under (a)")
    listed = []
    allowed = (*words.goods(), words.ONLY_DIRECT_PRODUCTION)
    spec = choice_field("included_good_category", "", allowed, "goods category", "貨品類別")
    for number in range(1, 11):
        row = row_of(sheet, outline, "4", "(b)", str(number))
        found = _listed(form, sheet, row, name_column, "process", number)
        if found:
            listed.append(found)
            for position in range(1, 7):
                form.read(sheet, row, included + position - 1, spec, form.rows, "process", number, position)
    if not listed and not form.refused:
        error = CellError(
            "no_production_process",
            "No production process is listed",
            "未列出任何生產製程",
            "at least one process",
        )
        form.reject(sheet.name, address(first, column_number("E")), "process.good_category", error, "")
    return listed


def _precursors(form: TemplateForm) -> list[_Listed]:
    sheet = form.sheet(INSTALLATION)
    outline = outline_of(sheet, section_by_letter=False)
    heading = row_of(sheet, outline, "5", "", "1") - 1
    name_column = form.column(sheet, heading, "Name")
    country_column = form.column(sheet, heading, "Country code")
    route_column = form.column(sheet, heading, "Route 1")
    countries = _code_list(form, "F")
    country = (
        choice_field("country_code", "", countries, "country code", "國家代碼")
        if countries
        else text_field("country_code", "")
    )
    listed = []
    for number in range(1, 21):
        row = row_of(sheet, outline, "5", "", str(number))
        found = _listed(form, sheet, row, name_column, "precursor", number)
        if found:
            listed.append(found)
            form.read(sheet, row, country_column, country, form.rows, "precursor", number)
            _routes(form, sheet, row, route_column, 5, found.good, "precursor", number)
    return listed


def _listed(
    form: TemplateForm, sheet: Sheet, row: int, name_column: int, section: str, number: int
) -> _Listed | None:
    """Read category and name; a blank name is the template's own: `P1 - Crude steel`."""
    good_column = column_number("E")
    named = sheet.value(row, name_column)
    good = form.read(sheet, row, good_column, _good_field(), form.rows, section, number)
    if good is None:
        if named is not None and sheet.value(row, good_column) is None:
            error = CellError(
                "missing_goods_category",
                "A name without a goods category; the template leaves the row out",
                "已填名稱但未選貨品類別，範本不會計入此列",
                "a goods category from the list",
            )
            cell = address(row, good_column)
            form.reject(sheet.name, cell, f"{section}.good_category", error, "", decides=False)
        return None
    spec = Field("name", "", read_name, "text")
    name = form.read(sheet, row, name_column, spec, form.rows, section, number)
    if name is None:
        name = f"{'P' if section == 'process' else 'PP'}{number} - {good}"
        cell = address(row, name_column)
        form.rows.append(record(section, str(number), "", spec, name, "", sheet.name, cell))
    return _Listed(number, name, good)


def _code_list(form: TemplateForm, letter: str) -> tuple[str, ...]:
    """Return the codes under a heading `Code` of the template's own list, or nothing where it has none."""
    sheet = form.book.sheets.get(CODES)
    if sheet is None:
        return ()
    column = column_number(letter)
    codes = [(row, sheet.value(row, column)) for row in sheet.rows()]
    start = next((row for row, value in codes if value == "Code"), None)
    return tuple(
        str(value) for row, value in codes if start is not None and row > start and isinstance(value, str)
    )


def _check_names(form: TemplateForm, processes: list[_Listed], precursors: list[_Listed]) -> None:
    """Refuse names that stand twice: the template adds amounts by name and would count both in each."""
    seen: dict[str, str] = {}
    cells = {
        (row["section"], row["item"]): row["cell"]
        for row in form.rows
        if row["field"] == "name" and row["section"] in ("process", "precursor")
    }
    for section, listed in (("process", processes), ("precursor", precursors)):
        for entry in listed:
            cell = cells[(section, str(entry.number))]
            other = seen.setdefault(words.fold(entry.name), cell)
            if other != cell:
                error = CellError(
                    f"duplicate_{section}_name",
                    f"The name '{entry.name}' stands in {other} already; the template adds up by name",
                    f"名稱「{entry.name}」已用於 {other}；範本以名稱加總，會重複計算",
                    "a name of its own for every process and precursor",
                    f"give {cell} another name, save the workbook and land it again",
                )
                form.reject(INSTALLATION, cell, f"{section}.name", error, entry.name)


# --- Sheet B ------------------------------------------------------------------------------------------------


def _tables(sheet: Sheet) -> dict[str, list[tuple[int, int]]]:
    """Return (number, row) of the numbered rows under `(a)`, `(b)` and `(c)`; `Ex.` rows carry no number."""
    tables: dict[str, list[tuple[int, int]]] = {}
    letter = ""
    for row in sheet.rows():
        value = sheet.value(row, 3)
        if isinstance(value, str) and LETTER.fullmatch(value.strip()):
            letter = value.strip()
            tables[letter] = []
        elif letter and isinstance(value, float | int) and not isinstance(value, bool):
            tables[letter].append((int(value), row))
    return tables


def _stream_rows(
    form: TemplateForm, letter: str, heading: str, fields: tuple[Field, ...]
) -> Iterator[tuple[int, int, dict[str, int]]]:
    """Yield number, row and columns of the rows of one table of sheet B that hold anything."""
    sheet = form.sheet(STREAMS)
    rows = _tables(sheet).get(letter, [])
    if not rows:
        raise refusal(
            "template_row_missing",
            STREAMS,
            f"Table {letter} is missing on sheet {STREAMS}",
            f"工作表 {STREAMS} 缺少 {letter} 表",
            "numbered rows under (a), (b) and (c)",
        )
    wanted = words.fold(heading)
    first = rows[0][1]
    heading_row = next(
        (row for row in range(first - 1, max(first - 8, 0), -1) if form.label(sheet, row, 5) == wanted),
        first - 1,
    )
    columns = {spec.name: form.column(sheet, heading_row, spec.column) for spec in fields}
    for number, row in rows:
        if any(
            sheet.value(row, column) is not None or (row, column) in sheet.uncalculated
            for column in columns.values()
        ):
            yield number, row, columns


def _source_streams(form: TemplateForm) -> None:
    sheet = form.sheet(STREAMS)
    for number, row, columns in _stream_rows(form, "(a)", "Source stream name", SOURCE_STREAM_FIELDS):
        into: list[dict[str, str]] = []
        values = {
            spec.name: form.read(sheet, row, columns[spec.name], spec, into, "source_stream", number)
            for spec in SOURCE_STREAM_FIELDS
        }
        if form.refused:
            continue
        missing = _missing_of_stream(values)
        if missing:
            _incomplete(form, sheet, row, "source_stream", number, missing)
        elif _units_fit(form, sheet, row, columns, values):
            form.rows.extend(into)
            form.rows.extend(_derived_units(values, sheet, row, columns, number))


def _missing_of_stream(values: Mapping[str, str | None]) -> list[str]:
    """Name what the template needs before it counts the row (its columns BS to BU)."""
    needed = ["method", "name", "activity_unit", "activity_data"]
    if values["method"] == "Mass Balance":
        needed += ["carbon_content"]
    else:
        needed += ["emission_factor", "emission_factor_unit"]
        if values["emission_factor_unit"] == "tCO2/TJ":
            needed += ["net_calorific_value"]
    return [name for name in needed if values[name] is None]


def _incomplete(
    form: TemplateForm, sheet: Sheet, row: int, section: str, number: int, missing: list[str]
) -> None:
    error = CellError(
        f"incomplete_{section}",
        f"Row {number} lacks {', '.join(missing)}; the template does not count such a row",
        f"第 {number} 列缺少 {'、'.join(missing)}，範本不計入此列",
        "every input that the method needs",
        "fill the row or clear it, save the workbook and land it again",
    )
    form.reject(sheet.name, f"C{row}", section, error, "", decides=False)


def _units_fit(
    form: TemplateForm, sheet: Sheet, row: int, columns: Mapping[str, int], values: Mapping[str, str | None]
) -> bool:
    """Refuse a factor per tonne beside an amount in 1000 Nm3, or a contradicting typed unit (column BR)."""
    unit = str(values["activity_unit"])
    factor_unit = values["emission_factor_unit"]
    fits = True
    if values["method"] != "Mass Balance" and factor_unit not in ("tCO2/TJ", f"tCO2/{unit}"):
        error = CellError(
            "inconsistent_units",
            f"Activity data in {unit} with an emission factor in {factor_unit}",
            f"活動數據單位 {unit} 與排放係數單位 {factor_unit} 不一致",
            f"tCO2/TJ or tCO2/{unit}",
        )
        cell = address(row, columns["emission_factor_unit"])
        form.reject(sheet.name, cell, "source_stream.emission_factor_unit", error, str(factor_unit))
        fits = False
    for name, expected in (
        ("net_calorific_value", words.CALORIFIC_UNIT[unit]),
        ("carbon_content", words.CARBON_UNIT[unit]),
    ):
        column = columns[name] + 1
        # The template derives the unit by a formula; its stored result is a result, and may be stale.
        typed = None if (row, column) in sheet.formulas else sheet.value(row, column)
        if (
            values[name] is not None
            and typed is not None
            and words.fold(verbatim(typed)) != words.fold(expected)
        ):
            error = CellError(
                "inconsistent_units",
                f"The unit of {name} does not fit activity data in {unit}",
                f"{name} 的單位與活動數據單位 {unit} 不一致",
                expected,
            )
            form.reject(
                sheet.name, address(row, column), f"source_stream.{name}_unit", error, verbatim(typed)
            )
            fits = False
    return fits


def _derived_units(
    values: Mapping[str, str | None], sheet: Sheet, row: int, columns: Mapping[str, int], number: int
) -> Iterator[dict[str, str]]:
    """Yield the units that the template derives from that of the activity data, where there is a value."""
    unit = str(values["activity_unit"])
    for name, derived in (
        ("net_calorific_value", words.CALORIFIC_UNIT[unit]),
        ("carbon_content", words.CARBON_UNIT[unit]),
    ):
        if values[name] is not None:
            column = columns[name] + 1
            spec = Field(f"{name}_unit", "", read_text, "text")
            original = sheet.value(row, column) or ""
            yield record(
                "source_stream", str(number), "", spec, derived, original, sheet.name, address(row, column)
            )


def _pfc(form: TemplateForm) -> None:
    sheet = form.sheet(STREAMS)
    inputs = {
        "Slope method": ("anode_effect_frequency", "anode_effect_duration", "slope_emission_factor"),
        "Overvoltage method": ("anode_effect_overvoltage", "current_efficiency", "overvoltage_coefficient"),
    }
    for number, row, columns in _stream_rows(form, "(b)", "Technology type", PFC_FIELDS):
        into: list[dict[str, str]] = []
        values = {
            spec.name: form.read(sheet, row, columns[spec.name], spec, into, "pfc", number)
            for spec in PFC_FIELDS
        }
        needed = ("method", "production_t", *inputs.get(str(values["method"]), ()), "c2f6_weight_fraction")
        missing = [name for name in needed if values[name] is None]
        if form.refused:
            continue
        if missing:
            _incomplete(form, sheet, row, "pfc", number, missing)
        else:
            form.rows.extend(into)


def _cems(form: TemplateForm) -> None:
    sheet = form.sheet(STREAMS)
    for number, row, columns in _stream_rows(form, "(c)", "Type of GHG", CEMS_FIELDS):
        into: list[dict[str, str]] = []
        values = {
            spec.name: form.read(sheet, row, columns[spec.name], spec, into, "cems", number)
            for spec in CEMS_FIELDS
        }
        needed = ("ghg", "concentration_g_per_nm3", "operating_hours", "flow_knm3_per_h")
        missing = [name for name in needed if values[name] is None]
        if form.refused:
            continue
        if missing:
            _incomplete(form, sheet, row, "cems", number, missing)
        else:
            form.rows.extend(into)


# --- Sheet C ------------------------------------------------------------------------------------------------


def _balance(form: TemplateForm) -> None:
    sheet = form.sheet(BALANCE)
    outline = outline_of(sheet, section_by_letter=False)
    for path, fields in ((("1", ""), FUEL_FIELDS), (("2", "(a)"), EMISSION_FIELDS)):
        heading = row_of(sheet, outline, *path, "i.") - 1
        row = row_of(sheet, outline, *path, "ii.")
        for spec in fields:
            form.read(sheet, row, form.column(sheet, heading, spec.column), spec, form.rows, "balance")
    for numeral, spec in QUALITY_FIELDS.items():
        row = row_of(sheet, outline, "2", "(c)", numeral)
        form.read(sheet, row, column_number(spec.column), spec, form.rows, "balance")


# --- Sheets D and E -----------------------------------------------------------------------------------------


def _process_blocks(form: TemplateForm, processes: list[_Listed]) -> None:
    sheet = form.sheet(PROCESSES)
    outline = outline_of(sheet, section_by_letter=True)
    names = {process.number for process in processes}
    check_labels(form, sheet, outline, PROCESS_LABELS)
    columns = _process_columns(form, sheet, outline)
    amounts = columns["to_market"]
    spec = number_field("amount", "")
    for number in range(1, 11):
        section = str(number)
        into: list[dict[str, str]] = []
        for route in range(1, 9):
            row = row_of(sheet, outline, section, "(a)", str(route))
            form.read(sheet, row, amounts, spec, into, "production_level", number, route)
        for position in range(1, 10):
            # The rows list the other processes in order, so that the process itself is skipped.
            consumer = position if position < number else position + 1
            row = row_of(sheet, outline, section, "(c)", str(position))
            _flow(form, sheet, row, amounts, "process_flow", number, consumer, names, into)
        for letter, numeral, value_spec in PROCESS_FIELDS:
            row = row_of(sheet, outline, section, letter, numeral)
            form.read(sheet, row, columns[value_spec.name], value_spec, into, "process_value", number)
        _indirect_flag(
            form,
            sheet,
            row_of(sheet, outline, section, "(f)"),
            columns["is_indirect_applicable"],
            number,
            into,
        )
        _commit_block(form, number in names, into)


def _process_columns(form: TemplateForm, sheet: Sheet, outline: Outline) -> dict[str, int]:
    """Return the column of every value of sheet D, from the headings of its first block.

    The official template misspells headings of later blocks (the sixth says `Indirect emissions` over waste
    gases). The lines (f) and (g) have their headings one row above; below any other lettered line its own
    row carries them.
    """
    columns = {}
    for letter, _, spec in (*PROCESS_FIELDS, ("(f)", "", INDIRECT_FLAG)):
        heading = row_of(sheet, outline, "1", letter) - (1 if letter in ("(f)", "(g)") else 0)
        columns[spec.name] = form.column(sheet, heading, spec.column)
    return columns


def _indirect_flag(
    form: TemplateForm, sheet: Sheet, row: int, column: int, number: int, into: list[dict[str, str]]
) -> None:
    """Read the third flag of line (f): a formula of the template, informative, so never an error."""
    if isinstance(sheet.value(row, column), bool):
        form.read(sheet, row, column, INDIRECT_FLAG, into, "process_value", number)


def _flow(
    form: TemplateForm,
    sheet: Sheet,
    row: int,
    column: int,
    section: str,
    number: int,
    consumer: int,
    processes: set[int],
    into: list[dict[str, str]],
) -> None:
    """Read an amount consumed by a process; one for an unlisted process counts nowhere in the template."""
    spec = number_field("amount", "")
    found: list[dict[str, str]] = []
    amount = form.read(sheet, row, column, spec, found, section, number, consumer)
    if amount is None:
        return
    if consumer in processes:
        into.extend(found)
    elif float(amount) != 0:
        error = CellError(
            "consumed_by_unlisted_process",
            f"An amount for process {consumer}, which sheet {INSTALLATION} does not list",
            f"填入製程 {consumer} 的用量，但工作表 {INSTALLATION} 未列出該製程",
            "an amount beside a process name",
        )
        form.reject(sheet.name, address(row, column), f"{section}.amount", error, amount, decides=False)


def _precursor_blocks(form: TemplateForm, processes: list[_Listed], precursors: list[_Listed]) -> None:
    sheet = form.sheet(PRECURSORS)
    outline = outline_of(sheet, section_by_letter=True)
    names = {process.number for process in processes}
    listed = {precursor.number for precursor in precursors}
    check_labels(form, sheet, outline, PRECURSOR_LABELS)
    amounts = form.column(sheet, row_of(sheet, outline, "1", "(a)"), "Amounts")
    heading = row_of(sheet, outline, "1", "(e)", "i.") - 1
    columns = {field.name: form.column(sheet, heading, field.column) for _, _, field in PRECURSOR_FIELDS}
    spec = number_field("amount", "")
    for number in range(1, 21):
        section = str(number)
        into: list[dict[str, str]] = []
        for route in range(1, 9):
            row = row_of(sheet, outline, section, "(a)", str(route))
            form.read(sheet, row, amounts, spec, into, "precursor_level", number, route)
        for consumer in range(1, 11):
            row = row_of(sheet, outline, section, "(b)", str(consumer))
            _flow(form, sheet, row, amounts, "precursor_flow", number, consumer, names, into)
        for letter, numeral, value_spec in PRECURSOR_FIELDS:
            row = row_of(sheet, outline, section, letter, numeral)
            form.read(sheet, row, columns[value_spec.name], value_spec, into, "precursor_value", number)
        _commit_block(form, number in listed, into)


def _commit_block(form: TemplateForm, is_listed: bool, into: list[dict[str, str]]) -> None:
    """Keep the values of a block whose process or precursor sheet A lists; name those of any other."""
    if is_listed:
        form.rows.extend(into)
        return
    for row in into:
        if row["value_type"] == "number" and float(row["value"]) != 0:
            error = CellError(
                "value_of_unlisted_item",
                f"A value for item {row['item']}, which sheet {INSTALLATION} does not list",
                f"填入項目 {row['item']} 的數值，但工作表 {INSTALLATION} 未列出該項目",
                f"a value for a process or precursor of sheet {INSTALLATION}",
                "list the process or precursor, or clear the cell",
            )
            name = f"{row['section']}.{row['field']}"
            form.reject(row["sheet"], row["cell"], name, error, row["original_text"], decides=False)


# --- Summary_Products and parameters ------------------------------------------------------------------------


def _products(form: TemplateForm, processes: list[_Listed]) -> None:
    sheet = form.sheet(PRODUCTS)
    heading = next(
        (row for row in range(1, 31) if form.label(sheet, row, column_number("F")) == "cn codes"), None
    )
    if heading is None:
        raise refusal(
            "template_heading_missing",
            f"{PRODUCTS}!F8",
            f"The heading 'CN Codes' is missing on sheet {PRODUCTS}",
            f"工作表 {PRODUCTS} 缺少欄位標題「CN Codes」",
            "'CN Codes' in column F",
        )
    columns = {spec.name: form.column(sheet, heading, spec.column) for spec in PRODUCT_FIELDS}
    currencies = _code_list(form, "K")
    number = 0
    for row in sheet.rows(heading + 1):
        mark = sheet.value(row, 3)
        if isinstance(mark, float | int) and int(mark) == number + 1:
            number += 1
            _product(form, sheet, row, number, columns, processes, currencies)
        elif number:
            break


def _product(
    form: TemplateForm,
    sheet: Sheet,
    row: int,
    number: int,
    columns: Mapping[str, int],
    processes: list[_Listed],
    currencies: tuple[str, ...],
) -> None:
    """Read a product; one without a known process or CN code is rejected alone: no other row needs it."""
    process_column, code_column, name_column = (column_number(letter) for letter in ("D", "F", "H"))
    typed = [sheet.value(row, column) for column in (process_column, code_column, name_column)]
    uncalculated = any(
        (row, column) in sheet.uncalculated for column in (process_column, code_column, name_column)
    )
    if all(is_blank(value) for value in typed) and not uncalculated:
        return
    into: list[dict[str, str]] = []
    names = tuple(process.name for process in processes)
    process_spec = choice_field("process", "", names, "production process", "生產製程", decides=False)
    name = form.read(sheet, row, process_column, process_spec, into, "product", number)
    process = next((entry for entry in processes if entry.name == name), None)
    code_spec = Field(
        "cn_code", "", partial(read_cn_code, good_category=process.good if process else ""), "text", False
    )
    code = form.read(sheet, row, code_column, code_spec, into, "product", number)
    for value, column, field_name, message, message_zh in (
        (typed[0], process_column, "process", "A product without a production process", "產品未指定生產製程"),
        (typed[1], code_column, "cn_code", "A product without a CN code", "產品未填 CN 碼"),
    ):
        if value is None and (row, column) not in sheet.uncalculated:
            error = CellError(f"product_without_{field_name}", message, message_zh, "a value from the list")
            form.reject(sheet.name, address(row, column), f"product.{field_name}", error, "", decides=False)
    if process is None or code is None:
        return
    form.read(
        sheet, row, name_column, Field("product_name", "", read_name, "text", False), into, "product", number
    )
    for spec in PRODUCT_FIELDS:
        if spec.name == "currency" and currencies:
            spec = choice_field("currency", "", currencies, "currency code", "幣別代碼", decides=False)
        form.read(sheet, row, columns[spec.name], spec, into, "product", number)
    form.rows.extend(into)


def _parameters(form: TemplateForm) -> None:
    sheet = form.sheet(PARAMETERS)
    row = next((row for row in sheet.rows() if sheet.value(row, 1) == "CNTR_CBAMPeriod"), None)
    if row is None:
        raise refusal(
            "template_row_missing",
            f"{PARAMETERS}!A1",
            f"'CNTR_CBAMPeriod' is missing on sheet {PARAMETERS}",
            f"工作表 {PARAMETERS} 缺少「CNTR_CBAMPeriod」",
            "the list of constants of version 2.1 of the template",
        )
    spec = choice_field("cbam_period", "B", words.CBAM_PERIODS, "CBAM period", "CBAM 期間")
    value = sheet.value(row, 2)
    if value is None:
        period = words.canonical(form.label(sheet, row, 2), words.CBAM_PERIODS)
        if period:
            form.rows.append(record("parameter", "", "", spec, period, "", sheet.name, address(row, 2)))
        else:
            form.reject(sheet.name, address(row, 2), "parameter.cbam_period", not_calculated(), "")
    else:
        form.read(sheet, row, 2, spec, form.rows, "parameter")
    _version(form)


def _version(form: TemplateForm) -> None:
    """Read the last version and date of the version history; informative."""
    sheet = form.book.sheets.get(VERSIONS)
    if sheet is None:
        return
    version_column, date_column = column_number("E"), column_number("F")
    rows = [
        row
        for row in sheet.rows()
        if re.fullmatch(r"\d+(\.\d+)+", verbatim(sheet.value(row, version_column)).strip())
    ]
    if rows:
        form.read(sheet, rows[-1], version_column, text_field("template_version", ""), form.rows, "parameter")
        spec = Field(
            "template_issued", "", partial(read_date, epoch_1904=form.book.epoch_1904), "date", False
        )
        form.read(sheet, rows[-1], date_column, spec, form.rows, "parameter")


# --- The reader ---------------------------------------------------------------------------------------------


def read_form(book: Workbook) -> Reading:
    """Read an opened workbook; every problem is named, and one that decides a figure leaves no record."""
    form = TemplateForm(book)
    try:
        _check_sheets(book)
        _parameters(form)
        period = _installation(form)
        _goods(form)
        processes = _processes(form)
        precursors = _precursors(form)
        _check_names(form, processes, precursors)
        _source_streams(form)
        _pfc(form)
        _cems(form)
        _balance(form)
        _process_blocks(form, processes)
        _precursor_blocks(form, processes, precursors)
        _products(form, processes)
    except RefusalError as refusal:
        form.refused = True
        form.rejections.append(refusal.rejection)
        form.records_rejected += 1
        period = None
    reading = Reading(
        records={} if form.refused else {"cbam_template_cell": form.rows},
        rejections=form.rejections,
        records_rejected=form.records_rejected,
    )
    if period:
        start, end = period
        # A refused document has no key, so that its corrected version is no second version of it.
        reading.document_key = "" if form.refused else f"{start.isoformat()}/{end.isoformat()}"
        reading.period_start = start
        reading.period_end = end + datetime.timedelta(days=1)
    if form.refused:
        reading.message = "The template was not landed: a figure depends on a cell that cannot be read"
    return reading


def _check_sheets(book: Workbook) -> None:
    missing = [name for name in REQUIRED_SHEETS if name not in book.sheets]
    if missing:
        raise refusal(
            "sheet_missing",
            missing[0],
            f"The workbook lacks sheet {', '.join(missing)}",
            f"活頁簿缺少工作表 {'、'.join(missing)}",
            ", ".join(REQUIRED_SHEETS),
        )


class CbamTemplateReader:
    """A filled communication template: one installation and reporting period."""

    kind = "cbam_template"
    title = "CBAM communication template"
    title_zh = "CBAM 溝通範本"
    version = "1"
    family = "suppliers"
    standard = "CBAM communication template of the European Commission"
    standard_version = "2.x"

    def recognises(self, source: Source) -> bool:
        """Say whether the workbook has the sheets of processes and precursors, or most of the template's."""
        if not source.head.startswith(b"PK"):
            return False
        names = set(sheet_names(source.path))
        return len(names.intersection(REQUIRED_SHEETS)) >= 3 or {PROCESSES, PRECURSORS} <= names

    def read(self, source: Source) -> Reading:
        """Read the workbook."""
        wanted = (*REQUIRED_SHEETS, CODES, TRANSLATIONS, VERSIONS)
        return read_form(open_workbook(source.path, wanted, formulas_of=(*INPUT_SHEETS, PARAMETERS)))


READER = CbamTemplateReader()
