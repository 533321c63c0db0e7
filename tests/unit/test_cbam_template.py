"""The reader of the CBAM communication template, on the official workbooks and on edited copies of them."""

from __future__ import annotations

import datetime
import json
import re
import warnings
import zipfile
from pathlib import Path

import pytest
from corpora import SHARED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from template_workbook import CellContent, Error, Formula, Result, edited, official

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing.cbam_template import READER
from tracetonne.landing.land import land_paths
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.tables import TABLES
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

Key = tuple[str, str, str, str]


def source_of(path: Path) -> Source:
    with path.open("rb") as handle:
        return Source(path, path.name, handle.read(65536), path.stat().st_size)


def read(path: Path) -> Reading:
    return READER.read(source_of(path))


def values_of(reading: Reading) -> dict[Key, str]:
    rows = list(reading.records.get("cbam_template_cell", ()))
    return {(row["section"], row["item"], row["sub_item"], row["field"]): row["value"] for row in rows}


def codes_of(reading: Reading) -> list[str]:
    return [rejection.code for rejection in reading.rejections]


def expected(name: str) -> dict:
    return json.loads((SHARED / "cases" / "ec" / name).read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path: Path):
    """Return a function that reads an edited copy of an official workbook."""

    def make(name: str, cells: dict[str, CellContent], **options: object) -> Reading:
        return read(edited(official(name), tmp_path / "copy.xlsx", cells, **options))

    return make


# --- The official workbooks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("cement", "ec-1.json"),
        ("steel", "ec-4.json"),
        ("fertilizer", "ec-5.json"),
        ("aluminium", "ec-6.json"),
    ],
)
def test_inputs_of_the_worked_examples(name: str, case: str) -> None:
    reading = read(official(name))
    answers = expected(case)
    values = values_of(reading)
    assert reading.rejections == []
    assert reading.document_key == "2023-01-01/2023-12-31"
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2023, 1, 1),
        datetime.date(2024, 1, 1),
    )
    assert values["installation", "", "", "name"] == answers["installation"]["name"]
    for number, stream in enumerate(answers["inputs"]["source_streams"], 1):
        key = ("source_stream", str(number), "")
        assert values[*key, "method"].casefold() == stream["method"]
        assert float(values[*key, "activity_data"]) == stream["ad"]
        assert float(values[*key, "emission_factor"]) == stream["ef"]
        assert float(values.get((*key, "biomass_pct"), "0")) == stream.get("biomass_pct", 0)
    for number, process in enumerate(answers["inputs"]["processes"], 1):
        key = ("process_value", str(number), "")
        assert values["process", str(number), "", "name"] == process["name"]
        assert values["process", str(number), "", "good_category"] == process["good"]
        assert float(values[*key, "direct_emissions"]) == process["DirEm"]
        assert float(values[*key, "electricity_mwh"]) == process["elec_MWh"]
        assert float(values[*key, "electricity_factor"]) == process["elec_EF"]
        assert values[*key, "electricity_factor_source"] == process["elec_EF_source"]
        levels = [
            float(value)
            for found, value in values.items()
            if found[0] == "production_level" and found[1] == str(number)
        ]
        assert sum(levels) == process["total_production"]
    for number, precursor in enumerate(answers["inputs"]["purchased_precursors"], 1):
        key = ("precursor_value", str(number), "")
        assert values["precursor", str(number), "", "country_code"] == precursor["country"]
        assert float(values[*key, "see_direct"]) == precursor["see_direct"]
        assert values[*key, "see_direct_source"] == precursor["see_direct_source"]
        assert float(values[*key, "electricity_factor"]) == precursor["electricity_ef"]
    for number, product in enumerate(answers["expected"]["products"], 1):
        assert values["product", str(number), "", "cn_code"] == product["cn"]
        assert values["product", str(number), "", "product_name"] == product["product"]
        assert values["product", str(number), "", "process"] == product["process"]


def test_every_record_says_where_it_stands() -> None:
    rows = list(read(official("steel")).records["cbam_template_cell"])
    assert all(set(row) == set(TABLES["cbam_template_cell"]) for row in rows)
    by_key = {(row["section"], row["item"], row["field"]): row for row in rows}
    row = by_key["process_value", "1", "direct_emissions"]
    assert (row["sheet"], row["cell"], row["value"]) == ("D_Processes", "L54", "3337.9500000000003")


def test_no_cell_is_read_twice() -> None:
    rows = list(read(official("aluminium")).records["cbam_template_cell"])
    assert len({(row["sheet"], row["cell"]) for row in rows}) == len(rows)


