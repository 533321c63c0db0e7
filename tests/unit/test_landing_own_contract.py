"""A steward's own contracts: exports land by declaration, and a bad contract is refused by line."""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_documents import home_at, put, rows_of, source_of

from tracetonne.errors import EvidenceRejectedError, WrongUseError
from tracetonne.landing import describe_own, local_text, pdf_template
from tracetonne.landing.contract import ContractReader, own_readers
from tracetonne.landing.contract_form import load_own
from tracetonne.landing.kinds import readers_of
from tracetonne.landing.land import land_paths
from tracetonne.landing.local_text import Spelling
from tracetonne.landing.reader import Reading
from tracetonne.locate import original_text

SAP = """\
version: 1
family: invoices
title: Gas postings of the ERP
title_zh: ERP 瓦斯入帳
about: Postings of the gas account.
table: utility_bill
constants: {commodity: natural_gas, unit: m3, currency: EUR}
key: [Beleg]
document_date: Bis
period: {from: Von, to: Bis, to_inclusive: true}
file:
  encoding: cp1252
  delimiter: ";"
  heading_line: 3
  decimal_mark: ","
  thousands_mark: "."
  trailing_minus: true
  date_format: "%d.%m.%Y"
skip:
  - {column: Beleg, is_empty: true}
  - {matches: "^-+$"}
columns:
  - {name: Zählpunkt, column: account, type: code, required: true, digits: 8}
  - {name: Beleg, column: bill_number, required: true}
  - {name: Von, column: period_start, type: date, required: true}
  - {name: Bis, column: period_end, type: date, required: true}
  - {name: Menge, column: quantity, type: number, required: true}
  - {name: Art, column: bill_kind, values: {R: ordinary, G: cancel}}
"""
EXPORT = """\
Gasabrechnung;;;;;
;;;;;
Zählpunkt;Beleg;Von;Bis;Menge;Art;Text
00012345;R-1;01.01.2025;31.01.2025;1.234,5;R;Jänner
00012345;G-1;01.01.2025;31.01.2025;1.234,5-;G;Storno für R-1
----------
;;;;0,0;;Summe
"""


def _write(tmp_path: Path, text: str = SAP, name: str = "gas_erp.yml") -> Path:
    folder = tmp_path / "home" / "contracts"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _reader(tmp_path: Path, text: str = SAP) -> ContractReader:
    _write(tmp_path, text)
    (reader,) = own_readers(home_at(tmp_path / "home"))
    return reader


def _read(tmp_path: Path, content: bytes, text: str = SAP) -> Reading:
    reader = _reader(tmp_path, text)
    source = source_of(put(tmp_path, "export.csv", content), tmp_path / "scratch")
    assert reader.recognises(source)
    return reader.read(source)


def test_an_export_lands_by_its_declaration(tmp_path: Path) -> None:
    reading = _read(tmp_path, EXPORT.encode("cp1252"))
    bill, cancelled = reading.records["utility_bill"]
    assert (bill["account"], bill["quantity"], bill["unit"], bill["bill_kind"]) == (
        "00012345", "1234.5", "m3", "ordinary",
    )  # fmt: skip
    assert (bill["period_start"], bill["period_end"], bill["locator"]) == (
        "2025-01-01", "2025-01-31", "line 4",
    )  # fmt: skip
    assert (cancelled["quantity"], cancelled["bill_kind"]) == ("-1234.5", "cancel")
    assert [(one.code, one.locator) for one in reading.rejections] == [
        ("skipped_row", "line 6"),
        ("skipped_row", "line 7"),
    ]
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2025, 1, 1), datetime.date(2025, 2, 1),
    )  # fmt: skip
    assert "text" in reading.message


