"""A data request: what the workbook holds, and its answer read back with every bad cell named."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tracetonne.errors import WrongUseError
from tracetonne.landing import supplier_request as form
from tracetonne.landing.land import land_paths
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import UnreadableDocumentError
from tracetonne.landing.units import is_factor_unit
from tracetonne.locate import original_text
from tracetonne.periods import days_of, last_closed_year
from tracetonne.settings import Home
from tracetonne.supplier_request import write_request

YEAR = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
ANSWERED: dict[str, object] = {
    "product_name": "Rod 8 mm", "installation": "Kaohsiung works", "see_direct": 1.9,
    "see_direct_unit": "tCO2e/t", "see_direct_source": "Measured", "electricity": 450,
    "electricity_unit": "kWh/t", "electricity_factor": 0.494, "electricity_factor_unit": "kgCO2e/kWh",
    "verification_report": "VR-7", "verifier": "Verifier Ltd", "verifier_accreditation": "D-VS-0123",
    "accreditation_body": "Invented Body", "accreditation_country": "DE",
    "accreditation_last_day": datetime.date(2030, 12, 31), "verified_on": datetime.date(2027, 2, 1),
    "verifier_accreditation_scope": "CBAM iron and steel", "verified_from": datetime.date(2026, 1, 1),
    "verified_last_day": datetime.date(2026, 12, 31), "footprint": "EPD-1",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose master data know two materials, one with a name that a spreadsheet would run."""
    made = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    sheet = tmp_path / "materials.csv"
    sheet.write_text(
        "material,name,name_zh,role,cn_code,country_code,unit\n"
        "ROD,Wire rod,盤元,precursor,72139110,TW,t\n"
        "EVIL,=cmd|' /C calc'!A0,盤元,precursor,72139120,TW,t\n",
        encoding="utf-8",
    )
    (result,) = land_paths(made, [sheet], "works")
    assert result.status == "landed", result
    return made


def ask(home: Home, target: Path, *materials: str, supplier: str = "鋼鐵 Steel Co") -> Path:
    write_request(home, "works", supplier, materials or ("ROD",), YEAR, target)
    return target


def fill(path: Path, *rows: Mapping[str, object]) -> Path:
    """Fill the answer rows from row 3, as a supplier would."""
    book = openpyxl.load_workbook(path)
    sheet = book[form.ANSWER.name]
    columns = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
    for number, row in enumerate(rows, start=3):
        for key, value in row.items():
            sheet.cell(number, columns[key]).value = value
    book.save(path)
    return path


def read(path: Path) -> Reading:
    data = path.read_bytes()
    source = Source(path, path.name, data[: 64 * 1024], len(data))
    assert form.READER.recognises(source)
    return form.READER.read(source)