def test_a_flow_names_the_process_that_consumes() -> None:
    values = values_of(read(official("aluminium")))
    assert values["process_flow", "1", "2", "amount"] == "120000"


def test_pfc_inputs() -> None:
    values = values_of(read(official("aluminium")))
    assert values["pfc", "1", "", "method"] == "Slope method"
    assert values["pfc", "1", "", "anode_effect_frequency"] == "0.6039358521605075"
    assert values["pfc", "1", "", "collection_efficiency"] == "0.97"


def test_no_result_of_the_workbook_is_read(copy) -> None:
    plain = values_of(read(official("steel")))
    touched = values_of(
        copy(
            "steel",
            {
                "Summary_Products!I10": Result(9.0),
                "InputOutput!AK71": Result(9.0),
                "D_Processes!T54": Result(9.0),
                "D_Processes!L24": Result(9.0),
            },
        )
    )
    assert touched == plain


def test_example_rows_are_not_read() -> None:
    values = values_of(read(official("cement")))
    assert "Heavy fuel oil" in [value for key, value in values.items() if key[3] == "name"]
    assert "252000" not in values.values()
    assert "Example process A" not in values.values()


def test_the_blank_template_says_what_is_missing() -> None:
    reading = read(official("blank"))
    assert reading.records == {}
    assert codes_of(reading)[:2] == ["missing_reporting_period", "missing_reporting_period"]


# --- Recognition --------------------------------------------------------------------------------------------


def test_other_workbooks_are_not_templates() -> None:
    assert READER.recognises(source_of(official("steel")))
    other = SHARED / "corpora" / "cbam-template" / "benchmarks.xlsx"
    if other.exists():
        assert not READER.recognises(source_of(other))


def test_what_is_no_workbook_is_not_recognised(tmp_path: Path) -> None:
    for name, data in (("a.xlsx", b"PK\x03\x04 broken"), ("b.csv", b"a,b\n1,2\n"), ("c.xlsx", b"")):
        path = tmp_path / name
        path.write_bytes(data)
        assert not READER.recognises(source_of(path))


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.xlsx"
    path.write_bytes(official("steel").read_bytes()[:200_000])
    with pytest.raises(EvidenceRejectedError, match="cannot be opened"):
        read(path)


def test_a_workbook_with_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(official("steel")) as archive, zipfile.ZipFile(path, "w") as copy:
        for entry in archive.infolist():
            data = archive.read(entry)
            copy.writestr(entry.filename, data[:1000] if entry.filename.endswith("sheet8.xml") else data)
    with pytest.raises(EvidenceRejectedError, match="cannot be opened"):
        read(path)


@pytest.mark.parametrize(
    ("keep", "prefix", "found"),
    [(300_000, b"", "cut short"), (0, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000), "password")],
)
def test_a_closed_workbook_is_named_as_one(tmp_path: Path, keep: int, prefix: bytes, found: str) -> None:
    path = tmp_path / "closed.xlsx"
    path.write_bytes(prefix + official("steel").read_bytes()[:keep])
    result = land_paths(Home(tmp_path / "home", tmp_path / "exports"), [path], "plant")[0]
    assert (result.status, [rejection.code for rejection in result.rejections]) == (
        "rejected",
        ["bad_workbook"],
    )
    assert found in result.rejections[0].found


def test_a_workbook_is_read_without_its_extension(tmp_path: Path) -> None:
    path = tmp_path / "0123abcd"
    path.write_bytes(official("steel").read_bytes())
    assert values_of(read(path)) == values_of(read(official("steel")))


def test_a_missing_sheet_is_named(copy) -> None:
    reading = copy("steel", {}, drop_sheets=("E_PurchPrec",))
    assert reading.records == {}
    assert codes_of(reading) == ["sheet_missing"]
    assert "E_PurchPrec" in reading.rejections[0].message


def test_a_moved_row_is_named(copy) -> None:
    reading = copy("steel", {"D_Processes!E54": "Something else"})
    assert codes_of(reading) == ["template_row_moved"]
    assert reading.rejections[0].locator == "D_Processes!E54"


def test_a_missing_heading_is_named(copy) -> None:
    reading = copy("steel", {"B_EmInst!J13": "Something else"})
    assert codes_of(reading) == ["template_heading_missing"]


def test_version_1_whose_precursor_rows_mean_something_else_is_refused(copy) -> None:
    reading = copy("steel", {"E_PurchPrec!E50": "Specific embedded indirect emissions"})
    assert codes_of(reading) == ["template_row_moved"]