def test_landing_uses_the_homes_contracts_first(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    _write(tmp_path)
    (result,) = land_paths(home, [put(tmp_path, "e.csv", EXPORT.encode("cp1252"))], "plant")
    assert (result.kind, result.records_landed, result.records_rejected) == ("gas_erp", 2, 2)
    assert [row["quantity"] for row in rows_of(home, "utility_bill", "plant", result.evidence_id)] == [
        "1234.5",
        "-1234.5",
    ]


def test_the_version_is_the_content_of_the_contract(tmp_path: Path) -> None:
    one = load_own(_write(tmp_path)).version
    other = load_own(_write(tmp_path, SAP.replace('thousands_mark: "."', 'thousands_mark: " "'))).version
    assert one != other
    assert one.startswith("1+")


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("1.234,5;R", "1,234.5;R", "undeclared_number", "Menge"),
        ("1.234,5;R", "12.34,5;R", "undeclared_number", "Menge"),
        ("1.234,5;R", "viel;R", "bad_number", "Menge"),
        ("01.01.2025;31.01.2025;1.234,5;R", "2025-01-01;31.01.2025;1.234,5;R", "undeclared_date", "Von"),
        ("00012345;R", "12345;R", "lost_zeros", "Zählpunkt"),
        ("00012345;R", "000123456;R", "bad_value", "Zählpunkt"),
        (";R;J", ";X;J", "bad_value", "Art"),
        (";R;Jänner", ";R;Jänner;x", "wrong_columns", ""),
        ("R-1;01.01.2025;31.01.2025;1.234,5;R", "R-1;01.02.2025;31.01.2025;1,0;R", "interval_order", "Bis"),
    ],
)
def test_what_does_not_fit_the_declaration_is_named(
    tmp_path: Path, old: str, new: str, code: str, field: str
) -> None:
    assert old in EXPORT
    reading = _read(tmp_path, EXPORT.replace(old, new, 1).encode("cp1252"))
    assert reading.rejections[0].code == code
    assert reading.rejections[0].field == field
    assert reading.rejections[0].message_zh
    assert len(list(reading.records["utility_bill"])) + reading.records_rejected == 4


def test_a_minus_behind_the_number_must_be_declared(tmp_path: Path) -> None:
    reading = _read(tmp_path, EXPORT.encode("cp1252"), SAP.replace("  trailing_minus: true\n", ""))
    assert [one.code for one in reading.rejections] == ["trailing_minus", "skipped_row", "skipped_row"]


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f"])
def test_blanks_of_every_width_group_thousands(tmp_path: Path, blank: str) -> None:
    text = SAP.replace('thousands_mark: "."', 'thousands_mark: " "').replace("cp1252", "utf-8")
    reading = _read(tmp_path, EXPORT.replace("1.234,5", f"1{blank}234,5").encode(), text)
    assert [row["quantity"] for row in reading.records["utility_bill"]] == ["1234.5", "-1234.5"]


def test_codes_keep_or_regain_their_zeros_and_lose_their_blanks(tmp_path: Path) -> None:
    text = SAP.replace("digits: 8}", "digits: 8, pad_zeros: true}")
    content = EXPORT.replace("00012345;R", "12345;R").replace("00012345;G", "0001\u00a023.45;G")
    reading = _read(tmp_path, content.encode("cp1252"), text)
    assert [row["account"] for row in reading.records["utility_bill"]] == ["00012345", "00012345"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "cp1252"])
def test_the_mark_of_a_file_goes_before_the_declared_encoding(tmp_path: Path, codec: str) -> None:
    reading = _read(tmp_path, EXPORT.encode(codec))
    first, _ = reading.records["utility_bill"]
    # Whoever follows the record back finds the line by the encoding that is registered.
    found = original_text(tmp_path / "export.csv", str(first["locator"]), reading.encoding)
    assert found == EXPORT.splitlines()[3]


def test_a_byte_that_the_encoding_lacks_costs_its_line(tmp_path: Path) -> None:
    content = EXPORT.encode("cp1252").replace("Jänner".encode("cp1252"), b"J\x81nner")
    reading = _read(tmp_path, content)
    assert [(one.code, one.locator) for one in reading.rejections][:1] == [("wrong_encoding", "line 4")]
    assert len(list(reading.records["utility_bill"])) == 1


def test_all_but_few_columns_name_the_missing_one(tmp_path: Path) -> None:
    reader = _reader(tmp_path)
    content = EXPORT.replace(";Art;", ";Type;").encode("cp1252")
    source = source_of(put(tmp_path, "export.csv", content), tmp_path / "scratch")
    assert reader.recognises(source)
    with pytest.raises(EvidenceRejectedError, match="Art"):
        reader.read(source)


# --- workbooks

BOOK = """\
version: 1
family: plant
title: Plant book
title_zh: 工廠日報
about: Consumption by day.
table: production_ledger
period: {from: Day, to: Day, to_inclusive: true}
file: {heading_line: 4, sheet: Data, merged_cells: fill, decimal_mark: ",", thousands_mark: "."}
skip: [{column: Day, matches: "^Woche"}]
columns:
  - {name: Day, column: production_date, type: date, required: true}
  - {name: Line, column: process, type: code, required: true}
  - {name: CN, column: product, type: code, digits: 8}
  - {name: Input, column: material, required: true}
  - {name: kg, column: input_quantity, type: quantity, unit: kg, unit_column: input_unit, required: true}
"""


