"""Master data: the form that a new site gets, and what the reader says about every way to fill it wrongly."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tracetonne.errors import WrongUseError
from tracetonne.forms import GUIDE, write_form
from tracetonne.landing.manual_entry import READER as MANUAL
from tracetonne.landing.master_data import READER
from tracetonne.landing.master_sheets import BY_NAME, MANUAL_ENTRY, SHEETS
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.tables import TABLES
from tracetonne.master_data import MANUAL_GUIDE, MASTER_GUIDE, new_site
from tracetonne.settings import Home

Rows = dict[str, list[dict[str, Any]]]


def source_of(path: Path) -> Source:
    with path.open("rb") as handle:
        return Source(path, path.name, handle.read(65536), path.stat().st_size)


def good_rows() -> Rows:
    """Return a small plant without a problem; tests break one cell of it."""
    start = {"valid_from": datetime.date(2026, 1, 1)}
    return {
        "site": [{"name": "Plant", "name_zh": "工廠", "country_code": "TW", "first_month": "2026-01"}],
        "processes": [
            {"process": "screws", "name": "Screws", "good_category": "Iron or steel products"},
            {"process": "nuts", "name": "Nuts", "good_category": "Iron or steel products"},
        ],
        "products": [
            {"product": "C1", "name": "Screw", "cn_code": "73181542", "process": "screws"},
            {"product": "N1", "name": "Nut", "cn_code": "73181692", "process": "nuts"},
        ],
        "materials": [
            {"material": "GAS", "name": "Natural gas", "role": "fuel", "unit": "m3"},
            {
                "material": "ROD",
                "name": "Wire rod",
                "role": "precursor",
                "cn_code": "72139110",
                "country_code": "TW",
                "unit": "公噸",
            },
        ],
        "purchase_items": [
            {"seller_id": "00001234", "description": "天然氣", "material": "GAS", "unit": "度"}
        ],
        "meters": [
            {"meter": "M1", "role": "main", "account": "00-99", "commodity": "electricity", "unit": "kWh"},
            {
                "meter": "M2",
                "role": "process",
                "process": "screws",
                "commodity": "electricity",
                "unit": "kWh",
            },
        ],
        "source_streams": [
            {
                "source_stream": "gas",
                "name": "Gas",
                "material": "GAS",
                "method": "combustion",
                "activity_source": "purchases",
                "unit": "m3",
            }
        ],
        "attribution": [
            {
                "source_stream": "gas",
                "process": "screws",
                "method": "declared_share",
                "share": 0.6,
                "reason": "heat",
            }
            | start,
            {
                "source_stream": "gas",
                "process": "nuts",
                "method": "declared_share",
                "share": 0.4,
                "reason": "heat",
            }
            | start,
        ],
        "expected_documents": [
            {"kind": "taipower_bill", "subject": "00-99", "frequency": "monthly"},
            {"kind": "production_ledger", "frequency": "monthly"},
        ],
    }


@pytest.fixture
def land(tmp_path: Path):
    """Return a function that writes rows as a workbook and reads it."""

    def reading_of(rows: Rows) -> Reading:
        return READER.read(source_of(write_form(tmp_path / "m.xlsx", MASTER_GUIDE, SHEETS, rows)))

    return reading_of


def codes_of(reading: Reading) -> list[str]:
    return [rejection.code for rejection in reading.rejections]


def test_a_sheet_holds_the_columns_of_its_landing_table() -> None:
    for sheet in (*SHEETS, MANUAL_ENTRY):
        assert [column.key for column in sheet.columns] == [
            name for name in TABLES[sheet.table] if name != "locator"
        ]


def test_a_workbook_lands_as_it_was_filled(land) -> None:
    reading = land(good_rows())
    assert reading.rejections == []
    assert reading.message == ""
    assert {table: len(rows) for table, rows in reading.records.items()} == {
        BY_NAME[name].table: len(rows) for name, rows in good_rows().items()
    }
    products = list(reading.records["master_product"])
    assert products[0]["cn_code"] == "73181542"
    assert products[0]["locator"] == "products!3:3"
    assert next(iter(reading.records["master_attribution"]))["valid_from"] == "2026-01-01"
    assert next(iter(reading.records["master_purchase_item"]))["seller_id"] == "00001234"


# Sheet, row, column, content, code of the rejection, and where it must point.
BROKEN = [
    ("products", 0, "cn_code", "", "product_without_cn_code", "products!C3"),
    ("products", 0, "cn_code", "731815", "cn_code_not_eight_digits", "products!C3"),
    ("products", 0, "cn_code", "11111111", "unknown_cn_code", "products!C3"),
    ("products", 0, "cn_code", "25232900", "cn_code_of_another_good", "products!C3"),
    ("products", 0, "process", "forge", "unknown_reference", "products!D3"),
    ("products", 1, "product", "C1", "duplicate_key", "products!A4"),
    ("processes", 0, "good_category", "Screws", "unknown_goods_category", "processes!C3"),
    ("processes", 0, "production_route", "Electric arc furnace", "unknown_production_route", "processes!D3"),
    ("materials", 0, "unit", "bottles", "unknown_unit", "materials!G3"),
    ("materials", 0, "role", "tool", "unknown_role", "materials!D3"),
    ("materials", 1, "country_code", "", "incomplete_precursor", "materials!F4"),
    ("materials", 1, "cn_code", "", "incomplete_precursor", "materials!E4"),
    ("meters", 0, "role", "big", "unknown_role", "meters!B3"),
    ("meters", 1, "process", "", "meter_without_process", "meters!C4"),
    ("meters", 1, "process", "forge", "unknown_reference", "meters!C4"),
    ("meters", 0, "multiplier", 0, "zero", "meters!G3"),
    ("meters", 0, "multiplier", "ten", "not_a_number", "meters!G3"),
    ("meters", 0, "calibrated_on", "2025-02-30", "not_a_date", "meters!J3"),
    ("source_streams", 0, "material", "COAL", "unknown_reference", "source_streams!C3"),
    ("source_streams", 0, "method", "burning", "unknown_method", "source_streams!D3"),
    ("attribution", 0, "source_stream", "oil", "unknown_reference", "attribution!A3"),
    ("attribution", 0, "share", 0.7, "shares_do_not_add_up", "attribution!D3"),
    ("attribution", 0, "share", 60, "number_out_of_range", "attribution!D3"),
    ("attribution", 0, "share", "", "missing_share", "attribution!D3"),
    ("attribution", 0, "method", "functional_unit", "unused_share", "attribution!D3"),
    ("attribution", 0, "reason", "", "missing_value", "attribution!G3"),
    ("attribution", 0, "valid_to", datetime.date(2025, 1, 1), "validity_ends_before_it_starts",
     "attribution!F3"),
    ("expected_documents", 0, "subject", "11-11", "unknown_reference", "expected_documents!B3"),
    ("expected_documents", 0, "kind", "letter", "unknown_kind", "expected_documents!A3"),
    ("site", 0, "first_month", "January", "not_a_month", "site!F3"),
    ("site", 0, "country_code", "Taiwan", "unknown_country_code", "site!C3"),
    ("site", 0, "time_zone", "Asia/Nowhere", "unknown_time_zone", "site!D3"),
    ("site", 0, "name", "", "missing_value", "site!A3"),
    ("processes", 0, "process", "a:b", "bad_code", "processes!A3"),
    ("processes", 0, "good_category", "", "missing_value", "processes!C3"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "row", "column", "content", "code", "cell"), BROKEN)
def test_every_problem_is_named_with_its_cell(
    land, sheet: str, row: int, column: str, content: object, code: str, cell: str
) -> None:
    rows = good_rows()
    rows[sheet][row][column] = content
    reading = land(rows)
    found = [rejection for rejection in reading.rejections if rejection.code == code]
    assert found, codes_of(reading)
    assert found[0].locator == cell
    assert found[0].message.startswith(cell) and found[0].message_zh.startswith(cell)
    assert found[0].message != found[0].message_zh
    table = BY_NAME[sheet].table
    assert len(list(reading.records.get(table, ()))) < len(rows[sheet])
    assert reading.records_rejected >= 1


def test_the_good_rows_land_beside_a_bad_one(land) -> None:
    rows = good_rows()
    rows["products"][0]["cn_code"] = ""
    reading = land(rows)
    assert [row["product"] for row in reading.records["master_product"]] == ["N1"]
    assert "process screws makes no product" in reading.message


@pytest.mark.parametrize("cn_code", ["", "73202089", "7320 20 89"])
def test_what_a_process_outside_cbam_makes_needs_no_code_of_a_cbam_good(land, cn_code: str) -> None:
    rows = good_rows()
    rows["processes"].append({"process": "plating", "name": "Plating", "good_category": "Non_CBAM"})
    rows["products"].append({"product": "ZN", "name": "Plated", "cn_code": cn_code, "process": "plating"})
    reading = land(rows)
    assert reading.rejections == []
    assert list(reading.records["master_process"])[2]["good_category"] == "non_cbam"
    assert list(reading.records["master_product"])[2]["cn_code"] == (cn_code.replace(" ", "") or None)


def test_a_cbam_good_is_no_product_of_a_process_outside(land) -> None:
    rows = good_rows()
    rows["processes"][0]["good_category"] = "non_cbam"
    (rejection,) = land(rows).rejections
    assert (rejection.code, rejection.locator) == ("cbam_good_outside_cbam", "products!C3")
    assert "73181542" in rejection.message and "73181542" in rejection.message_zh
    assert "process of its category" in rejection.action


def test_a_process_outside_cbam_has_no_route(land) -> None:
    rows = good_rows()
    rows["processes"].append(
        {"process": "plating", "name": "Plating", "good_category": "non_cbam", "production_route": "Any"}
    )
    (rejection,) = land(rows).rejections
    assert (rejection.code, rejection.locator) == ("route_outside_cbam", "processes!D5")
    assert rejection.expected == "a blank cell"


def test_a_table_of_products_alone_cannot_know_their_process(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("product,name,process,cn_code\nZN,Plated,plating,\nC1,Screw,screws,7318\n")
    reading = READER.read(source_of(path))
    assert [row["product"] for row in reading.records["master_product"]] == ["ZN"]
    assert codes_of(reading) == ["cn_code_not_eight_digits"]


def test_the_same_key_may_follow_itself_in_time(land) -> None:
    rows = good_rows()
    rows["products"][0] |= {"valid_to": datetime.date(2026, 7, 1)}
    rows["products"].append(rows["products"][0] | {"valid_from": datetime.date(2026, 7, 1), "valid_to": ""})
    assert land(rows).rejections == []


def test_a_pair_has_one_key_but_for_the_outputs_of_a_unit(land) -> None:
    rows = good_rows()
    first = rows["attribution"][0] | {"share": ""}
    rows["attribution"] = [
        first | {"method": method} for method in ("chp_power", "chp_steam", "chp_hot_water")
    ]
    assert land(rows).rejections == []
    rows["attribution"].append(first | {"method": "heat"})
    assert codes_of(land(rows)) == ["second_key"]


def test_shares_must_add_up_on_every_day(land) -> None:
    rows = good_rows()
    rows["attribution"][1]["valid_to"] = datetime.date(2026, 7, 1)
    assert "shares_do_not_add_up" in codes_of(land(rows))
    rows["attribution"].append(
        rows["attribution"][1] | {"valid_from": datetime.date(2026, 7, 1), "valid_to": ""}
    )
    assert land(rows).rejections == []


def test_what_is_missing_is_listed(land) -> None:
    rows = good_rows()
    rows["attribution"] = []
    rows["expected_documents"] = []
    message = land(rows).message
    assert "source stream gas is attributed to no process" in message
    assert "sheet expected_documents has no row" in message


def test_roc_dates_are_read(land) -> None:
    rows = good_rows()
    rows["meters"][0]["calibrated_on"] = "114/06/12"
    assert next(iter(land(rows).records["master_meter"]))["calibrated_on"] == "2025-06-12"


def test_a_deleted_row_of_labels_does_not_swallow_a_record(tmp_path: Path) -> None:
    path = write_form(tmp_path / "m.xlsx", MASTER_GUIDE, SHEETS, good_rows())
    book = load_workbook(path)
    book["products"].delete_rows(2)
    book.save(path)
    reading = READER.read(source_of(path))
    assert "label_row_missing" in codes_of(reading)
    assert "master_product" not in reading.records


def test_missing_sheets_and_columns_are_named(tmp_path: Path) -> None:
    path = write_form(tmp_path / "m.xlsx", MASTER_GUIDE, SHEETS, good_rows())
    book = load_workbook(path)
    del book["attribution"]
    book["products"]["D1"] = "step"
    book.save(path)
    reading = READER.read(source_of(path))
    assert {"sheet_missing", "missing_column", "unknown_column"} <= set(codes_of(reading))


def test_a_formula_that_was_never_calculated_is_named(tmp_path: Path) -> None:
    path = write_form(tmp_path / "m.xlsx", MASTER_GUIDE, SHEETS, good_rows())
    book = load_workbook(path)
    book["attribution"]["D3"] = "=1-0.4"
    book.save(path)
    reading = READER.read(source_of(path))
    assert ("attribution!D3", "formula_without_result") in [
        (rejection.locator, rejection.code) for rejection in reading.rejections
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_sheets_also_come_as_csv(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "items.csv"
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["seller_id", "description", "material", "unit", "note"])
        writer.writerow(["00001234", "天然氣", "GAS", "度", ""])
        writer.writerow(["00001234", "柴油", "DIESEL", "桶", ""])
    assert READER.recognises(source_of(path))
    reading = READER.read(source_of(path))
    assert [row["description"] for row in reading.records["master_purchase_item"]] == ["天然氣"]
    assert [(one.code, one.locator) for one in reading.rejections] == [("unknown_unit", "line 3")]


def test_other_documents_are_not_master_data(tmp_path: Path) -> None:
    for name, text in (
        ("a.csv", "meter,interval_start,consumption_kwh,quality\n"),
        ("b.csv", ""),
        ("c.txt", "{"),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert not READER.recognises(source_of(path))


def test_a_new_site_gets_forms_and_an_inbox(tmp_path: Path) -> None:
    home = Home(tmp_path, tmp_path / "exports")
    workbook = new_site(home, "plant_2")
    assert (home.inbox / "plant_2").is_dir()
    assert not workbook.is_relative_to(home.inbox)
    book = load_workbook(workbook)
    assert book.sheetnames[: len(SHEETS) + 1] == [GUIDE, *(sheet.name for sheet in SHEETS)]
    for sheet in SHEETS:
        keys = [cell.value for cell in book[sheet.name][1]]
        assert keys == [column.key for column in sheet.columns]
        assert [cell.value for cell in book[sheet.name][2]] == [column.label_zh for column in sheet.columns]
        assert book[sheet.name].freeze_panes == "B3"
        assert all(cell.comment for cell in book[sheet.name][1])
    lists = {
        str(rule.sqref) for rule in book["meters"].data_validations.dataValidation if rule.type == "list"
    }
    assert {"B3:B502", "C3:C502", "E3:E502", "F3:F502"} <= lists


def test_an_empty_form_says_what_to_fill(tmp_path: Path) -> None:
    reading = READER.read(source_of(new_site(Home(tmp_path, tmp_path / "exports"), "plant")))
    assert set(codes_of(reading)) == {"missing_value"}
    assert "sheet products has no row" in reading.message


def test_a_filled_workbook_is_not_overwritten(tmp_path: Path) -> None:
    home = Home(tmp_path, tmp_path / "exports")
    new_site(home, "plant")
    with pytest.raises(WrongUseError, match="already"):
        new_site(home, "plant")


@pytest.mark.parametrize("name", ["", "Plant", "../plant", "a b", "x" * 80, "工廠"])
def test_a_site_name_is_a_code(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongUseError, match="site name"):
        new_site(Home(tmp_path, tmp_path / "exports"), name)


def test_no_cell_of_a_form_acts_when_opened(tmp_path: Path) -> None:
    rows = good_rows()
    rows["site"][0] |= {"name": '=HYPERLINK("http://x")', "note": "http://example.com", "name_zh": "@SUM(A1)"}
    book = load_workbook(write_form(tmp_path / "m.xlsx", MASTER_GUIDE, SHEETS, rows))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert book["site"]["A3"].value == '\'=HYPERLINK("http://x")'
    assert book["site"]["A3"].data_type == "s"


def test_the_same_form_is_the_same_bytes(tmp_path: Path) -> None:
    one = write_form(tmp_path / "1.xlsx", MASTER_GUIDE, SHEETS, good_rows())
    two = write_form(tmp_path / "2.xlsx", MASTER_GUIDE, SHEETS, good_rows())
    assert one.read_bytes() == two.read_bytes()


# --- Manual entries ------------------------------------------------------------------------------


def manual_row(**changed: object) -> dict[str, object]:
    return {
        "entry": "2026-01-GAS",
        "material": "GAS",
        "quantity_name": "purchased_quantity",
        "value": 1234.5,
        "unit": "m3",
        "period_start": datetime.date(2026, 1, 1),
        "period_end": datetime.date(2026, 2, 1),
        "reason": "invoice lost",
        "author": "Lin",
        "approver": "Chen",
    } | changed


def manual(tmp_path: Path, *rows: dict[str, object]) -> Reading:
    path = write_form(tmp_path / "e.xlsx", MANUAL_GUIDE, (MANUAL_ENTRY,), {"manual_entry": list(rows)})
    assert MANUAL.recognises(source_of(path))
    assert not READER.recognises(source_of(path))
    return MANUAL.read(source_of(path))


def test_a_manual_entry_lands(tmp_path: Path) -> None:
    reading = manual(tmp_path, manual_row())
    assert reading.rejections == []
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2026, 1, 1),
        datetime.date(2026, 2, 1),
    )
    row = next(iter(reading.records["manual_entry"]))
    assert (row["value"], row["period_end"], row["locator"]) == ("1234.5", "2026-02-01", "manual_entry!3:3")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"approver": "lin "}, "author_approves"),
        ({"period_end": datetime.date(2026, 1, 31)}, "period_end_is_the_last_day"),
        ({"period_end": datetime.date(2025, 1, 31)}, "period_ends_before_it_starts"),
        ({"material": ""}, "subject_unclear"),
        ({"meter": "M1"}, "subject_unclear"),
        ({"value": -1}, "negative_number"),
        ({"unit": "bottle"}, "unknown_unit"),
        ({"quantity_name": "amount"}, "unknown_quantity_name"),
        ({"reason": ""}, "missing_value"),
    ],
)
def test_a_bad_manual_entry_is_rejected_alone(tmp_path: Path, changed: dict[str, object], code: str) -> None:
    reading = manual(tmp_path, manual_row(**changed), manual_row(entry="other"))
    assert codes_of(reading) == [code]
    assert [row["entry"] for row in reading.records["manual_entry"]] == ["other"]


def test_an_entry_that_stands_twice_is_named(tmp_path: Path) -> None:
    assert codes_of(manual(tmp_path, manual_row(), manual_row())) == ["duplicate_key"]


def test_an_empty_manual_form_has_no_record(tmp_path: Path) -> None:
    reading = manual(tmp_path)
    assert reading.records == {}