# --- What people type ---------------------------------------------------------------------------------------


def test_numbers_typed_as_text(copy) -> None:
    values = values_of(copy("steel", {"D_Processes!L54": "3337,95", "D_Processes!L65": "3 400.5"}))
    assert values["process_value", "1", "", "direct_emissions"] == "3337.95"
    assert values["process_value", "1", "", "electricity_mwh"] == "3400.5"


def found_in(reading: Reading) -> dict[str, str]:
    """Return the code of the first rejection by cell."""
    return {rejection.locator: rejection.code for rejection in reversed(reading.rejections)}


def test_unreadable_amounts_refuse_the_document(copy) -> None:
    broken = {
        "D_Processes!L16": ("1,539", "ambiguous_number"),
        "D_Processes!L27": ("1.9 tCO2e/t", "not_a_number"),
        "D_Processes!L41": ("n.a.", "not_a_number"),
        "D_Processes!L54": ("12%", "not_a_number"),
        "D_Processes!L65": (True, "not_a_number"),
        "D_Processes!L66": (Error("#N/A"), "error_value"),
        "D_Processes!L71": (Error("#REF!"), "error_value"),
        "E_PurchPrec!L49": (Formula("L65*2", None), "formula_without_result"),
        "E_PurchPrec!L50": (Formula("L65*2", "#VALUE!"), "error_value"),
        "E_PurchPrec!L17": (-1, "negative_number"),
    }
    reading = copy("steel", {cell: content for cell, (content, _) in broken.items()})
    assert reading.records == {}
    assert found_in(reading) == {cell: code for cell, (_, code) in broken.items()}
    for rejection in reading.rejections:
        assert rejection.locator in rejection.message
        assert rejection.locator in rejection.message_zh
        assert rejection.action


def test_a_formula_counts_with_its_stored_result(copy) -> None:
    values = values_of(copy("steel", {"D_Processes!L54": Formula("1000+2.5", 1002.5)}))
    assert values["process_value", "1", "", "direct_emissions"] == "1002.5"


def test_a_formula_that_gives_an_empty_text_is_blank(copy) -> None:
    values = values_of(copy("steel", {"D_Processes!L41": Formula('""', "")}))
    assert ("process_value", "1", "", "non_cbam") not in values


def test_every_problem_is_named_at_once(copy) -> None:
    reading = copy(
        "steel", {"D_Processes!L54": "many", "D_Processes!L67": "D.4(z)", "E_PurchPrec!M49": "Guessed"}
    )
    assert [rejection.locator for rejection in reading.rejections] == [
        "D_Processes!L54",
        "D_Processes!L67",
        "E_PurchPrec!M49",
    ]
    assert "D.4(a)" in reading.rejections[1].expected
    assert reading.rejections[1].found == "D.4(z)"


def test_cells_outside_the_vocabulary(copy) -> None:
    broken = {
        "B_EmInst!D17": ("Burning", "unknown_monitoring_method"),
        "B_EmInst!G17": ("kg", "unknown_unit"),
        "B_EmInst!K17": ("kgCO2/GJ", "unknown_unit"),
        "B_EmInst!N17": (101, "number_out_of_range"),
        "B_EmInst!H17": (-48, "negative_number"),
        "A_InstData!F102": ("XX", "unknown_country_code"),
        "D_Processes!K50": ("yes", "not_a_boolean"),
        "D_Processes!L16": (-1, "negative_number"),
        "A_InstData!I9": ("2023", "not_a_date"),
        "Parameters_Constants!B1": ("Someday", "unknown_CBAM_period"),
    }
    reading = copy("steel", {cell: content for cell, (content, _) in broken.items()})
    assert reading.records == {}
    assert found_in(reading) == {cell: code for cell, (_, code) in broken.items()}


def test_an_unknown_goods_category(copy) -> None:
    reading = copy("steel", {"A_InstData!E83": "Screws"})
    assert found_in(reading)["A_InstData!E83"] == "unknown_goods_category"


def test_a_period_ends_after_it_starts(copy) -> None:
    reading = copy("steel", {"A_InstData!L9": datetime.date(2022, 12, 31)})
    assert found_in(reading) == {"A_InstData!L9": "period_ends_before_it_starts"}