def _book(path: Path, *, epoch_1904: bool = False) -> Path:
    with xlsxwriter.Workbook(str(path), {"date_1904": epoch_1904}) as book:
        book.add_worksheet("Cover").write(3, 0, "Day")
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write(0, 0, "Consumption")
        sheet.write_row(3, 0, ["Day", "Line", "CN\u00a0", "Input", "kg"])
        sheet.merge_range(4, 1, 5, 1, "L1")
        for row, number in ((4, 1234.5), (5, "1.234,5")):
            sheet.write_datetime(row, 0, datetime.date(2025, 1, row - 3), day)
            sheet.write(row, 2, 28141000.0 if row == 4 else "2523 10\u00a000")
            sheet.write(row, 3, "ROD")
            sheet.write(row, 4, number)
        sheet.write_row(6, 0, ["Woche 1", "", "", "", 2469])
        sheet.write_row(7, 0, ["2025-01-03", "L2", "", "ROD"])
        sheet.write_formula(7, 4, "=1+1", None, "")
    return path


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_a_workbook_lands_by_its_declaration(tmp_path: Path, epoch_1904: bool) -> None:
    reader = _reader(tmp_path, BOOK)
    path = _book(tmp_path / "a.xlsx", epoch_1904=epoch_1904)
    source = source_of(path, tmp_path / "scratch")
    assert reader.recognises(source)
    reading = reader.read(source)
    rows = list(reading.records["production_ledger"])
    assert [
        (row["production_date"], row["process"], row["product"], row["input_quantity"]) for row in rows
    ] == [("2025-01-01", "L1", "28141000", "1234.5"), ("2025-01-02", "L1", "25231000", "1234.5")]
    assert [(one.code, one.locator) for one in reading.rejections] == [
        ("skipped_row", "Data!7"),
        ("formula_without_result", "Data!8"),
    ]


def test_a_row_of_a_workbook_is_found_again(tmp_path: Path) -> None:
    path = _book(tmp_path / "a.xlsx")
    assert original_text(path, "Data!5") == "2025-01-01 | L1 | 28141000.0 | ROD | 1234.5"


def test_a_merged_cell_is_empty_below_its_first_unless_declared(tmp_path: Path) -> None:
    reader = _reader(tmp_path, BOOK.replace("merged_cells: fill, ", ""))
    reading = reader.read(source_of(_book(tmp_path / "a.xlsx"), tmp_path / "scratch"))
    assert ("empty_cell", "Data!6", "Line") in [
        (one.code, one.locator, one.field) for one in reading.rejections
    ]