def test_the_workbook_is_bilingual_prefilled_and_without_formulas(home: Home, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(ask(home, tmp_path / "r.xlsx", "ROD", "EVIL"))
    answer = book[form.ANSWER.name]
    assert [answer.cell(3, column).value for column in (1, 2, 3)] == ["ROD", "Wire rod", "72139110"]
    assert answer.cell(4, 2).value == "'=cmd|' /C calc'!A0"
    assert answer.cell(2, 1).value == "物料代碼"
    assert book[form.HIDDEN].sheet_state == "veryHidden"
    hidden = {row[0].value: row[1].value for row in book[form.HIDDEN].iter_rows()}
    assert hidden["supplier"] == "鋼鐵 Steel Co" and hidden["material:ROD"] == "72139110"
    assert hidden["period_last_day"] == "2026-12-31"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert answer.data_validations.dataValidation


def test_the_same_request_has_the_same_number_and_bytes(home: Home, tmp_path: Path) -> None:
    first, second = ask(home, tmp_path / "a.xlsx"), ask(home, tmp_path / "b.xlsx")
    assert first.read_bytes() == second.read_bytes()
    other = ask(home, tmp_path / "c.xlsx", supplier="Other")
    hidden = [openpyxl.load_workbook(path)[form.HIDDEN]["B2"].value for path in (first, other)]
    assert hidden[0] != hidden[1]


def test_an_answer_lands_with_its_verification(home: Home, tmp_path: Path) -> None:
    path = fill(ask(home, tmp_path / "r.xlsx"), ANSWERED)
    reading = read(path)
    (row,) = reading.records["supplier_declaration"]
    assert not reading.rejections
    assert row["supplier"] == "鋼鐵 Steel Co" and row["material"] == "ROD"
    assert (row["see_direct"], row["see_direct_unit"]) == ("1.9", "tCO2e/t")
    assert (row["valid_from"], row["valid_to"]) == ("2026-01-01", "2027-01-01")
    assert (row["verified_from"], row["verified_to"]) == ("2026-01-01", "2027-01-01")
    assert row["verifier_accreditation_scope"] == "CBAM iron and steel"
    assert (row["accreditation_body"], row["accreditation_country"]) == ("Invented Body", "DE")
    assert (row["accreditation_to"], row["verified_on"]) == ("2031-01-01", "2027-02-01")
    assert row["declaration_number"] == row["request_id"] and row["footprint"] == "EPD-1"
    assert "VR-7" in (original_text(path, row["locator"] or "") or "")
    (result,) = land_paths(home, [path], "works")
    assert (result.kind, result.status, result.records_landed) == ("supplier_request", "landed", 1)


def test_a_supplier_of_cement_may_state_its_values_a_tonne_of_clinker(home: Home, tmp_path: Path) -> None:
    cement = {"cn_code": "25232900", "sefa": 0.6, "sefa_unit": "tCO2e/t", "functional_content": 0.75}
    (row,) = read(fill(ask(home, tmp_path / "r.xlsx"), ANSWERED | cement)).records["supplier_declaration"]
    assert (row["sefa"], row["functional_content"]) == ("0.6", "0.75")


def test_a_carbon_price_paid_abroad_lands_with_its_proof(home: Home, tmp_path: Path) -> None:
    paid = {"carbon_price_paid_twd_per_t": 320, "carbon_price_proof": "ETS-2026-9"}
    (row,) = read(fill(ask(home, tmp_path / "r.xlsx"), ANSWERED | paid)).records["supplier_declaration"]
    assert (row["carbon_price_paid_twd_per_t"], row["carbon_price_proof"]) == ("320", "ETS-2026-9")


@pytest.mark.parametrize(
    ("change", "cell", "code"),
    [
        ({"see_direct": None}, "H3", "missing_value"),
        ({"see_direct": "about 2"}, "H3", "not_a_number"),
        ({"see_direct": -1}, "H3", "negative_number"),
        ({"see_direct_unit": "t/t"}, "I3", None),
        ({"cn_code": "7213"}, "C3", None),
        ({"material": "OTHER"}, "A3", "material_not_requested"),
        ({"last_day": datetime.date(2025, 12, 31)}, "G3", "period_ends_before_it_starts"),
        ({"electricity_unit": None}, "M3", "missing_value"),
        ({"default_share": 3}, "K3", "number_out_of_range"),
        ({"functional_content": 75}, "S3", "number_out_of_range"),
        ({"carbon_price_paid_twd_per_t": 320}, "U3", "missing_value"),
    ],
)
def test_every_bad_cell_is_named_in_both_languages(
    home: Home, tmp_path: Path, change: dict[str, Any], cell: str, code: str | None
) -> None:
    reading = read(fill(ask(home, tmp_path / "r.xlsx"), ANSWERED | change))
    (problem,) = reading.rejections
    assert problem.locator == f"{form.ANSWER.name}!{cell}"
    assert code in (None, problem.code)
    assert problem.message and problem.message_zh and problem.expected
    assert reading.records_rejected == 1 and not reading.records


def test_what_is_left_open_is_said(home: Home, tmp_path: Path) -> None:
    path = ask(home, tmp_path / "r.xlsx", "ROD", "EVIL")
    missing = {"verifier_accreditation": None, "verifier_accreditation_scope": None}
    part = ANSWERED | missing | {"last_day": datetime.date(2026, 6, 30)}
    reading = read(fill(path, part))
    assert "do not cover the period" in reading.message
    assert "not verified without verifier_accreditation, verifier_accreditation_scope" in reading.message
    # The second row is as it was sent: its missing values are named, nothing of it lands.
    assert {one.locator for one in reading.rejections} == {
        f"{form.ANSWER.name}!{letter}4" for letter in ("D", "H", "I", "J")
    }
    assert reading.records_rejected == 1 and len(list(reading.records["supplier_declaration"])) == 1


def test_a_changed_hidden_sheet_is_refused(home: Home, tmp_path: Path) -> None:
    path = fill(ask(home, tmp_path / "r.xlsx"), ANSWERED)
    book = openpyxl.load_workbook(path)
    book[form.HIDDEN]["B1"].value = "99"
    book.save(path)
    with pytest.raises(UnreadableDocumentError) as caught:
        read(path)
    assert caught.value.rejections[0].code == "bad_value"


def test_wrong_use_is_said_before_anything_is_written(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "r.xlsx"
    with pytest.raises(WrongUseError):
        ask(home, target, "UNKNOWN")
    with pytest.raises(WrongUseError):
        ask(home, tmp_path / "r.txt")
    with pytest.raises(WrongUseError):
        ask(home, target, supplier=" ")
    assert not target.exists()
    ask(home, target)
    with pytest.raises(WrongUseError):
        ask(home, target)


def test_every_unit_on_offer_is_one_that_the_calculation_knows() -> None:
    for key, parameter in (
        ("see_direct_unit", "see_direct"),
        ("electricity_unit", "electricity_intensity"),
        ("electricity_factor_unit", "electricity_factor"),
    ):
        for unit in form.ANSWER.column(key).choices or {}:
            assert is_factor_unit(parameter, unit), (parameter, unit)


def test_days_of_a_period() -> None:
    assert days_of("2024-02") == (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    assert days_of("2025") == (datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    assert last_closed_year(datetime.datetime(2026, 12, 31, 17, tzinfo=datetime.UTC)) == "2026"


def test_the_command_prints_what_it_asked(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from typer.testing import CliRunner

    from tracetonne.cli import app

    monkeypatch.setenv("TRACETONNE_HOME", str(home.root))
    target = tmp_path / "x.xlsx"
    arguments = ["request", "Steel", "--site", "works", "--material", "ROD", "--year", "2025"]
    result = CliRunner().invoke(app, [*arguments, "--out", str(target), "--json"])
    assert result.exit_code == 0, result.output
    assert target.exists()
    printed = result.output + capsys.readouterr().out
    assert json.loads(printed[printed.index("{") :])["period_last_day"] == "2025-12-31"


def test_a_list_of_footprints_lands(tmp_path: Path) -> None:
    home = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    path = tmp_path / "links.csv"
    path.write_text(
        "material,footprint,supplier,author,linked_on,note\n"
        "ROD,EPDITALY0091,Ferriere Nord,Steward,2026-01-15,comparison\n",
        encoding="utf-8",
    )
    (result,) = land_paths(home, [path], "works")
    assert (result.kind, result.status, result.records_landed) == ("material_footprint", "landed", 1)