def test_spelling_is_read_as_excel_reads_it(copy) -> None:
    reading = copy("steel", {"B_EmInst!D17": "COMBUSTION ", "D_Processes!K50": "false"})
    values = values_of(reading)
    assert values["source_stream", "1", "", "method"] == "Combustion"
    original = [
        row["original_text"]
        for row in reading.records["cbam_template_cell"]
        if (row["section"], row["field"]) == ("source_stream", "method")
    ]
    assert original == ["COMBUSTION "]


def test_dates_as_serial_number_and_as_text(copy) -> None:
    reading = copy("steel", {"A_InstData!I9": "2023-07-01", "A_InstData!L9": "30.6.2024"})
    assert reading.document_key == "2023-07-01/2024-06-30"
    assert reading.period_end == datetime.date(2024, 7, 1)


def test_dates_counted_from_1904(copy) -> None:
    cells = {"A_InstData!I9": datetime.date(2024, 1, 1), "A_InstData!L9": datetime.date(2024, 12, 31)}
    assert copy("steel", cells, epoch_1904=True).document_key == "2024-01-01/2024-12-31"


def test_cn_codes_as_number_and_with_blanks(copy) -> None:
    values = values_of(
        copy("steel", {"Summary_Products!F10": 73181542, "Summary_Products!F11": "7318 15 35"})
    )
    assert values["product", "1", "", "cn_code"] == "73181542"
    assert values["product", "2", "", "cn_code"] == "73181535"


def test_a_bad_cn_code_rejects_its_product_alone(copy) -> None:
    broken = {
        "Summary_Products!F10": (None, "product_without_cn_code"),
        "Summary_Products!F12": ("7318154200", "cn_code_not_eight_digits"),
        "Summary_Products!F13": ("99999999", "unknown_cn_code"),
        "Summary_Products!F14": ("25232900", "cn_code_of_another_good"),
    }
    processes = {cell.replace("F", "D"): "Carbon steel screws and nuts" for cell in broken}
    reading = copy("steel", {cell: content for cell, (content, _) in broken.items()} | processes)
    assert found_in(reading) == {cell: code for cell, (_, code) in broken.items()}
    codes = [
        value for key, value in values_of(reading).items() if key[0] == "product" and key[3] == "cn_code"
    ]
    assert codes == ["73181535"]


def test_a_product_of_an_unlisted_process_is_rejected_alone(copy) -> None:
    reading = copy("steel", {"Summary_Products!D10": "Forging"})
    assert codes_of(reading) == ["unknown_production_process"]
    assert "High alloy steel screws and nuts" in reading.rejections[0].expected


def test_two_processes_may_make_the_same_good(copy) -> None:
    values = values_of(copy("steel", {"Summary_Products!F11": "73181542"}))
    assert values["product", "1", "", "cn_code"] == values["product", "2", "", "cn_code"]


def test_a_process_name_that_stands_twice_is_refused(copy) -> None:
    reading = copy("steel", {"A_InstData!L84": "carbon steel SCREWS and nuts"})
    assert codes_of(reading)[0] == "duplicate_process_name"
    assert reading.rejections[0].locator == "A_InstData!L84"
    assert "L83" in reading.rejections[0].message


def test_a_precursor_named_like_another_is_refused(copy) -> None:
    assert codes_of(copy("steel", {"A_InstData!L103": "Carbon steel"})) == ["duplicate_precursor_name"]


def test_a_blank_name_is_the_one_the_template_gives(copy) -> None:
    cells = {"A_InstData!L83": None, "Summary_Products!D10": "P1 - Iron or steel products"}
    values = values_of(copy("steel", cells))
    assert values["process", "1", "", "name"] == "P1 - Iron or steel products"
    assert values["product", "1", "", "process"] == "P1 - Iron or steel products"


def test_blank_optional_cells_give_no_record(copy) -> None:
    cells = {
        "D_Processes!L71": None,
        "E_PurchPrec!L38": None,
        "D_Processes!K50": None,
        "A_InstData!I20": None,
    }
    reading = copy("steel", cells)
    assert reading.rejections == []
    assert ("installation", "", "", "name") not in values_of(reading)


# --- Rows that the template leaves out ----------------------------------------------------------------------


def test_an_incomplete_source_stream_is_left_out_as_the_template_does(copy) -> None:
    reading = copy("steel", {"B_EmInst!D18": "Combustion", "B_EmInst!E18": "Diesel"})
    assert codes_of(reading) == ["incomplete_source_stream"]
    assert ("source_stream", "2", "", "name") not in values_of(reading)
    assert ("source_stream", "1", "", "name") in values_of(reading)


