"""Tabular documents: what lands is as printed, what cannot be read is named, the rest of the file is kept."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import xlsxwriter
from landing_documents import (
    BILL_ROW,
    LEDGER_HEADING,
    LEDGER_ROW,
    bill,
    home_at,
    ledger,
    put,
    rows_of,
    source_of,
)

from tracetonne.landing import contract
from tracetonne.landing.contract import ContractReader
from tracetonne.landing.land import land_paths
from tracetonne.landing.reader import Reading
from tracetonne.landing.reject import UnreadableDocumentError
from tracetonne.landing.tables import TABLES

CERTIFICATE_HEADING = (
    "certificate_number,material,parameter,value,unit,basis,sample_date,valid_from,valid_to,laboratory,"
    "accreditation_number,accreditation_valid_to,method"
)


def _read(kind: str, tmp_path: Path, content: bytes, name: str = "a.csv") -> Reading:
    return ContractReader(kind).read(source_of(put(tmp_path, name, content), tmp_path / "scratch"))


def _certificate(*rows: str) -> bytes:
    return ("\n".join((CERTIFICATE_HEADING, *rows)) + "\n").encode()


@pytest.mark.parametrize("kind", contract.kinds())
def test_a_contract_fills_columns_that_its_table_has(kind: str) -> None:
    one = contract.load(kind)
    columns = {column.column for column in one.columns} | set(one.constants) | {"locator"}
    columns |= {column.unit_column for column in one.columns if column.unit_column}
    assert columns <= set(TABLES[one.table])
    names = {column.name for column in one.columns}
    assert {*one.key, one.period_from, one.period_to, one.document_date} - {""} <= names
    assert all(column.meaning for column in one.columns)


@pytest.mark.parametrize("codec", ["cp950", "utf-8", "utf-8-sig"])
def test_a_bill_lands_as_printed(tmp_path: Path, codec: str) -> None:
    reading = _read("taipower_bill", tmp_path, bill(codec=codec))
    (row,) = reading.records["utility_bill"]
    assert (row["account"], row["bill_kind"], row["bill_month"]) == ("05-12-3456-78-9", "一般", "114/01")
    assert (row["period_start"], row["period_end"]) == ("114/01/01", "114/01/31")
    assert (row["quantity"], row["unit"], row["commodity"], row["currency"]) == (
        "50000", "kWh", "electricity", "TWD",
    )  # fmt: skip
    assert row["locator"] == "line 2"
    # The last day billed is included, so the period ends the day after.
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2025, 1, 1),
        datetime.date(2025, 2, 1),
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("114/01/31,1200", "114/02/30,1200", "bad_date", "計費迄日"),
        ("114/01/31,1200", "14/01/31,1200", "two_digit_year", "計費迄日"),
        ("114/01/31,1200", "113/12/01,1200", "interval_order", "計費迄日"),
        (",50000,98", ",五萬,98", "bad_number", "總度數"),
        (",50000,98", ",,98", "empty_cell", "總度數"),
        (",50000,98", ",-50000,98", "negative_quantity", "總度數"),
        (",50000,98", ',"50.000,5",98', "decimal_comma", "總度數"),
        ("一般", "其他", "bad_value", "帳單別"),
        (",98,180000", ",98", "wrong_columns", ""),
        (",98,180000", ",98,180000,1", "wrong_columns", ""),
        ("B1140101", "B114\x00101", "nul_byte", ""),
    ],
)
def test_a_bad_row_is_named_and_the_good_one_kept(
    tmp_path: Path, old: str, new: str, code: str, field: str
) -> None:
    assert old in BILL_ROW
    bad = BILL_ROW.replace(old, new)
    reading = _read("taipower_bill", tmp_path, bill(BILL_ROW, bad))
    (rejection,) = reading.rejections
    assert (rejection.code, rejection.field, rejection.locator) == (code, field, "line 3")
    assert rejection.message and rejection.message_zh and rejection.action
    assert rejection.original_text == bad.replace("\x00", "\\x00")
    assert (len(list(reading.records["utility_bill"])), reading.records_rejected) == (1, 1)


def test_full_width_digits_and_thousands_are_numbers(tmp_path: Path) -> None:
    row = BILL_ROW.replace(",50000,98", ',"５０,000",98').replace("10000,20000", "１００００,20000")
    reading = _read("taipower_bill", tmp_path, bill(row))
    (landed,) = reading.records["utility_bill"]
    assert (landed["quantity"], landed["peak_quantity"]) == ("５０,000", "１００００")


def test_all_bad_cells_of_a_row_are_named_but_it_counts_once(tmp_path: Path) -> None:
    reading = _read("production_ledger", tmp_path, ledger("soon,B1,,C1,x,y,,,", LEDGER_ROW))
    assert [one.field for one in reading.rejections] == ["production_date", "process", "good_kg", "scrap_kg"]
    assert reading.records_rejected == 1


def test_wrong_bytes_in_one_line_name_their_offset(tmp_path: Path) -> None:
    content = bill(BILL_ROW, BILL_ROW)
    # A lead byte of cp950 followed by a byte that no character has there.
    offset = content.rindex("一般".encode("cp950"))
    damaged = content[:offset] + b"\xa4\x20" + content[offset + 2 :]
    reading = _read("taipower_bill", tmp_path, damaged)
    (rejection,) = reading.rejections
    assert rejection.code == "wrong_encoding"
    assert rejection.found == f"byte 0xa4 at offset {offset}"
    assert len(list(reading.records["utility_bill"])) == 1


@pytest.mark.parametrize("codec", ["utf-16", "big5hkscs"])
def test_other_encodings_are_told_by_their_mark_or_their_bytes(tmp_path: Path, codec: str) -> None:
    number = "B114堃" if codec == "utf-16" else "B114邨"  # 邨 is in the Hong Kong set only
    path = put(tmp_path, "a.csv", bill(BILL_ROW.replace("B1140101", number), codec=codec))
    source = source_of(path, tmp_path / "scratch")
    reader = ContractReader("taipower_bill")
    assert reader.recognises(source)
    (row,) = reader.read(source).records["utility_bill"]
    assert row["bill_number"] == number


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    content = ledger().replace(b"process,", b"").replace(b"good_kg,", b"")
    source = source_of(put(tmp_path, "a.csv", content), tmp_path / "scratch")
    assert ContractReader("production_ledger").recognises(source)
    with pytest.raises(UnreadableDocumentError) as caught:
        ContractReader("production_ledger").read(source)
    assert [one.field for one in caught.value.rejections] == ["process", "good_kg"]
    assert {one.code for one in caught.value.rejections} == {"missing_column"}


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        _read("production_ledger", tmp_path, ledger().replace(b"batch", b"process"))
    assert [(one.code, one.field) for one in caught.value.rejections] == [
        ("missing_column", "batch"),
        ("duplicate_column", "process"),
    ]


def test_an_optional_column_may_be_missing_and_others_are_mentioned(tmp_path: Path) -> None:
    content = ledger().replace(b",note", b",shift")
    reading = _read("production_ledger", tmp_path, content)
    assert "shift" in reading.message
    (row,) = reading.records["production_ledger"]
    assert row["note"] is None


def test_a_truncated_file_keeps_its_complete_records(tmp_path: Path) -> None:
    content = ledger(LEDGER_ROW, LEDGER_ROW)[:-40]
    reading = _read("production_ledger", tmp_path, content)
    assert len(list(reading.records["production_ledger"])) == 1
    assert [one.code for one in reading.rejections] == ["wrong_columns"]


def test_a_line_of_huge_length_costs_only_itself(tmp_path: Path) -> None:
    reading = _read("production_ledger", tmp_path, ledger(LEDGER_ROW, "x" * 200_000, LEDGER_ROW))
    (rejection,) = reading.rejections
    assert (rejection.code, rejection.locator) == ("line_too_long", "line 3")
    assert len(rejection.original_text) < 5000
    assert len(list(reading.records["production_ledger"])) == 2


def test_an_open_quotation_mark_costs_only_its_line(tmp_path: Path) -> None:
    rows = [LEDGER_ROW] * 30
    rows[3] = LEDGER_ROW.replace("早班", '"早班')
    reading = _read("production_ledger", tmp_path, ledger(*rows))
    assert [(one.code, one.locator) for one in reading.rejections] == [("wrong_columns", "line 5")]
    assert len(list(reading.records["production_ledger"])) == 29


def test_a_quoted_cell_may_hold_line_ends(tmp_path: Path) -> None:
    quoted = LEDGER_ROW.replace("早班", '"早班\n換模, 30 分"')
    reading = _read("production_ledger", tmp_path, ledger(quoted, LEDGER_ROW))
    rows = list(reading.records["production_ledger"])
    assert [row["locator"] for row in rows] == ["line 2", "line 4"]
    assert rows[0]["note"] == "早班\n換模, 30 分"
    assert not reading.rejections


def test_blank_lines_are_no_records(tmp_path: Path) -> None:
    reading = _read("production_ledger", tmp_path, ledger(LEDGER_ROW, "", LEDGER_ROW, "", ""))
    assert [row["locator"] for row in reading.records["production_ledger"]] == ["line 2", "line 4"]


def test_lines_may_end_with_carriage_returns(tmp_path: Path) -> None:
    content = ledger(LEDGER_ROW, LEDGER_ROW).replace(b"\n", b"\r")
    source = source_of(put(tmp_path, "a.csv", content), tmp_path / "scratch")
    assert ContractReader("production_ledger").recognises(source)
    assert len(list(ContractReader("production_ledger").read(source).records["production_ledger"])) == 2


def test_semicolons_part_cells_where_there_is_no_comma(tmp_path: Path) -> None:
    content = ledger().replace(b",", b";")
    (row,) = _read("production_ledger", tmp_path, content).records["production_ledger"]
    assert row["good_quantity"] == "1000.5"


@pytest.mark.parametrize(
    ("parameter", "unit", "code"),
    [
        ("ncv", "GJ/1000Nm3", ""),
        ("ncv", "GJ / 1000Nm3", ""),
        ("ncv", "tCO2/TJ", "unknown_unit"),
        ("ncv", "BTU/ft3", "unknown_unit"),
        ("emission_factor", "tCO2/TJ", ""),
        ("heat", "GJ/t", "bad_value"),
    ],
)
def test_a_unit_belongs_to_its_parameter(tmp_path: Path, parameter: str, unit: str, code: str) -> None:
    row = f"L1,NATURAL-GAS,{parameter},38.9,{unit},,2025-01-02,2025-01-01,2026-01-01,Lab,,,ISO 6976"
    reading = _read("lab_certificate", tmp_path, _certificate(row))
    assert [one.code for one in reading.rejections] == ([code] if code else [])


def test_an_open_validity_has_no_end(tmp_path: Path) -> None:
    rows = (
        "L1,NATURAL-GAS,ncv,38.9,GJ/1000Nm3,,2025-01-02,2025-01-01,2026-01-01,Lab,,,",
        "L1,NATURAL-GAS,oxidation_factor,1,1,,2025-01-02,2025-01-01,,Lab,,,",
    )
    reading = _read("lab_certificate", tmp_path, _certificate(*rows))
    assert (reading.period_start, reading.period_end) == (datetime.date(2025, 1, 1), None)
    assert reading.document_key == "L1|NATURAL-GAS|ncv,L1|NATURAL-GAS|oxidation_factor"


def _workbook(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("說明").write(0, 0, "請見下頁")
        sheet = book.add_worksheet("日報")
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    return path


def test_the_same_document_as_a_workbook(tmp_path: Path) -> None:
    heading = LEDGER_HEADING.split(",")
    path = _workbook(
        tmp_path / "a.xlsx",
        [
            list(heading),
            [datetime.date(2025, 1, 2), "B1", "carbon_screws", "C1", 1000.5, 12, "WIRE-ROD-CARBON", 1015, ""],
            [datetime.date(2025, 1, 3), "B2", "carbon_screws", "C1", "a lot", 0, "", "", ""],
            ["合計", "", "", "", 1000.5, 12, "", 1015, ""],
        ],
    )
    source = source_of(path, tmp_path / "scratch")
    reader = ContractReader("production_ledger")
    assert reader.recognises(source)
    reading = reader.read(source)
    (row,) = reading.records["production_ledger"]
    assert (row["production_date"], row["good_quantity"], row["scrap_quantity"]) == (
        "2025-01-02",
        "1000.5",
        "12",
    )
    assert (row["locator"], reading.encoding) == ("日報!2", "xlsx")
    assert [(one.locator, one.code) for one in reading.rejections] == [
        ("日報!3", "bad_number"),
        ("日報!4", "total_row"),
    ]


def test_a_workbook_lands_though_its_evidence_has_no_extension(tmp_path: Path) -> None:
    row = ["2025-01-02", "B1", "carbon_screws", "C1", 0.00001, 12, "", "", ""]
    path = _workbook(tmp_path / "a.xlsx", [list(LEDGER_HEADING.split(",")), row])
    home = home_at(tmp_path / "home")
    (result,) = land_paths(home, [path], "screw_plant")
    assert (result.kind, result.status) == ("production_ledger", "landed")
    (landed,) = rows_of(home, "production_ledger", "screw_plant", result.evidence_id)
    assert landed["good_quantity"] == "0.00001"


def test_a_formula_without_result_and_an_error_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("日報")
        sheet.write_row(0, 0, LEDGER_HEADING.split(","))
        for row in (1, 2, 3):
            sheet.write_row(row, 0, ["2025-01-02", "B1", "carbon_screws", "C1", 1, 12, "", "", ""])
        sheet.write_formula(1, 5, "=E2*2", None, "")
        sheet.write_formula(2, 5, "=1/0", None, "#DIV/0!")
    reading = ContractReader("production_ledger").read(source_of(path, tmp_path / "scratch"))
    assert [(one.locator, one.field, one.code) for one in reading.rejections] == [
        ("日報!2", "scrap_kg", "formula_without_result"),
        ("日報!3", "scrap_kg", "error_value"),
    ]
    assert len(list(reading.records["production_ledger"])) == 1


def test_a_cut_workbook_is_named_as_such(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", [list(LEDGER_HEADING.split(","))])
    path.write_bytes(path.read_bytes()[:-200])
    (result,) = land_paths(home_at(tmp_path / "home"), [path], "screw_plant")
    assert (result.status, result.rejections[0].code) == ("rejected", "bad_workbook")


def test_documents_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    for index, content in enumerate((bill(), ledger(), _certificate("x"))):
        source = source_of(put(tmp_path, f"{index}.csv", content), tmp_path / "scratch")
        assert sum(ContractReader(kind).recognises(source) for kind in contract.kinds()) == 1