def test_merged_cells_over_each_other_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row in (
        ["x"],
        ["x"],
        ["x"],
        ["Day", "Line", "CN", "Input", "kg"],
        ["2025-01-03", "L2", None, "R", 5],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    content = _with_ranges(tmp_path / "a.xlsx", 40)
    reader = _reader(tmp_path, BOOK)
    with pytest.raises(EvidenceRejectedError, match="overlap"):
        reader.read(source_of(content, tmp_path / "scratch"))


def _with_ranges(path: Path, count: int) -> Path:
    """Write the workbook again with a range over the whole sheet, many times."""
    damaged = path.with_name("b.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(damaged, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                ranges = b'<mergeCell ref="A1:XFD1048576"/>' * count
                data = re.sub(rb"<mergeCells.*?</mergeCells>", b"", data)
                merged = b"<mergeCells>" + ranges + b"</mergeCells>"
                data = data.replace(b"</sheetData>", b"</sheetData>" + merged)
            new.writestr(entry, data)
    return damaged


def test_a_formula_without_result_lands_as_no_text_either(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for _ in range(3):
        sheet.append(["x"])
    sheet.append(["Day", "Line", "CN", "Input", "kg"])
    sheet.append(["2025-01-03", "L2", None, "=A1", 5])
    book.save(tmp_path / "a.xlsx")
    reading = _reader(tmp_path, BOOK).read(source_of(tmp_path / "a.xlsx", tmp_path / "scratch"))
    assert [(one.code, one.field) for one in reading.rejections] == [("formula_without_result", "Input")]


# --- contracts with faults


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("table: utility_bill", "table: meter_readings", 6, "is not one of"),
        ("column: quantity, type", "column: amount_kwh, type", 27, "has no column amount_kwh"),
        ("key: [Beleg]", "key: [Belg]", 8, "no column has the heading Belg"),
        ("to: Bis,", "to: Menge,", 10, "no column of type date"),
        ("type: number", "type: nmber", 27, "'nmber' is not one of"),
        ("digits: 8", "digts: 8", 23, "unknown: digts"),
        ('thousands_mark: "."', 'thousands_mark: ","', 16, "cannot have the same mark"),
        ("title_zh: ERP 瓦斯入帳\n", "", 1, "missing: title_zh"),
        ('matches: "^-+$"', 'matches: "^(-+$"', 21, "not a regular expression"),
        ("column: bill_number", "column: account", 23, "is filled twice"),
        ("unit: m3, ", "", 23, "nothing fills unit"),
        ("family: invoices", "family: [invoices", 3, "line 3"),
        ("family: invoices", "family: &a invoices\nstandard: *a", 3, "aliases"),
    ],
)
def test_a_contract_with_a_fault_is_refused_by_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in SAP
    path = _write(tmp_path, SAP.replace(old, new, 1))
    with pytest.raises(WrongUseError) as caught:
        readers_of(home_at(tmp_path / "home"))
    assert f"line {line}: " in caught.value.found
    assert said in caught.value.found
    assert caught.value.where == str(path)
    assert "契約" in caught.value.what_zh


def test_the_examples_of_the_documentation_have_no_fault(tmp_path: Path) -> None:
    said = "\n".join(describe_own.own_files())
    contract, *_, template = re.findall(r"```yaml\n(.*?)```", said, re.S)
    assert load_own(_write(tmp_path, contract)).table == "utility_bill"
    assert pdf_template.load_own(_write(tmp_path, template, "water.yml")).layout == "fields"


def test_a_name_of_the_product_is_taken(tmp_path: Path) -> None:
    path = _write(tmp_path, name="taipower_bill.yml")
    with pytest.raises(WrongUseError, match="named taipower_bill"):
        load_own(path)


# --- properties


@given(
    number=st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3
    ),
    decimal_mark=st.sampled_from([".", ","]),
    thousands_mark=st.sampled_from([",", ".", "'", " ", ""]),
    is_trailing=st.booleans(),
)
def test_a_number_comes_back_from_every_spelling(
    number: object, decimal_mark: str, thousands_mark: str, is_trailing: bool
) -> None:
    if decimal_mark == thousands_mark:
        return
    spelling = Spelling(decimal_mark, thousands_mark, is_trailing)
    plain = f"{abs(number):,.3f}"  # type: ignore[arg-type]
    written = plain.replace(",", "\0").replace(".", decimal_mark).replace("\0", thousands_mark)
    minus = number < 0  # type: ignore[operator]
    written = (written + "-" if is_trailing else "-" + written) if minus else written
    landed, code = local_text.read_number(written, spelling)
    assert code == ""
    assert landed.replace(",", "") == ("-" if minus else "") + plain.replace(",", "")


@given(
    st.text(max_size=30), st.sampled_from([Spelling(",", ".", True), Spelling(".", " "), Spelling(",", "")])
)
def test_whatever_is_read_as_a_number_is_one(cell: str, spelling: Spelling) -> None:
    landed, code = local_text.read_number(cell, spelling)
    assert bool(code) != bool(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", landed))


@given(st.text(max_size=30), st.sampled_from(["%d.%m.%Y", "%m/%d/%y", "%Y%m%d", "%d %b %Y", "%j %Y"]))
def test_whatever_is_read_as_a_date_is_one(cell: str, date_format: str) -> None:
    landed, code = local_text.read_date(cell, date_format)
    assert bool(code) != bool(landed)
    if landed:
        datetime.date.fromisoformat(landed)


CELLS = st.one_of(
    st.sampled_from(["00012345", "R-1", "01.01.2025", "31.01.2025", "1.234,5", "1.234,5-", "R", "", "合計"]),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=12).filter(
        lambda cell: not set(cell) & set('\r\n"')
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=9), min_size=1, max_size=12))
def test_no_record_of_an_export_is_lost(tmp_path: Path, rows: list[list[str]]) -> None:
    reader = _reader(tmp_path, SAP.replace("cp1252", "utf-8"))
    lines = [";".join(row) for row in rows]
    content = "\n".join([*EXPORT.splitlines()[:3], *lines]).encode()
    source = source_of(put(tmp_path, "export.csv", content), tmp_path / "scratch")
    try:
        reading = reader.read(source)
    except EvidenceRejectedError:
        assert not any(line.strip() for line in lines)
        return
    landed = len(list(reading.records.get("utility_bill", [])))
    assert landed + reading.records_rejected == sum(bool(line.strip()) for line in lines)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_below_the_heading_are_records_or_named(tmp_path: Path, content: bytes) -> None:
    reader = _reader(tmp_path)
    heading = "\n".join(EXPORT.splitlines()[:3]).encode("cp1252")
    source = source_of(put(tmp_path, "export.csv", heading + b"\n" + content), tmp_path / "scratch")
    try:
        reading = reader.read(source)
    except EvidenceRejectedError:
        return
    assert all(one.message and one.message_zh for one in reading.rejections)