def test_a_mass_balance_with_an_output(copy) -> None:
    cells = {
        "B_EmInst!D18": "Mass balance",
        "B_EmInst!E18": "Steel",
        "B_EmInst!F18": -1808226,
        "B_EmInst!G18": "t",
        "B_EmInst!L18": 0.003878,
    }
    values = values_of(copy("steel", cells))
    assert values["source_stream", "2", "", "method"] == "Mass Balance"
    assert values["source_stream", "2", "", "activity_data"] == "-1808226"
    assert values["source_stream", "2", "", "carbon_content_unit"] == "tC/t"


def test_units_that_do_not_fit(copy) -> None:
    reading = copy("steel", {"B_EmInst!G17": "1000Nm3", "B_EmInst!K17": "tCO2/t"})
    assert "inconsistent_units" in codes_of(reading)
    assert reading.records == {}


def test_a_typed_unit_that_contradicts(copy) -> None:
    reading = copy("steel", {"B_EmInst!I17": "MJ/kg"})
    assert [(one.code, one.locator) for one in reading.rejections] == [("inconsistent_units", "B_EmInst!I17")]


def test_a_stale_unit_of_the_workbook_is_no_input(copy) -> None:
    values = values_of(copy("steel", {"B_EmInst!G17": "1000Nm3"}))
    assert values["source_stream", "1", "", "net_calorific_value_unit"] == "GJ/1000Nm3"


def test_an_amount_for_an_unlisted_process_counts_nowhere(copy) -> None:
    reading = copy("steel", {"E_PurchPrec!L30": 5, "D_Processes!L146": 7})
    assert sorted(codes_of(reading)) == ["consumed_by_unlisted_process", "value_of_unlisted_item"]
    assert ("precursor_flow", "1", "3", "amount") not in values_of(reading)


def test_a_measured_source(copy) -> None:
    cells = {
        "B_EmInst!D113": "Stack 1",
        "B_EmInst!E113": "n2o",
        "B_EmInst!V113": 64.2925,
        "B_EmInst!X113": 4,
        "B_EmInst!Z113": 265,
    }
    values = values_of(copy("steel", cells))
    assert values["cems", "1", "", "ghg"] == "N2O"
    assert values["cems", "1", "", "flow_knm3_per_h"] == "265"


@pytest.mark.parametrize(
    ("text", "name"),
    [("VSS", "Vertical Stud Søderberg (VSS)"), ("Side-worked prebake (SWPB)", "Side Worked Pre-Bake (SWPB)")],
)
def test_anode_technology_in_free_text(copy, text: str, name: str) -> None:
    assert values_of(copy("aluminium", {"B_EmInst!E98": text}))["pfc", "1", "", "technology"] == name


def test_an_unknown_anode_technology_is_rejected_alone(copy) -> None:
    reading = copy("aluminium", {"B_EmInst!E98": "Inert anodes"})
    assert codes_of(reading) == ["unknown_technology"]
    assert values_of(reading)["pfc", "1", "", "method"] == "Slope method"


def test_exported_waste_gas_heat_and_electricity(copy) -> None:
    cells = {
        "D_Processes!L50": True,
        "D_Processes!M61": 12.5,
        "D_Processes!L57": 3,
        "D_Processes!L58": 60,
        "D_Processes!L71": 100,
        "D_Processes!L72": 0.4,
    }
    values = values_of(copy("steel", cells))
    assert values["process_value", "1", "", "waste_gas_exported_tj"] == "12.5"
    assert values["process_value", "1", "", "heat_imported_factor"] == "60"
    assert values["process_value", "1", "", "exported_electricity_factor"] == "0.4"


def test_a_third_process_and_precursor(copy) -> None:
    cells = {
        "A_InstData!E85": "Crude steel",
        "A_InstData!L85": "Melt shop",
        "A_InstData!E104": "Alloys (FeMn, FeCr, FeNi)",
        "A_InstData!F104": "ZA",
        "A_InstData!L104": "FeCr",
        "D_Processes!L146": 100,
        "D_Processes!L163": 100,
        "E_PurchPrec!L105": 10,
        "E_PurchPrec!L118": 10,
    }
    values = values_of(copy("steel", cells))
    assert values["production_level", "3", "1", "amount"] == "100"
    assert values["process_flow", "3", "2", "amount"] == "100"
    assert values["precursor_flow", "3", "3", "amount"] == "10"


# --- Workbooks that another program saved -------------------------------------------------------------------


