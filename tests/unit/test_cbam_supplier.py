"""The Commission's template as a supplier's declaration: told by its sheets, or by a hint."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from corpora import CORPORA

from tracetonne.landing import cbam_supplier
from tracetonne.landing.land import land_paths
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import UnreadableDocumentError
from tracetonne.landing.tables import TABLES
from tracetonne.settings import Home

FOLDER = CORPORA / "cbam-template"
SCREWS = FOLDER / "4 CBAM SEE V2.1_Example Steel 3 Screws and nuts_final.xlsx"
FILLED = sorted(FOLDER.glob("* CBAM SEE *.xlsx"))
needs_corpora = pytest.mark.skipif(not FILLED, reason="the Commission's examples are not beside the checkout")


def source_of(path: Path) -> Source:
    data = path.read_bytes()
    return Source(path, path.name, data[: 64 * 1024], len(data))


def read(path: Path) -> Reading:
    reading = cbam_supplier.READER.read(source_of(path))
    rows = reading.records["supplier_declaration"]
    assert not {name for row in rows for name in row} - set(TABLES["supplier_declaration"])
    return reading


def summary_alone(path: Path, **cells: object) -> Path:
    """Write a workbook with the summary sheet alone, as a supplier sends it that keeps its inputs."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = cbam_supplier.SUMMARY
    labels = {
        "D12": "Name of the installation (English name):", "G12": "Wire Works", "D15": "Country:",
        "G15": "Kaohsiung", "D16": "Country:", "G16": "TW", "D20": "Reporting period start:",
        "G20": "2025-01-01", "D21": "Reporting period end:", "G21": "2025-12-31", "F25": "CN Codes",
        "H25": "Product name \n(used for communication with reporting declarant, e.g. on invoices)",
        "I25": "SEE (direct)", "J25": "SEE (indirect)", "L25": "Unit",
        "M25": "Share of emissions by default value", "O25": "Embedded electricity (MWh/t)",
        "C26": 1, "F26": "72139110", "H26": "Rod 8 mm", "I26": 1.9, "J26": 0.25, "L26": "tCO2e/t", "M26": 0,
        "O26": 0.5, "C27": 2,
    }  # fmt: skip
    for place, value in {**labels, **cells}.items():
        sheet[place] = value
    book.save(path)
    return path


@needs_corpora
def test_screws_and_nuts_declare_what_the_example_says() -> None:
    reading = read(SCREWS)
    carbon, alloy = reading.records["supplier_declaration"]
    assert (carbon["cn_code"], carbon["product_name"]) == ("73181542", "Screws and Nuts Art. C1")
    assert (carbon["see_direct"], carbon["see_indirect"]) == ("2.0069382352941174", "0.4066")
    assert (carbon["electricity"], carbon["electricity_unit"]) == ("0.6065794117647059", "MWh/t")
    assert (carbon["see_direct_unit"], carbon["default_share"]) == ("tCO2e/t", "0")
    assert (carbon["installation"], carbon["country_code"]) == ("Example Screw Production Plant", "US")
    assert (carbon["valid_from"], carbon["valid_to"]) == ("2023-01-01", "2024-01-01")
    assert alloy["see_indirect"] == "2.2787951219512195"
    assert carbon["locator"] == "Summary_Communication!row 26"
    assert "查驗報告" in reading.message


@needs_corpora
@pytest.mark.parametrize("path", FILLED, ids=lambda path: path.name[:12])
def test_every_filled_example_is_a_declaration_on_request(path: Path) -> None:
    assert not cbam_supplier.READER.recognises(source_of(path))
    reading = read(path)
    assert list(reading.records["supplier_declaration"]) and not reading.rejections


@needs_corpora
@pytest.mark.slow
def test_hint_decides_between_own_installation_and_supplier(tmp_path: Path) -> None:
    home = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    (own,) = land_paths(home, [SCREWS], "own")
    (theirs,) = land_paths(home, [SCREWS], "buyer", "cbam_supplier")
    assert (own.kind, theirs.kind) == ("cbam_template", "cbam_supplier")
    assert theirs.records_landed == 2


def test_summary_alone_is_told_by_its_sheets(tmp_path: Path) -> None:
    path = summary_alone(tmp_path / "x.bin")
    assert cbam_supplier.READER.recognises(source_of(path))
    (row,) = read(path).records["supplier_declaration"]
    assert (row["see_direct"], row["country_code"], row["product_name"]) == ("1.9", "TW", "Rod 8 mm")


def test_bad_cells_are_named_and_the_other_products_land(tmp_path: Path) -> None:
    path = summary_alone(tmp_path / "x.xlsx", F27="73181542", I27="many", L27="tCO2e/t")
    reading = read(path)
    (problem,) = reading.rejections
    assert (problem.locator, problem.code) == ("Summary_Communication!I27", "not_a_number")
    assert problem.message_zh and reading.records_rejected == 1
    assert len(list(reading.records["supplier_declaration"])) == 1


def test_formulas_without_results_are_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        read(summary_alone(tmp_path / "x.xlsx", I26="=1+1"))
    assert "not calculated" in caught.value.rejections[0].message


@pytest.mark.parametrize("missing", ["G12", "G20", "F25"])
def test_a_sheet_that_lacks_what_identifies_it_is_refused(tmp_path: Path, missing: str) -> None:
    with pytest.raises(UnreadableDocumentError):
        read(summary_alone(tmp_path / "x.xlsx", **{missing: None}))