def test_a_workbook_saved_without_any_stored_result(tmp_path: Path) -> None:
    """Headings and block numbers are formulas; the inputs themselves are typed."""
    plain = read(official("steel"))
    path = tmp_path / "openpyxl.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl drops extensions that no reader needs
        book = load_workbook(official("steel"))
    for row in plain.records["cbam_template_cell"]:
        if row["value_type"] == "number" and row["section"] not in ("product", "parameter"):
            book[row["sheet"]][row["cell"]] = float(row["value"])
    book.save(path)
    wanted, found = values_of(plain), values_of(read(path))
    assert set(found) == {key for key in wanted if key[3] != "is_indirect_applicable"}
    for key, value in found.items():  # openpyxl writes 16 digits of a number
        same_number = re.fullmatch(r"[\d.]+", value) and float(value) == pytest.approx(
            float(wanted[key]), rel=1e-14
        )
        assert value == wanted[key] or same_number, key


def test_an_input_formula_that_was_never_calculated_is_named(tmp_path: Path) -> None:
    path = tmp_path / "openpyxl.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        load_workbook(official("steel")).save(path)
    reading = read(path)
    assert reading.records == {}
    assert set(codes_of(reading)) == {"formula_without_result"}
    assert "B_EmInst!F17" in [rejection.locator for rejection in reading.rejections]


CELLS = [
    "A_InstData!I9", "A_InstData!L9", "A_InstData!E62", "A_InstData!E83", "A_InstData!L83", "A_InstData!F83",
    "A_InstData!E102", "A_InstData!F102", "A_InstData!L102", "A_InstData!G102", "A_InstData!I26",
    "B_EmInst!C13", "B_EmInst!C17", "B_EmInst!D17", "B_EmInst!E17", "B_EmInst!F17", "B_EmInst!G17",
    "B_EmInst!H17", "B_EmInst!J17", "B_EmInst!K17", "B_EmInst!L17", "B_EmInst!N17", "B_EmInst!P17",
    "B_EmInst!R17", "B_EmInst!D98",
    "B_EmInst!AG98", "B_EmInst!E113", "B_EmInst!V113", "C_Emissions&Energy!M26", "C_Emissions&Energy!H40",
    "C_Emissions&Energy!D16", "D_Processes!C11", "D_Processes!D15", "D_Processes!D16", "D_Processes!L16",
    "D_Processes!L27", "D_Processes!L32", "D_Processes!K50", "D_Processes!L54", "D_Processes!L57",
    "D_Processes!M61", "D_Processes!L65", "D_Processes!L67", "D_Processes!L71", "E_PurchPrec!D16",
    "E_PurchPrec!L17", "E_PurchPrec!L28", "E_PurchPrec!L49", "E_PurchPrec!M49", "E_PurchPrec!M51",
    "E_PurchPrec!K54", "Summary_Products!C10", "Summary_Products!D10", "Summary_Products!F10",
    "Summary_Products!H10", "Summary_Products!P10", "Summary_Products!R10", "Summary_Products!AC10",
    "Summary_Products!AP10", "Parameters_Constants!A1", "Parameters_Constants!B1", "0_Versions!E36",
]  # fmt: skip
CONTENTS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.sampled_from(
        ["Combustion", "Mass Balance", "t", "1000Nm3", "1,5", "１２３", "(a)", "ii.", "2025-02-30"]
    ),
    st.builds(Formula, st.just("A1"), st.one_of(st.none(), st.text("abc1", max_size=4), st.floats(-5, 5))),
    st.builds(Error, st.sampled_from(["#N/A", "#REF!", "#DIV/0!"])),
    st.dates(datetime.date(1995, 1, 1), datetime.date(2100, 1, 1)),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.dictionaries(st.sampled_from(CELLS), CONTENTS, min_size=1, max_size=5))
def test_any_content_gives_records_or_named_rejections(tmp_path: Path, cells: dict[str, CellContent]) -> None:
    try:
        path = edited(official("steel"), tmp_path / "mutated.xlsx", cells)
    except ValueError:  # the cell carries the formula of a range, which the copy leaves alone
        return
    try:
        reading = read(path)
    except EvidenceRejectedError as error:
        # A number beyond all dates in a cell of dates: the library cannot give the sheet at all.
        assert "that cannot be" in error.found
        return
    assert all(
        isinstance(value, str)
        for row in reading.records.get("cbam_template_cell", ())
        for value in row.values()
    )
    for rejection in reading.rejections:
        assert rejection.code and rejection.message and rejection.message_zh and rejection.locator
    assert reading.records or reading.rejections
